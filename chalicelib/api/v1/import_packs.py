"""What will be packed for a platform's goods, as answers say it."""

from collections.abc import Sequence

from chalicelib.domain.fields import Model
from chalicelib.domain.offers import Offer
from chalicelib.domain.pack_doubts import PackDoubt
from chalicelib.domain.products import Unit
from chalicelib.pages.drawing import formats
from chalicelib.pages.texts import LANGUAGES, Language

from ...domain.import_reasons import ONE_TO_PACK, PACK_DOUBTS, TO_PACK


def doubt_text(doubt: PackDoubt, offer: Offer, language: Language) -> str:
    """In what a platform's goods look different from what will be packed, in one sentence."""
    packed = formats.quantity(doubt.packed, offer.unit, language)
    return PACK_DOUBTS[doubt.what][LANGUAGES.index(language)].format(
        written=doubt.written, packed=packed, offer=offer.title
    )


class PackAnswer(Model):
    """What will be packed: packs of an offer, and quantity, all of them in its unit. text: the
    same in words. warnings: in what the platform's title or size differs."""

    offer_id: str
    title: str
    product: str
    unit: Unit
    pack_quantity: int
    packs: int
    quantity: int
    text: str
    warnings: list[str]

    @classmethod
    def of(
        cls, offer: Offer, packs: int, differing: Sequence[PackDoubt], language: Language
    ) -> "PackAnswer":
        def quantity(amount: int) -> str:
            return formats.quantity(amount, offer.unit, language)

        place = LANGUAGES.index(language)
        total = offer.pack_quantity * packs
        return cls(
            offer_id=offer.id,
            title=offer.title,
            product=offer.product,
            unit=offer.unit,
            pack_quantity=offer.pack_quantity,
            packs=packs,
            quantity=total,
            text=(TO_PACK if packs > 1 else ONE_TO_PACK)[place].format(
                title=offer.title,
                packs=packs,
                size=quantity(offer.pack_quantity),
                total=quantity(total),
            ),
            warnings=[doubt_text(doubt, offer, language) for doubt in differing],
        )

"""What a shop has said of outside platforms' files: their columns, and their goods as offers."""

import hashlib
import json
from collections.abc import Mapping as Mapping_
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from chalicelib.domain.columns import Field, Platform, StoredPlatform
from chalicelib.domain.imports import Import, Mapping, ReadImport
from chalicelib.domain.offers import Offer
from chalicelib.domain.platforms import heading

from ..domain.import_drafts import ItemRule
from .reading import all_children, get
from .tables import MappingItem
from .transaction import Create, Replace

MOST_READ = 50
"""Mappings in one request."""
_NOTHING: dict[str, object] = {"columns": {}, "items": (), "paid_only": False}


def mapping_of(
    shop_id: str, platform: str, headings: Sequence[str] | None = None
) -> tuple[MappingItem | None, Mapping]:
    """What the shop said before about files of this platform, or about those with these headings
    in whatever order."""
    name = platform
    if headings is not None:
        named = sorted({heading(text) for text in headings} - {""})
        name += "#" + hashlib.sha256(json.dumps(named).encode()).hexdigest()[:32]
    item = get(MappingItem, (f"SHOP#{shop_id}", f"MAPPING#{name}"))
    return item, item.doc if item else Mapping(shop_id=shop_id, platform=name)


def mappings_of(shop_id: str) -> list[MappingItem]:
    """All that the shop said of files, also of those whose goods it never mapped."""
    return list(all_children(MappingItem, f"SHOP#{shop_id}", "MAPPING#", limit=MOST_READ))


@dataclass(frozen=True)
class KnownColumns:
    """What a shop has said of files with these headings, and of its platform's goods.

    Of nobody's files also the goods are kept by headings, as two lists have little in common.
    older: as the release before kept it, for all files of nobody's together.
    """

    platform: Platform
    sheet_item: MappingItem | None
    sheet: Mapping
    goods_item: MappingItem | None
    goods: Mapping
    older: Mapping

    @classmethod
    def of(cls, doc: Import, platform: Platform, headings: Sequence[str]) -> "KnownColumns":
        sheet_item, sheet = mapping_of(doc.shop_id, platform, headings)
        goods_item, goods = mapping_of(doc.shop_id, platform)
        older = goods
        if platform not in get_args(StoredPlatform):
            _, older = mapping_of(doc.shop_id, "other")
        if platform == "other":
            goods_item, goods = sheet_item, sheet
        return cls(platform, sheet_item, sheet, goods_item, goods, older)

    def and_now(self, body: ReadImport, offers: Mapping_[str, Offer]) -> "KnownColumns":
        """offers: those that the body names."""
        sheet = self.sheet.with_columns(body)
        goods = (sheet if self.platform == "other" else self.goods).with_choices(body, offers)
        return replace(self, sheet=goods if self.platform == "other" else sheet, goods=goods)

    def with_goods(self, rules: Mapping_[str, ItemRule]) -> "KnownColumns":
        """rules: by their keys, as they are kept from now on."""
        goods = self.goods.with_goods(rules)
        return replace(self, sheet=goods if self.platform == "other" else self.sheet, goods=goods)

    @property
    def changes(self) -> list[Create | Replace]:
        """What must be written to keep it."""
        pairs = [(self.sheet_item, self.sheet)]
        if self.platform != "other":
            pairs.append((self.goods_item, self.goods))
        return [
            Replace(item, MappingItem.of(after)) if item else Create(MappingItem.of(after))
            for item, after in pairs
            if after != (item.doc if item else after.model_copy(update=_NOTHING))
        ]

    def columns(self, headings: Sequence[str]) -> dict[str, Field]:
        if self.sheet.columns or not self.older.fits(headings):
            return self.sheet.columns
        return self.older.columns

    def rules(self) -> dict[str, ItemRule]:
        return {rule.key: rule for mapping in (self.older, self.goods) for rule in mapping.items}

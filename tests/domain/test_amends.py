"""What a box got: its price is refunded once, whoever complains and whatever is sent again."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.amends import amends_beside
from chalicelib.domain.complaints import Complaint, Settlement
from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.domain.shares import stretch
from tests.domain.samples import complaint, identity

PLENTY = 1_000_000
"""What the order still has: of other boxes."""


@dataclass
class Chain:
    """A box that was paid, with all that was sent again and all that was said of any of them."""

    prices: dict[str, int] = field(default_factory=lambda: {"first": 1000})
    stands_in_for: dict[str, str] = field(default_factory=dict)
    claims: list[Complaint] = field(default_factory=list)

    def about(self, box: str, percent: int | None = None) -> Complaint:
        """One more complaint, as it stands after all the others."""
        update = {"id": identity(), "parcel_code": box, "amount_fen": self.prices[box]}
        claim = complaint(damaged_percent=percent).model_copy(update=update)
        self.claims.append(claim)
        return self.now(claim)

    def now(self, claim: Complaint) -> Complaint:
        beside = amends_beside(claim, self.claims, self.stands_in_for)
        return claim.seen_with(recalled=False, amends=beside)

    def refund(self, claim: Complaint, fen: int) -> None:
        at = [known.id for known in self.claims].index(claim.id)
        self.claims[at] = self.claims[at].refunded_beside(fen)

    def send_again(self, box: str, pieces: int = 1) -> list[str]:
        """In so many boxes, of which each bears its part."""
        made = [identity() for _ in range(pieces)]
        for at, code in enumerate(made):
            self.prices[code] = stretch(self.prices[box], pieces, at, at + 1)
            self.stands_in_for[code] = box
        return made

    def got(self, box: str) -> int:
        """By all complaints about it and about what was sent in its place."""
        own = sum(claim.refunded_fen for claim in self.claims if claim.parcel_code == box)
        return own + sum(
            self.got(after) for after, before in self.stands_in_for.items() if before == box
        )


def test_a_second_complaint_finds_what_the_first_got() -> None:
    chain = Chain()
    chain.refund(chain.about("first"), 1000)
    assert chain.about("first").full_refund(PLENTY) == 0


def test_a_damaged_share_that_was_refunded_is_not_suggested_again() -> None:
    """A share is of the whole box: of one that was 30 % bad and is 50 % bad, 20 % are left."""
    chain = Chain()
    chain.refund(chain.about("first", 30), 300)
    assert [chain.about("first", percent).suggested_refund(PLENTY) for percent in (30, 50)] == [
        0,
        200,
    ]


def test_what_is_sent_again_has_what_is_left_of_the_first_boxs_price() -> None:
    chain = Chain()
    chain.refund(chain.about("first", 60), 600)
    [second] = chain.send_again("first")
    assert chain.about(second, 30).suggested_refund(PLENTY) == 300, "its own share, not yet paid"
    claim = chain.about(second)
    assert claim.suggested_refund(PLENTY) == claim.full_refund(PLENTY) == 400
    chain.refund(claim, 400)
    assert chain.about("first").full_refund(PLENTY) == 0


def test_boxes_of_one_replacement_share_what_is_left() -> None:
    chain = Chain()
    chain.refund(chain.about("first"), 300)
    half, other = chain.send_again("first", 2)
    assert chain.about(half).full_refund(PLENTY) == 500
    chain.refund(chain.about(half), 500)
    assert chain.about(other).full_refund(PLENTY) == 200


def test_what_was_given_beyond_the_price_leaves_nothing_and_owes_nothing() -> None:
    chain = Chain()
    chain.refund(chain.about("first"), 1500)
    [second] = chain.send_again("first")
    assert chain.about(second).full_refund(PLENTY) == 0


@given(st.data())
def test_no_chain_of_complaints_gets_more_than_was_paid_for_its_box(data: st.DataObject) -> None:
    """However often, about whichever of the boxes, also by complaints that were reopened."""
    chain = Chain()
    for _ in range(data.draw(st.integers(1, 12))):
        box = data.draw(st.sampled_from(sorted(chain.prices)))
        if data.draw(st.booleans()):
            chain.send_again(box, data.draw(st.integers(1, 3)))
            continue
        claim = chain.about(box, data.draw(st.none() | st.integers(1, 100)))
        if len(chain.claims) > 1 and data.draw(st.booleans()):
            claim = chain.now(data.draw(st.sampled_from(chain.claims)))
        settlement = Settlement(
            remedy=data.draw(st.sampled_from(["partial_refund", "full_refund", "return"])),
            refund_fen=data.draw(st.none() | st.integers(1, 1100)),
            message="退",
        )
        suggested, left = claim.suggested_refund(PLENTY), claim.full_refund(PLENTY)
        assert 0 <= suggested <= left
        try:
            fen = claim.refund_for(settlement, PLENTY)
        except (Refusal, Invalid):
            continue
        assert 0 < fen <= left
        chain.refund(claim, fen)
        for code, price in chain.prices.items():
            assert chain.got(code) <= price

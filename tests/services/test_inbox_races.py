"""Many complaints, settlements and replies at the same moment: counted, done and kept exactly."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from chalicelib.domain.access import PUBLIC, Call
from chalicelib.domain.complaints import NewComplaint
from chalicelib.repositories.tables import OrderItem, ProposalItem, ReturnItem
from chalicelib.services import complaints
from tests.books import Books
from tests.crowd import SharedClient, at_once, meanwhile, outcomes
from tests.services.same import stock
from tests.world import BUYER, World, new_id, ok


@pytest.fixture(autouse=True)
def _books(table: None) -> Iterator[None]:
    yield
    Books.read().check()


def test_twenty_complaints_at_once_count_twenty_and_propose_once(world: World) -> None:
    batch, offer = stock(world, 30)
    everyone = SharedClient(world.nobody)
    boxes = [
        world.shipped(
            world.pack(world.paid_order(offer, buyer=BUYER | {"phone": f"139000001{n:02}"}))
        )
        for n in range(20)
    ]

    def complain(code: str) -> requests.Response:
        path = f"/t/{code}/complaints"
        return everyone.post(path, {"reason": "rotten"}, new_id())

    answers = at_once([lambda code=box["code"]: complain(code) for box in boxes])  # type: ignore[misc]
    assert outcomes(answers) == {"201": 20}
    pattern = ok(world.cadre.get(f"/v1/batches/{batch['id']}/pattern"))
    assert (pattern["complained"], pattern["packed"]) == (20, 20)
    [proposal] = Books.read().all(ProposalItem)
    assert 3 <= proposal.doc.complained <= 20


@pytest.mark.parametrize("remedy", ["replacement", "return"])
def test_twenty_settlements_at_once_send_or_await_one_parcel(remedy: str, world: World) -> None:
    _, offer = stock(world, 30)
    complaint = world.complain(world.delivered(world.pack(world.paid_order(offer))))
    seller = SharedClient(world.seller)
    path = f"/v1/complaints/{complaint['id']}/settle"

    def settle() -> requests.Response:
        return seller.post(path, {"remedy": remedy, "message": "抱歉"}, new_id())

    answers = at_once([settle] * 20)
    counts = outcomes(answers)
    assert counts["200"] == 1
    assert counts["200"] + counts["not_allowed_now"] == 20
    books = Books.read()
    made = [item for item in books.all(OrderItem) if item.doc.replaces]
    assert len(made) + len(books.all(ReturnItem)) == 1


def test_eight_settlements_race_for_the_last_three_packs(world: World) -> None:
    _, offer = stock(world, 11)
    about = [world.complain(world.delivered(world.pack(world.paid_order(offer)))) for _ in range(8)]
    seller = SharedClient(world.seller)
    body = {"remedy": "replacement", "message": "补寄"}
    answers = at_once(
        [
            lambda complaint=complaint: seller.post(
                f"/v1/complaints/{complaint['id']}/settle", body, new_id()
            )  # type: ignore[misc]
            for complaint in about
        ]
    )
    assert outcomes(answers) == {"200": 3, "no_replacement": 5}


def test_forty_replies_at_once_are_thirty(world: World) -> None:
    seller = SharedClient(world.seller)

    def save() -> requests.Response:
        return seller.put(f"/v1/replies/{new_id()}", {"title": "抱歉", "text": "好"})

    for _ in range(2):
        at_once([save] * 20, threads=8)
    assert len(world.seller.everything("/v1/replies")) == 30


def test_a_hold_at_any_moment_of_the_third_complaint_leaves_nothing_to_propose(
    world: World,
) -> None:
    """Played move by move: the hold comes before the complaint's n-th request to the store."""
    for n in (4, 6, 7, 8, 9):
        batch, offer = stock(world, 3)
        boxes = [world.shipped(world.pack(world.paid_order(offer))) for _ in range(3)]
        for box in boxes[:2]:
            world.complain(box)
        with meanwhile(n, lambda batch=batch: world.move(batch, "hold")) as moves:  # type: ignore[misc]
            call = Call(PUBLIC, datetime.now(UTC), new_id())
            complaints.report(call, boxes[2]["code"], NewComplaint(reason="rotten"), "192.0.2.1")
        assert moves.result is not None
        assert world.cadre.everything("/v1/proposals") == []

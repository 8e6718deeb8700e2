"""Codes, lots and order numbers as scanners and phones give them are read as they were meant."""

from urllib.parse import quote

import pytest

from chalicelib.domain.codes import display_code
from tests.scans import DASHES, FULL_WIDTH, LOTS, SET_82, WAYS
from tests.visitor import Visitor
from tests.world import Json, World

GTIN = {8: "95200019", 12: "952123450005", 13: "9521234500018", 14: "09521234500018"}


@pytest.fixture(scope="module")
def seller(shared: World) -> Visitor:
    return Visitor(shared.url).signed_in("seller")


@pytest.fixture(scope="module")
def waiting(shared: World) -> tuple[Json, Json]:
    """A batch, and an order that is packed from it."""
    batch = shared.passed_batch(lot="TAA4D563")
    return batch, shared.paid_order(shared.offer(batch))


@pytest.mark.parametrize("way", WAYS)
def test_a_lot_chooses_its_orders(way: str, seller: Visitor, waiting: tuple[Json, Json]) -> None:
    batch, order = waiting
    page = seller.get(f"/seller/packing?scan={quote(WAYS[way](batch['lot']), safe='')}")
    chosen = [name for name in page.form("pack").fields if name.startswith("pick-")]
    assert chosen == [f"pick-{order['id']}"]


@pytest.mark.parametrize("way", WAYS)
def test_a_number_opens_its_order(way: str, seller: Visitor, waiting: tuple[Json, Json]) -> None:
    _, order = waiting
    page = seller.get(f"/seller/packing?scan={quote(WAYS[way](order['number']), safe='')}")
    assert f"/seller/orders/{order['id']}" in page.url


def test_of_lots_that_differ_in_case_alone_none_is_guessed(shared: World, seller: Visitor) -> None:
    for lot in ("ab-1", "AB-1"):
        shared.paid_order(shared.offer(shared.passed_batch(lot=lot)))
    assert "没有查到" in seller.get("/seller/packing?scan=Ab-1").words
    page = seller.get("/seller/packing?scan=ab-1")
    assert sum(name.startswith("pick-") for name in page.form("pack").fields) == 1


@pytest.fixture(scope="module")
def parcel(shared: World) -> Json:
    return shared.parcel()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("dash", ["-", "", *DASHES])
def test_a_parcels_code_opens_its_page(way: str, dash: str, shared: World, parcel: Json) -> None:
    typed = WAYS[way](display_code(parcel["code"])).replace("-", dash).replace("－", dash)
    for path in (f"/t/{quote(typed, safe='')}", f"/t?code={quote(typed, safe='')}"):
        page = Visitor(shared.url).get(path)
        assert page.status == 200
        assert display_code(parcel["code"]) in page.words


@pytest.mark.parametrize("way", ["as it is", "in full width", "with a tab and a line break behind"])
def test_a_labels_address_opens_the_parcel(way: str, shared: World, parcel: Json) -> None:
    scanned = quote(WAYS[way](parcel["url"]), safe="")
    assert display_code(parcel["code"]) in Visitor(shared.url).get(f"/t?code={scanned}").words
    answer = shared.seller.get(f"/v1/parcels/{scanned}")
    assert answer.json()["code"] == parcel["code"]


def test_what_is_no_code_is_still_none(shared: World) -> None:
    for typed in ("ＡＢＣ", "–", "https://example.org/t/", "%00", "K7Q2-M9XW-4B3C-U"):
        assert Visitor(shared.url).get(f"/t/{quote(typed, safe='')}").status == 404


# --- lots and GTINs in GS1 links ------------------------------------------------------------------


def test_every_character_of_a_lot_goes_through_label_link_resolver_and_scan(
    shared: World, seller: Visitor
) -> None:
    """Two of each character to a lot; its GS1 link holds it percent-encoded."""
    assert len(set(SET_82)) == 82
    product = shared.product(gtin=GTIN[13])
    for some in (LOTS[at : at + 41] for at in (0, 41)):
        boxes = {}
        for lot in some:
            batch = shared.passed_batch(lot=lot, product_id=product["id"])
            order = shared.paid_order(shared.offer(batch))
            boxes[lot] = (order, f"/01/{GTIN[14]}/10/{quote(lot, safe='')}")
        for lot, (order, link) in boxes.items():
            for scan in (lot, shared.url + link, lot.translate(FULL_WIDTH)):
                page = seller.get(f"/seller/packing?scan={quote(scan, safe='')}")
                fields = page.form("pack").fields
                chosen = [name for name in fields if name.startswith("pick-")]
                assert chosen == [f"pick-{order['id']}"], (lot, scan)
        for lot, (order, link) in boxes.items():
            parcel = shared.pack(order)
            page = Visitor(shared.url).get(f"{link}/21/{parcel['code']}")
            assert page.status == 200, lot
            assert lot in page.words
            assert lot in seller.get(f"/seller/parcels/{parcel['code']}/label").words
            other = f"/01/{GTIN[14]}/10/{quote(lot + '!', safe='')}/21/{parcel['code']}"
            assert Visitor(shared.url).get(other).status == 404


@pytest.mark.parametrize("length", GTIN)
def test_a_product_has_one_number_in_all_its_lengths(length: int, shared: World) -> None:
    product = shared.product(gtin=GTIN[length])
    batch = shared.passed_batch(product_id=product["id"])
    parcel = shared.pack(shared.paid_order(shared.offer(batch)))
    bare = GTIN[length].lstrip("0")
    same = {bare.zfill(n) for n in GTIN if len(bare) <= n}
    rest = f"10/{quote(batch['lot'], safe='')}/21/{parcel['code']}"
    for gtin in same:
        assert Visitor(shared.url).get(f"/01/{gtin}/{rest}").status == 200, gtin
    for gtin in (GTIN[8 if length != 8 else 13], bare + "0", "0" * 14, bare[:-1]):
        assert Visitor(shared.url).get(f"/01/{gtin}/{rest}").status == 404, gtin

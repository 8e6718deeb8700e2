"""How a shop is reached: who changes it, and where it is read."""

import pytest

from chalicelib.repositories import recent
from tests.visitor import Visitor
from tests.world import Json, World, new_id, ok, raw_items, refused

CONTACT: Json = {
    "phone": "0559-1234567 转 12",
    "wechat": "rongxi_xianhuo",
    "return_address": "安徽省黄山市歙县测试路 1 号 容溪鲜货",
    "hours": "每天 8:00–20:00",
}


@pytest.fixture
def path(world: World) -> str:
    return f"/v1/shops/{world.shop_id}/contact"


def test_a_shop_is_opened_with_its_contact_and_put_again_after_a_change(world: World) -> None:
    shop_id, body = new_id(), {"name": "新店", "village_ids": [world.village_id], **CONTACT}
    ok(world.county.put(f"/v1/shops/{shop_id}", body), 201)
    ok(world.county.post(f"/v1/shops/{shop_id}/contact", {"hours": "周末"}))
    again = ok(world.county.put(f"/v1/shops/{shop_id}", body), 200)
    assert (again["hours"], again["phone"], again["contact_version"]) == ("周末", None, 1)


def test_a_seller_changes_how_the_own_shop_is_reached(world: World, path: str) -> None:
    shop = ok(world.seller.post(path, CONTACT))
    assert shop["phone"] == "05591234567-12"
    assert ok(world.seller.get(path)) == shop
    refused(world.other_seller.post(path, CONTACT), 404, "not_found")
    refused(world.cadre.post(path, CONTACT), 403, "forbidden")


def test_a_change_is_journalled_once_and_names_what_changed(world: World, path: str) -> None:
    for _ in range(2):
        ok(world.seller.post(path, CONTACT))
    ok(world.county.post(path, CONTACT | {"hours": "周末"}))
    entries = [
        item["doc"]["S"]
        for item in raw_items()
        if item["pk"]["S"] == f"SHOP#{world.shop_id}" and item["sk"]["S"].startswith("CHANGE#")
    ]
    assert len(entries) == 2
    assert all(part in entries[0] for part in CONTACT)
    assert ("hours" in entries[1], "phone" in entries[1]) == (True, False)
    assert CONTACT["return_address"] not in entries[0], "it may be somebody's home"


def test_a_change_of_an_older_contact_is_refused_and_loses_nothing(world: World, path: str) -> None:
    ok(world.seller.post(path, CONTACT | {"contact_version": 0}))
    late = world.county.post(path, {"hours": "周末", "contact_version": 0})
    refused(late, 409, "contact_changed")
    assert ok(world.seller.get(path))["hours"] == CONTACT["hours"]


def test_every_page_of_a_buyer_leads_to_the_seller_before_12315(world: World, path: str) -> None:
    """The address for returns is for whoever holds a key alone."""
    ok(world.seller.post(path, CONTACT))
    order = world.order(world.offer())
    parcel = world.delivered(world.pack(world.pay(order)))
    claim = world.complain(parcel)
    visitor = Visitor(world.url)
    public = (
        f"/t/{parcel['code']}",
        f"/t/{parcel['code']}/complaint",
        f"/shops/{world.shop_id}",
    )
    private = (
        f"/orders/{order['id']}?key={order['access_key']}",
        f"/complaints/{claim['id']}?key={claim['access_key']}",
    )
    for address in (*public, *private):
        page = visitor.get(address)
        assert 'href="tel:05591234567,12"' in page.source, address
        for words in ("容溪鲜货", "0559-1234567 转 12", "rongxi_xianhuo", "每天 8:00–20:00"):
            assert words in page.words, address
        assert ("测试路 1 号" in page.words) == (address in private), address
        if 'href="tel:12315"' in page.source:
            assert page.source.index('id="seller"') < page.source.index('href="tel:12315"')


def test_a_changed_number_is_on_the_pages_at_once_here_and_elsewhere_soon(
    world: World, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that wrote it forgets the old one; another one keeps it for ten seconds."""
    page = f"/t/{world.parcel()['code']}"
    visitor = Visitor(world.url)
    assert "卖家还没有留电话" in visitor.get(page).words
    ok(world.seller.post(path, {"phone": "13800000012"}))
    assert "138-0000-0012" in visitor.get(page).words
    kept = dict(recent._kept)
    ok(world.seller.post(path, {"phone": "13800000013"}))
    recent._kept.update(kept)  # as in a process that has not heard of it
    assert "138-0000-0012" in visitor.get(page).words
    monkeypatch.setattr(recent, "monotonic", lambda: max(at for at, _ in kept.values()) + 10.1)
    assert "138-0000-0013" in visitor.get(page).words


def test_the_desk_keeps_what_was_typed_and_shows_what_buyers_see(world: World) -> None:
    visitor = Visitor(world.url).signed_in("seller")
    page = visitor.get("/seller/shop")
    page = visitor.send(page.form("form"), phone="12", wechat="rongxi_xianhuo")
    assert page.status == 422
    assert page.form("form").fields["wechat"] == "rongxi_xianhuo"
    page = visitor.send(page.form("form"), phone="0559-1234567")
    assert "已保存" in page.words
    older = page.form("form")
    page = visitor.send(older, hours="每天", phone="")
    assert 'href="tel:' not in page.source
    page = visitor.send(older, hours="周末")
    assert page.status == 409
    assert "刚被别人改过" in page.words
    page = visitor.send(page.form("form"))
    assert "周末" in page.words

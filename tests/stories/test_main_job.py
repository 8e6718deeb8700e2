"""The main job, from the tree to the customer who comes back, as its people do it over HTTP."""

import pytest

from tests.world import BUYER, RATE, World, ok, refused

OTHER_BUYER = BUYER | {"name": "陈大勇", "phone": "13900000002"}


def test_from_harvest_to_the_second_order_and_a_recall(world: World) -> None:
    # The cadre registers two batches in the village, tests them and certifies the first.
    pears = world.batch(lot="LI-1015", quantity=1000)
    others = world.batch(lot="LI-1016", quantity=500)
    for batch in (pears, others):
        assert world.inspect(batch, rate=8.5, lab="县检测站")["verdict"] == "pass"
    certificate = world.certify(pears, quantity=1000)
    assert certificate["basis_text"] == "自行检测合格"

    # The seller offers packs of ten from the first, and of both in a second offer.
    offer = world.offer(pears, title="早酥梨 10 个", price_fen=4900, packs_total=50)
    mixed = world.offer(pears, others, title="梨 10 个", price_fen=3900, packs_total=60)
    listed = world.nobody.everything(f"/v1/shops/{world.shop_id}/offers")
    assert [(listed_offer["title"], listed_offer["packs_left"]) for listed_offer in listed] == [
        ("梨 10 个", 60),
        ("早酥梨 10 个", 50),
    ]

    # A buyer orders two packs in the live stream and pays.
    order = world.order(offer, packs=2, channel="livestream", campaign_id="双十一专场")
    assert (order["state"], order["total_fen"]) == ("pending_payment", 9800)
    paid = world.pay(order)
    assert paid["state"] == "paid"

    # The seller packs, labels and ships; the order follows.
    parcel = world.pack(paid, (0, pears, 2))
    code = parcel["code"]
    label = world.seller.get(f"/v1/parcels/{code}/label")
    assert label.status_code == 200
    assert parcel["display_code"] in label.text
    assert "<svg" in world.nobody.get(f"/v1/parcels/{code}/qr.svg").text
    world.shipped(parcel)
    parcel = world.delivered(parcel | {"state": "shipped"})
    mine = ok(world.nobody.get(f"/v1/orders/{order['id']}", key=order["access_key"]), 200)
    assert (mine["state"], mine["parcels"]) == ("delivered", [code])

    # The buyer scans the box: who grew it, how it was tested, the first scan of this code.
    assert world.scan(code, "buyers-phone")["count"] == 1
    trace = world.trace(parcel["display_code"])
    assert (trace["state"], trace["scans"]["level"]) == ("normal", "normal")
    [shown] = trace["batches"]
    assert (shown["lot"], shown["village"], shown["quantity_in_parcel"]) == (
        "LI-1015",
        "容溪村",
        20,
    )
    assert shown["inspections"][0]["measurements"][0]["metric"] == RATE
    assert shown["certificate"]["title"] == "承诺达标合格证"
    assert "检测" in world.nobody.get(f"/t/{code}").text

    # Three of twenty are rotten: a photo, a claim, an answer, and the damaged share back.
    photo = world.photo(code)
    claim = world.complain(
        parcel, damaged_percent=15, photos=[photo], wanted="refund", description="三个坏了"
    )
    assert claim["late"] is False
    case = f"/v1/complaints/{claim['id']}"
    [todo] = ok(world.seller.get("/v1/complaints", state="open"), 200)["items"]
    assert (todo["id"], todo["suggested_refund_fen"]) == (claim["id"], 1470)
    ok(world.seller.post(f"{case}/answer", {"message": "抱歉，马上退您"}), 200)
    settled = world.settle(claim, message="按坏果比例退款", cause="carrier")
    assert (settled["state"], settled["refund_fen"]) == ("settled", 1470)
    ledger = ok(world.seller.get(f"/v1/orders/{order['id']}/refunds"), 200)
    assert [entry["cause"] for entry in ledger["items"]] == ["carrier"]
    assert ledger["refundable_fen"] == 8330
    followed = ok(world.nobody.get(case, key=claim["access_key"]), 200)
    assert [message["by"] for message in followed["messages"]] == ["buyer", "seller", "seller"]

    # Content, the buyer orders again; the seller sees that the settled case was followed by it.
    again = world.paid_order(mixed, packs=1)
    [customer] = ok(world.seller.get("/v1/customers", repeat="true"), 200)["items"]
    assert (customer["name"], customer["paid_orders"]) == (BUYER["name"], 2)
    assert customer["came_back_after_complaint"] is True

    # Before it is packed, a later test of the other batch fails: it is held by itself.
    stranger = world.paid_order(mixed, packs=2, buyer=OTHER_BUYER)
    sent = world.pack(stranger, (0, others, 2))
    world.shipped(sent)
    assert world.inspect(others, rate=71, stage="market")["verdict"] == "fail"
    path = f"/v1/orders/{again['id']}/parcels"
    allocation = {"line": 0, "batch_id": others["id"], "packs": 1}
    refused(world.seller.post(path, {"allocations": [allocation]}), 409, "batch_held")

    # The county recalls it: every parcel is found, every scan says so, and the first is not hit.
    world.move(others, "recall", reason="复检农残超标", by=world.county)
    [recalled_parcel] = world.county.everything(f"/v1/batches/{others['id']}/parcels")
    assert (recalled_parcel["code"], recalled_parcel["order_id"]) == (sent["code"], stranger["id"])
    called_back = world.trace(sent["code"])
    assert called_back["state"] == "recalled"
    assert called_back["batches"][0]["recall_reason"] == "复检农残超标"
    assert "请不要食用" in world.nobody.get(f"/t/{sent['code']}").text
    assert world.trace(code)["state"] == "normal"

    # Its buyer sends a photo and has all of the money back, without sending anything.
    photo = world.photo(sent["code"])
    claim = world.complain(sent, reason="other", photos=[photo])
    assert world.settle(claim, message="召回全额退款", cause="grower")["refund_fen"] == 7800

    # The second order is packed from the good batch, and everyone can read what happened.
    world.delivered(world.pack(again, (0, pears, 1)))
    changes = world.county.everything(f"/v1/batches/{others['id']}/changes")
    assert [change["new"] for change in changes] == ["registered", "passed", "held", "recalled"]
    changes = world.seller.everything(f"/v1/orders/{order['id']}/changes")
    assert [change["new"] for change in changes] == [
        "pending_payment",
        "paid",
        "packed",
        "shipped",
        "delivered",
    ]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_of_the_buyers_way_opens(language: str, world: World) -> None:
    """Scan, report, follow, reopen: by the links and forms of the pages alone."""
    parcel = world.delivered(world.parcel())
    nobody, code = world.nobody, parcel["code"]
    for path in (f"/t/{code}", f"/t/{code}/complaint"):
        page = nobody.get(path, lang=language)
        assert page.status_code == 200
        assert f'lang="{language}"' in page.text
    form = {"reason": "damaged", "damaged_percent": "30", "description": "碎了\r\n三个"}
    sent = nobody.call(
        "POST", f"/t/{code}/complaint?lang={language}", data=form | {"form_key": "one-form"}
    )
    assert sent.status_code == 303
    again = nobody.call(
        "POST", f"/t/{code}/complaint?lang={language}", data=form | {"form_key": "one-form"}
    )
    assert again.headers["Location"] == sent.headers["Location"], "a double tap is one complaint"
    followed = nobody.get(sent.headers["Location"])
    assert followed.status_code == 200
    assert "碎了" in followed.text
    path, _, query = sent.headers["Location"].partition("?")
    key = dict(part.split("=") for part in query.split("&"))["key"]
    complaint_id = path.rsplit("/", 1)[-1]
    world.settle({"id": complaint_id}, refund_fen=1)
    reopened = nobody.call("POST", f"{path}/reopen", data={"key": key, "message": "还是不行"})
    assert reopened.status_code == 303
    assert ok(world.seller.get(f"/v1/complaints/{complaint_id}"))["state"] == "open"

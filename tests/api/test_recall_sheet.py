"""The sheet of a held or recalled batch: every parcel, ticks, progress, CSV."""

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.repositories.reading import all_children
from chalicelib.repositories.tables import ChangeItem
from tests.world import BUYER, Client, Json, World, ok, refused

PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def recalled(shared: World) -> Json:
    """A recalled batch with a delivered parcel, one that is here, and one that was unpacked."""
    batch = shared.passed_batch()
    offer = shared.offer(batch, title="被召回的蛋")
    buyers = [BUYER | {"name": f"召回{n}", "phone": f"1361234000{n}"} for n in range(3)]
    orders = [shared.paid_order(offer, buyer=buyer) for buyer in buyers]
    parcels = [shared.pack(order) for order in orders]
    shared.delivered(parcels[0])
    ok(
        shared.seller.post(
            f"/v1/orders/{orders[2]['id']}/cancel", {"reason": "不要了"}, orders[2]["id"]
        )
    )
    shared.move(batch, "recall", "县里抽检不合格")
    return {"batch": batch, "orders": orders, "parcels": parcels}


def page(by: Client, path: str) -> str:
    answer = by.call("GET", path, headers=PAGE)
    assert answer.status_code == 200
    return answer.text


def rows(html: str) -> list[str]:
    return re.findall(r'id="c-(\w+)"', html)


def tick(
    shared: World, recalled: Json, at: int, *, notified: bool, by: Client | None = None
) -> Json:
    code = recalled["parcels"][at]["code"]
    path = f"/v1/batches/{recalled['batch']['id']}/parcels/{code}/notice"
    answer: Json = ok((by or shared.seller).put(path, {"notified": notified}))
    return answer


def test_the_shop_sees_every_parcel_with_its_buyer(shared: World, recalled: Json) -> None:
    html = page(shared.seller, f"/seller/batches/{recalled['batch']['id']}/recall")
    assert rows(html) == [recalled["parcels"][at]["code"] for at in (0, 1, 2)]
    for at in (0, 1):
        assert f"召回{at}" in html
        assert f"1361234000{at}" in html
        assert recalled["orders"][at]["number"] in html
    assert "县里抽检不合格" in html


def test_the_desks_counter_leads_to_exactly_these(shared: World, recalled: Json) -> None:
    desk = page(shared.seller, "/seller")
    [entry] = re.findall(
        rf'class="entry" href="(/seller/batches/{recalled["batch"]["id"]}/[^"]*)">(.*?)</a>',
        desk,
    )
    [counted] = re.findall(r"(\d+) 个包裹", entry[1])
    sheet = page(shared.seller, entry[0].replace("&amp;", "&"))
    assert int(counted) == len(rows(sheet)) == 3


def test_the_county_sees_how_far_each_shop_is_and_no_buyer(shared: World, recalled: Json) -> None:
    html = page(shared.county, f"/county/batches/{recalled['batch']['id']}/recall")
    assert len(rows(html)) == 3
    assert "召回0" not in html
    assert "13612340000" not in html
    assert '<form method="post">' not in html


def test_a_tick_is_one_whoever_repeats_it_and_can_be_taken_back(
    shared: World, recalled: Json
) -> None:
    code = recalled["parcels"][0]["code"]
    path = f"/v1/batches/{recalled['batch']['id']}/parcels/{code}/notice"
    assert shared.seller.put(path, {"notified": True}).status_code == 201
    again = shared.seller.put(path, {"notified": True})
    assert again.status_code == 200
    assert again.json()["notified"] is True
    progress = page(shared.county, f"/county/batches/{recalled['batch']['id']}/recall")
    assert "已通知 1 个，还要通知 1 个；1 个已作废" in progress
    assert tick(shared, recalled, 0, notified=False)["notified"] is False
    assert tick(shared, recalled, 0, notified=False)["notified"] is False
    assert tick(shared, recalled, 0, notified=True)["notified"] is True
    journal = all_children(ChangeItem, f"NOTICE#{recalled['batch']['id']}#{code}", "CHANGE#")
    assert [(entry.doc.old, entry.doc.new) for entry in journal] == [
        ("notified", "taken_back"),
        ("taken_back", "notified"),
    ]


def test_of_two_who_tick_at_once_one_is_first(shared: World) -> None:
    batch = shared.passed_batch()
    code = shared.delivered(shared.pack(shared.paid_order(shared.offer(batch))))["code"]
    shared.move(batch, "hold")
    path = f"/v1/batches/{batch['id']}/parcels/{code}/notice"
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: shared.seller.put(path, {"notified": True}), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({(answer.json()["by"], answer.json()["at"]) for answer in answers}) == 1


def test_the_page_ticks_too_and_keeps_its_place(shared: World, recalled: Json) -> None:
    code = recalled["parcels"][1]["code"]
    path = f"/seller/batches/{recalled['batch']['id']}/recall"
    session = Client(shared.url)
    cookie = {"Cookie": f"session={shared.seller.token}"}
    html = session.call("GET", path, headers=PAGE | cookie).text
    [csrf, *_] = re.findall(r'name="csrf" value="(\w+)"', html)
    for _ in range(2):  # a double tap
        answer = session.call(
            "POST",
            path,
            data={"csrf": csrf, "code": code, "do": "notified"},
            headers=cookie,
            allow_redirects=False,
        )
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith(f"#c-{code}")
    assert "都通知了" in session.call("GET", path, headers=PAGE | cookie).text


def test_nobody_is_to_be_told_of_what_is_fine(shared: World) -> None:
    batch = shared.passed_batch()
    code = shared.pack(shared.paid_order(shared.offer(batch)))["code"]
    html = page(shared.seller, f"/seller/batches/{batch['id']}/recall")
    assert rows(html) == [code]
    assert "还要通知" not in html
    assert "记为已通知" not in html


def test_what_cannot_be_ticked(shared: World, recalled: Json) -> None:
    void, fine = recalled["parcels"][2]["code"], shared.parcel()
    path = f"/v1/batches/{recalled['batch']['id']}/parcels"
    refused(shared.seller.put(f"{path}/{void}/notice", {"notified": True}), 409, "not_allowed_now")
    refused(
        shared.seller.put(f"{path}/{fine['code']}/notice", {"notified": True}), 404, "not_found"
    )
    batch = ok(shared.county.get(f"/v1/parcels/{fine['code']}/batches"))["items"][0]
    sold = f"/v1/batches/{batch['id']}/parcels/{fine['code']}/notice"
    refused(shared.seller.put(sold, {"notified": True}), 409, "not_allowed_now")
    refused(shared.other_seller.put(f"{path}/{void}/notice", {"notified": True}), 404, "not_found")


@pytest.fixture(scope="module")
def files(shared: World, recalled: Json) -> dict[str, list[list[str]]]:
    desks = {"seller": shared.seller, "county": shared.county}
    path = f"batches/{recalled['batch']['id']}/recall.csv?lang=en"
    return {
        name: list(
            csv.reader(io.StringIO(by.call("GET", f"/{name}/{path}").content.decode("utf-8-sig")))
        )
        for name, by in desks.items()
    }


def test_the_file_has_the_rows_of_the_sheet(
    recalled: Json, files: dict[str, list[list[str]]]
) -> None:
    for heads, *lines in files.values():
        assert len(lines) == 3
        assert len({len(line) for line in (heads, *lines)}) == 1
    assert "召回0" in files["seller"][1]
    assert not any("召回" in cell or "1361234" in cell for line in files["county"] for cell in line)

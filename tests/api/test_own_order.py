"""A buyer finds the own order by the whole phone and a number; who has a label alone does not."""

import re
from datetime import UTC, datetime

import pytest
import requests

from chalicelib.domain.access import PUBLIC, Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.search import OwnOrder
from chalicelib.services import search
from tests.meter import meter
from tests.world import BUYER, Json, World, new_id

HOME, ELSEWHERE = "203.0.113.77", "198.51.100.77"


def asked(world: World, phone: str, number: str) -> requests.Response:
    return world.nobody.call(
        "POST", "/orders", data={"phone": phone, "number": number}, allow_redirects=False
    )


def own(phone: str, number: str, address: str = HOME) -> str:
    """The id of the order, or the code of the refusal."""
    call = Call(PUBLIC, datetime.now(UTC))
    try:
        return search.own(call, OwnOrder(phone=phone, number=number), address).id
    except Refusal as refusal:
        return refusal.code


@pytest.fixture
def bought(shared: World) -> Json:
    buyer = BUYER | {"phone": f"137{int(new_id()[:7], 16) % 10**8:08}"}
    order = shared.paid_order(shared.offer(), buyer=buyer)
    return {"order": order, "parcel": shared.pack(order), "phone": buyer["phone"]}


def test_the_whole_phone_and_any_number_of_the_order_open_it(shared: World, bought: Json) -> None:
    order, phone = bought["order"], bought["phone"]
    for number in (
        order["number"],
        order["number"][-8:].lower(),
        bought["parcel"]["display_code"],
        bought["parcel"]["url"],
    ):
        answer = asked(shared, f"+86 {phone}", number)
        assert answer.status_code == 303, number
        assert re.match(rf"/orders/{order['id']}\?key=\w{{26}}&", answer.headers["Location"])
        page = shared.nobody.call("GET", answer.headers["Location"])
        assert order["number"] in page.text
        assert phone not in page.text


def test_a_wrong_phone_and_a_wrong_number_are_answered_alike(shared: World, bought: Json) -> None:
    order, phone = bought["order"], bought["phone"]
    wrong_phone = asked(shared, "13700000000", order["number"])
    wrong_number = asked(
        shared, phone, f"{order['number'][:-1]}{'0' if order['number'][-1] != '0' else '1'}"
    )
    pages = [re.sub(r'value="[^"]*"', "", page.text) for page in (wrong_phone, wrong_number)]
    assert wrong_phone.status_code == wrong_number.status_code == 404
    assert pages[0] == pages[1]


def test_every_wrong_try_asks_the_store_as_much(shared: World, bought: Json) -> None:
    order, phone, code = bought["order"], bought["phone"], bought["parcel"]["code"]
    number, none = order["number"], "SH20261015-00000000"
    asked_for = {}
    for name, typed in {"number": number, "no number": none}.items():
        with meter() as metered:
            assert own("13700000000", typed) == "no_own_order"
        asked_for[name] = metered.requests
    assert asked_for["number"] == asked_for["no number"]
    with meter() as metered:
        assert own("13700000000", code) == "no_own_order"
    known = metered.requests
    with meter() as metered:
        assert own(phone, "K7Q2M9XW4B3CH") == "no_own_order"
    assert metered.requests == known


def test_a_tail_is_not_enough(shared: World, bought: Json) -> None:
    answer = asked(shared, bought["phone"][-4:], bought["order"]["number"])
    assert answer.status_code == 422
    assert bought["order"]["number"] in answer.text  # what was typed stays


def test_tries_at_one_order_end_whoever_tries(shared: World, bought: Json) -> None:
    number = bought["order"]["number"]
    for at in range(search.MOST_OF_ORDER):
        assert own(f"1370000{at:04}", number, f"198.51.100.{at}") == "no_own_order"
    assert own(bought["phone"], number, ELSEWHERE) == "too_many"
    assert own(bought["phone"], number[-8:], ELSEWHERE) == "too_many"


def test_whoever_knows_the_number_is_not_counted(shared: World, bought: Json) -> None:
    for _ in range(search.MOST_OF_ORDER + 2):
        assert (
            own(bought["phone"], bought["order"]["number"], "198.51.100.200")
            == bought["order"]["id"]
        )


def test_one_address_does_not_try_many_orders(shared: World) -> None:
    tries = [
        own("13700000000", f"SH20261015-{at:08X}", "198.51.100.201")
        for at in range(search.MOST_OF_ADDRESS + 1)
    ]
    assert tries[-2:] == ["no_own_order", "too_many"]


def test_an_erased_buyer_finds_nothing(shared: World, bought: Json) -> None:
    shared.county.delete(f"/v1/customers/{bought['order']['customer_id']}")
    assert own(bought["phone"], bought["order"]["number"], "198.51.100.202") == "no_own_order"

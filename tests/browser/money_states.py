"""What the desks show of money: refunds that wait, an order's charges, a shop's account."""

from collections.abc import Mapping
from datetime import UTC, datetime

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.charges import NewCharge
from chalicelib.domain.refunds import NewRefund, Refund, SentRefund
from chalicelib.providers import RefundState
from chalicelib.services import charges, refunds
from chalicelib.steps import refunding, settling
from tests.provider import MCHID, FakeProvider, answering
from tests.world import Json, World, merchant_body, new_id

State = tuple[str, str, str]
"""Who looks, where, and what was just done."""


def money_states(world: World) -> Mapping[str, State]:
    """Their orders are placed, paid and refunded first, by a provider of the tests' own."""
    shop = f"/county/shops/{world.shop_id}/merchant"
    other = f"/county/shops/{world.other_shop_id}/merchant"
    with answering(FakeProvider()) as provider:
        orders = _orders(world, provider)
    return {
        "refunds": ("seller", "/seller/refunds", ""),
        "refunds-done": ("seller", "/seller/refunds?show=owed&limit=2", "sent"),
        "refunds-none": ("other_seller", "/seller/refunds", ""),
        "refunds-county": ("county", "/seller/refunds", ""),
        "order-paid-online": ("seller", f"/seller/orders/{orders['refunded']}", ""),
        "order-paid-other": ("seller", f"/seller/orders/{orders['another sum']}", ""),
        "order-sent-back": ("seller", f"/seller/orders/{orders['sent']}", ""),
        "merchant": ("county", shop, "entered"),
        "merchant-ok": ("county", shop, "check_ok"),
        "merchant-wrong": ("county", shop, "check_private_key"),
        "merchant-none": ("county", other, ""),
    }


def _orders(world: World, provider: FakeProvider) -> dict[str, str]:
    """By the services themselves, as the server may be another process, which asks a real one."""
    world.merchant(merchant_body(mchid=MCHID))
    offer = world.offer(title="在线付的土鸡蛋")
    refunded, another_sum, by_hand, sent = (world.order(offer) for _ in range(4))
    settling.settle(_call(world), provider.pay(_started(world, refunded)))
    settling.settle(_call(world), provider.pay(_started(world, another_sum), 2900))
    for order in (by_hand, sent):
        world.pay(order)
    states: tuple[RefundState, ...] = ("returned", "closed", "abnormal", "processing")
    for state in states:
        number = _refund(world, refunded, 300).number
        assert number is not None
        refunding.settle(_call(world), provider.give_back(number, state), MCHID)
    provider.refuses["refund"] = "NOT_ENOUGH"
    _refund(world, refunded, 200)
    _refund(world, by_hand, 1250)
    transfer = SentRefund(method="银行转账", reference="6222-20261130-07")
    refunds.sent(_call(world), sent["id"], _refund(world, sent, 800).id, transfer)
    return {"refunded": refunded["id"], "another sum": another_sum["id"], "sent": sent["id"]}


def _call(world: World) -> Call:
    return Call(Actor(id="seller", role="seller", shop_id=world.shop_id), datetime.now(UTC))


def _started(world: World, order: Json) -> str:
    asked = NewCharge(provider="wechatpay", way="native")
    return charges.start(_call(world), order["id"], asked, None, "203.0.113.7").charge.id


def _refund(world: World, order: Json, amount_fen: int) -> Refund:
    body = NewRefund(amount_fen=amount_fen, reason="少发一个")
    return refunds.put(_call(world), order["id"], new_id(), body)[0]

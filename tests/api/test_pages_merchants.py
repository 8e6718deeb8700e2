"""The county's page of a shop's account: entered, checked, stopped; no key is ever shown."""

from dataclasses import replace

import pytest

from chalicelib.domain.merchants import KEYS
from chalicelib.providers import Merchant, verdict
from chalicelib.steps.merchants import merchant_of
from infra.sandbox import Sandbox
from tests.visitor import AnswerPage, Visitor
from tests.world import PASSWORD, Json, World, ok, raw_items, refused, stored

from .test_merchants import path_of, rsa, secrets_of


def page_of(world: World) -> str:
    return f"/county/shops/{world.shop_id}/merchant"


def typed(entered: Json) -> dict[str, str]:
    """What the form's inputs hold."""
    return {
        f"secret_{name}" if name in KEYS else name: value
        for name, value in entered.items()
        if isinstance(value, str)
    }


def entered_by(county: Visitor, page: AnswerPage, fields: dict[str, str]) -> AnswerPage:
    return county.send(page.form("form"), **fields)


def pressed(county: Visitor, world: World, do: str) -> AnswerPage:
    page = county.get(page_of(world))
    return county.send(next(form for form in page.forms if form.fields.get("do") == do))


@pytest.fixture
def county(world: World) -> Visitor:
    return Visitor(world.url).signed_in("county")


def test_it_is_entered_and_no_key_is_shown(world: World, sandbox: Sandbox, county: Visitor) -> None:
    entered = sandbox.entered()
    page = county.get(page_of(world))
    assert "买家不能在线付款" in page.words
    after = entered_by(county, page, typed(entered))
    assert (after.status, "已存下" in after.words) == (200, True)
    for name in ("mchid", "appid", "serial_no", "public_key_id"):
        assert entered[name] in after.words
    assert not any(secret in after.text for secret in secrets_of(entered))
    merchant = merchant_of(world.shop_id, "wechatpay")
    assert merchant is not None
    assert merchant.apiv3_key == entered["apiv3_key"]
    shop = Visitor(world.url).signed_in("seller").get("/seller/shop")
    assert "起可用" in shop.words
    assert entered["mchid"] not in shop.words


def test_what_is_wrong_is_told_beside_its_input_and_no_secret_comes_back(
    world: World, sandbox: Sandbox, county: Visitor
) -> None:
    entered = sandbox.entered()
    before = stored()
    wrong = typed(entered) | {"mchid": "12", "secret_apiv3_key": "short", "serial_no": "xyz"}
    page = entered_by(county, county.get(page_of(world)), wrong)
    assert page.status == 422
    for text in ("应为 8 到 10 位数字", "正好 32 个字母数字", "只有 0-9 和 A-F"):
        assert text in page.words
    assert page.form("form").fields["appid"] == entered["appid"]
    assert not any(secret in page.text for secret in [*secrets_of(entered), "short"])
    pem = typed(entered) | {"secret_private_key": "no pem at all"}
    page = entered_by(county, county.get(page_of(world)), pem)
    assert "apiclient_key.pem 的全文（BEGIN" in page.words
    assert "no pem at all" not in page.text
    assert stored() == before


def test_payments_are_stopped_and_taken_again(
    world: World, sandbox: Sandbox, county: Visitor
) -> None:
    world.merchant(sandbox.entered())
    order = world.order(world.offer())
    pay = f"/v1/orders/{order['id']}/pay?key={order['access_key']}"
    assert "已停收新付款" in pressed(county, world, "stop").words
    body = {"provider": "wechatpay", "way": "native"}
    refused(world.nobody.post(pay, body), 409, "no_merchant")
    seller = Visitor(world.url).signed_in("seller")
    assert "县办已停收新付款" in seller.get("/seller/shop").words
    before = list(raw_items())
    page = county.get(page_of(world))
    assert "恢复收款" in page.words
    started = pressed(county, world, "start")
    assert "已恢复收款" in started.words
    assert "在线付款：停 → 开" in started.words
    assert list(raw_items()) != before
    ok(world.nobody.post(pay, body))


def test_keys_are_changed_without_payments_being_taken_again(
    world: World, sandbox: Sandbox, county: Visitor
) -> None:
    world.merchant(sandbox.entered())
    pressed(county, world, "stop")
    rotated = typed(sandbox.entered()) | {"secret_apiv3_key": "b" * 32}
    after = entered_by(county, county.get(page_of(world)), rotated)
    assert "密钥：••• → •••" in after.words
    assert "停收新付款" in after.words
    assert merchant_of(world.shop_id, "wechatpay") is None


def test_the_check_says_whether_the_keys_belong_together(
    world: World, sandbox: Sandbox, county: Visitor
) -> None:
    world.merchant(sandbox.entered())
    assert "对得上" in pressed(county, world, "check").words
    world.merchant({**sandbox.entered(), "serial_no": "A" * 40})
    assert "证书序列号不对" in pressed(county, world, "check").words


def changed(merchant: Merchant, sandbox: Sandbox, what: str) -> Merchant:
    if what == "serial_no":
        return replace(merchant, serial_no="B" * 40)
    if what == "private_key":
        return replace(merchant, private_key=rsa(2048))
    if what == "mchid":
        return replace(merchant, mchid="1900000997")  # whom no test has made known
    if what == "public_key_id":
        return replace(merchant, public_key_id="PUB_KEY_ID_0000000000")
    if what == "public_key":
        return replace(merchant, public_key=public_of(rsa(2048)))
    return replace(merchant, base_url="http://127.0.0.1:9")


def public_of(private: str) -> str:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_pem_private_key,
    )

    key = load_pem_private_key(private.encode(), None).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("what", "named"),
    [
        ("serial_no", "serial_no"),
        ("private_key", "private_key"),
        ("mchid", "private_key"),
        ("public_key", "public_key"),
        ("public_key_id", "public_key"),
        ("base_url", "away"),
    ],
)
def test_each_key_that_does_not_belong_is_named(
    world: World, sandbox: Sandbox, what: str, named: str
) -> None:
    world.merchant(sandbox.entered())
    merchant = merchant_of(world.shop_id, "wechatpay")
    assert merchant is not None
    assert verdict(changed(merchant, sandbox, what)) == named


def test_a_secret_is_not_kept_for_signing_in(world: World, sandbox: Sandbox) -> None:
    entered = sandbox.entered()
    form = Visitor(world.url).signed_in("county").get(page_of(world)).form("form")
    visitor = Visitor(world.url)
    asked = visitor.send(form, **typed(entered))
    assert asked.status == 401
    back = visitor.send(asked.form("login"), username="county", password=PASSWORD)
    assert not any(secret in back.text for secret in secrets_of(entered))


def test_only_the_county_sees_it_and_asks(world: World, sandbox: Sandbox) -> None:
    world.merchant(sandbox.entered())
    for who in ("seller", "cadre"):
        assert Visitor(world.url).signed_in(who).get(page_of(world)).status == 403
    path = path_of(world)
    assert world.county.get(path).status_code == 405

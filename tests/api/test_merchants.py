"""By which account a shop is paid: who enters it, what is checked, and that no key comes back."""

import json
import logging
import re
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from chalicelib.config import settings
from chalicelib.repositories.merchants import merchant_item
from chalicelib.services.merchants import paid_by
from chalicelib.steps.merchants import merchant_of, merchant_that_began
from infra.sandbox import Sandbox
from tests.world import Client, Json, World, merchant_body, new_id, ok, raw_items, refused, stored

TRADITIONAL, PKCS8 = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8


def path_of(world: World, shop_id: str | None = None, provider: str = "wechatpay") -> str:
    return f"/v1/shops/{shop_id or world.shop_id}/merchants/{provider}"


def secrets_of(entered: Json) -> list[str]:
    """What must stand nowhere: whole keys, and any line of a private one."""
    lines = [line for line in entered["private_key"].splitlines() if "---" not in line]
    return [entered["apiv3_key"], *lines]


def test_an_account_is_entered_once_and_the_same_again_changes_nothing(
    world: World, sandbox: Sandbox
) -> None:
    entered = sandbox.entered()
    answer = {"provider": "wechatpay", "mchid": entered["mchid"], "enabled": True}
    assert ok(world.county.put(path_of(world), entered), 201) == answer
    before = list(raw_items())
    assert ok(world.county.put(path_of(world), entered), 200) == answer
    assert list(raw_items()) == before


def test_only_the_county_enters_it(world: World, sandbox: Sandbox) -> None:
    entered, before = sandbox.entered(), stored()
    for client in (world.seller, world.cadre, world.other_seller):
        refused(client.put(path_of(world), entered), 403, "forbidden")
    refused(world.nobody.put(path_of(world), entered), 401, "unauthenticated")
    refused(world.county.put(path_of(world, new_id()), entered), 404, "not_found")
    assert stored() == before


def test_a_provider_that_is_not_known_is_refused(world: World, sandbox: Sandbox) -> None:
    answer = world.county.put(path_of(world, provider="paypal"), sandbox.entered())
    assert refused(answer, 422, "invalid")["errors"][0]["field"] == "provider"


def rsa(bits: int, form: PrivateFormat = PKCS8) -> str:
    key = generate_private_key(65_537, bits)
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


WRONG = [
    ("mchid", "19000001"[:7]),
    ("mchid", "１９００００００１"),
    ("mchid", "190000010x"),
    ("appid", "gh_0123456789abcdef"),
    ("serial_no", "not hex at all"),
    ("public_key_id", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"),
    ("apiv3_key", "a" * 31),
    ("apiv3_key", "a" * 33),
    ("apiv3_key", "密" * 32),
    ("private_key", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"),
    ("private_key", "C:\\keys\\mine.pem"),
    ("private_key", "x" * 8193),
    ("public_key", "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----"),
    ("base_url", "http://api.mch.weixin.qq.com"),
    ("base_url", "https://api.mch.weixin.qq.com.example.com"),
    ("base_url", "https://169.254.169.254/latest"),
    ("base_url", "https://user@api.mch.weixin.qq.com"),
    ("base_url", "file:///etc/passwd"),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_entry_is_told_by_its_field_and_never_repeated(
    world: World, sandbox: Sandbox, field: str, value: str
) -> None:
    before = stored()
    body = {**sandbox.entered(), field: value}
    for language in ("zh-CN", "en"):
        answer = world.county.call(
            "PUT", path_of(world), json=body, headers={"Accept-Language": language}
        )
        problem = refused(answer, 422, "invalid")
        assert [error["field"] for error in problem["errors"]] == [field]
        assert not any(secret in answer.text for secret in [value, *secrets_of(body)])
    assert stored() == before


def test_an_elliptic_key_and_a_short_one_are_no_merchants_keys(
    world: World, sandbox: Sandbox
) -> None:
    elliptic = ec.generate_private_key(ec.SECP256R1())
    for pem in (
        rsa(1024),
        elliptic.private_bytes(Encoding.PEM, PKCS8, NoEncryption()).decode(),
    ):
        answer = world.county.put(path_of(world), {**sandbox.entered(), "private_key": pem})
        assert refused(answer, 422, "invalid")["errors"][0]["field"] == "private_key"


def test_the_merchants_own_public_key_is_not_the_providers(world: World, sandbox: Sandbox) -> None:
    own = sandbox.merchant()
    swapped = {**sandbox.entered(), "private_key": own.platform}
    problem = refused(world.county.put(path_of(world), swapped), 422, "invalid")
    assert problem["errors"][0]["field"] == "public_key"


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_key_in_another_form_is_read_and_used(world: World, sandbox: Sandbox, ends: str) -> None:
    entered = sandbox.entered()
    key = load_pem_private_key(entered["private_key"].encode(), None)
    pem = key.private_bytes(Encoding.PEM, TRADITIONAL, NoEncryption()).decode()
    world.merchant({**entered, "private_key": "\n" + pem.replace("\n", ends)})
    merchant = merchant_of(world.shop_id, "wechatpay")
    assert merchant is not None
    from chalicelib import providers

    assert providers.query(merchant, "order0404").state == "unknown"


@pytest.mark.parametrize(
    "inside",
    ["http://127.0.0.1:9000", "http://localhost:80", "https://10.0.0.1", "http://[::1]:1/x"],
)
def test_in_production_the_server_can_be_sent_nowhere_but_to_the_provider(
    world: World, sandbox: Sandbox, inside: str
) -> None:
    production = settings().__class__(**{**vars(settings()), "stage": "production"})
    with patch("chalicelib.services.merchants.settings", lambda: production):
        answer = world.county.put(path_of(world), {**sandbox.entered(), "base_url": inside})
        assert refused(answer, 422, "invalid")["errors"][0]["field"] == "base_url"
        second = {**sandbox.entered(), "base_url": "https://api2.mch.weixin.qq.com/"}
        ok(world.county.put(path_of(world), second), 201)
    merchant = merchant_of(world.shop_id, "wechatpay")
    assert merchant is not None
    assert merchant.base_url == "https://api2.mch.weixin.qq.com"


# --- rotation -----------------------------------------------------------------------------------


def test_after_a_change_of_keys_what_was_begun_by_the_former_ones_is_still_asked_about(
    world: World, sandbox: Sandbox
) -> None:
    old, new = sandbox.entered(), sandbox.entered("1900000998")
    world.merchant(old)
    world.merchant(new)
    now = merchant_of(world.shop_id, "wechatpay")
    assert now is not None
    assert now.mchid == new["mchid"]
    began = merchant_that_began(world.shop_id, "wechatpay", old["mchid"], old["public_key_id"])
    assert began is not None
    assert (began.mchid, began.private_key) == (old["mchid"], old["private_key"])
    assert merchant_that_began(world.shop_id, "wechatpay", "1900000000", "") is None


def test_of_one_merchant_the_newest_keys_are_used_for_all_that_it_began(
    world: World, sandbox: Sandbox
) -> None:
    old = sandbox.entered()
    world.merchant(old)
    world.merchant({**old, "apiv3_key": "b" * 32, "serial_no": "AB" * 20})
    began = merchant_that_began(world.shop_id, "wechatpay", old["mchid"], old["public_key_id"])
    assert began is not None
    assert (began.apiv3_key, began.serial_no) == ("b" * 32, "AB" * 20)


def test_mistakes_in_a_row_lose_no_keys_that_are_in_use(world: World, sandbox: Sandbox) -> None:
    old = sandbox.entered()
    world.merchant(old)
    for mistake in range(4):
        world.merchant({**old, "apiv3_key": str(mistake) * 32})
    item = merchant_item(world.shop_id, "wechatpay")
    assert item is not None
    assert len(item.doc.sets) == 5
    for again in range(4):
        world.merchant({**old, "apiv3_key": f"{again}a" * 16})
    item = merchant_item(world.shop_id, "wechatpay")
    assert item is not None
    assert len(item.doc.sets) == 6, "only so many are kept"


def test_a_shop_whose_account_is_switched_off_is_paid_by_nobody(
    world: World, sandbox: Sandbox
) -> None:
    entered = sandbox.entered()
    world.merchant(entered)
    assert world.merchant({**entered, "enabled": False})["enabled"] is False
    assert merchant_of(world.shop_id, "wechatpay") is None
    assert merchant_that_began(
        world.shop_id, "wechatpay", entered["mchid"], entered["public_key_id"]
    )


# --- secrets ------------------------------------------------------------------------------------


def test_no_key_is_stored_in_the_clear_logged_or_shown(
    world: World, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    first, second = sandbox.entered(), sandbox.entered("1900000998")
    secrets = [*secrets_of(first), *secrets_of(second)]
    with caplog.at_level(logging.DEBUG):
        answers = [world.county.put(path_of(world), body).text for body in (first, second)]
    merchant = merchant_of(world.shop_id, "wechatpay")
    item = merchant_item(world.shop_id, "wechatpay")
    assert merchant is not None
    assert item is not None
    shown = [json.dumps(list(raw_items()), default=str), caplog.text, *answers]
    shown += [repr(merchant), str(merchant), repr(item.doc), repr(item.doc.sets)]
    assert not [text for text in shown for secret in secrets if secret in text]
    assert "sealed" not in repr(item.doc)


def test_the_journal_says_who_changed_it_and_of_the_keys_only_that_they_changed(
    world: World, sandbox: Sandbox
) -> None:
    world.merchant(sandbox.entered())
    world.merchant({**sandbox.entered(), "apiv3_key": "c" * 32})
    (entry,) = changes_of(f"MERCHANT#{world.shop_id}#wechatpay")
    assert (entry["old"], entry["new"]) == ('{"sealed": "•••"}', '{"sealed": "•••"}')
    assert entry["by"] == ok(world.county.get("/v1/me"))["id"]


def changes_of(pk: str) -> list[Any]:
    return [
        json.loads(item["doc"]["S"])
        for item in raw_items()
        if item["pk"]["S"] == pk and item["sk"]["S"].startswith("CHANGE#")
    ]


def test_the_document_of_the_api_shows_no_example_of_a_key(world: World) -> None:
    text = json.dumps(ok(world.nobody.get("/v1/openapi.json")))
    assert not re.search(r"BEGIN [A-Z ]*KEY", text)


def test_a_client_of_the_county_reads_no_account_back(world: World, sandbox: Sandbox) -> None:
    world.merchant(sandbox.entered())
    client: Client = world.county
    assert client.get(path_of(world)).status_code in {404, 405}


def test_the_apps_secret_comes_and_goes_with_the_set_and_is_never_said(world: World) -> None:
    path = f"/v1/shops/{world.shop_id}/merchants/wechatpay"
    secret = "5f" * 16
    bare = {name: text for name, text in merchant_body().items() if name != "app_secret"}
    ok(world.county.put(path, bare))
    for body, has in ((bare | {"app_secret": secret}, True), (bare, False)):
        assert secret not in str(ok(world.county.put(path, body), 200))
        known = paid_by(world.shop_id)
        assert known is not None
        assert known.has_app_secret == has
        assert secret not in f"{known!r} {list(raw_items())}"
    refused(world.county.put(path, bare | {"app_secret": "short"}), 422, "invalid")

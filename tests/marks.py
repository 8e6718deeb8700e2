"""Text that is dear to normalise, a count of the work that it asks for, and every way in for it."""

import ast
import sys
from collections.abc import Callable
from itertools import groupby
from typing import Literal, Self
from unicodedata import combining, normalize
from urllib.parse import quote

import pytest

from chalicelib.api.edge.bounds import LARGEST_PUBLIC
from chalicelib.domain import phones, text
from tests.platform_files import as_csv, import_body, qunjielong, uploaded
from tests.world import BUYER, World, new_id, ok

ROWS_OF_MARKS: dict[str, Callable[[int], str]] = {
    "marks in the wrong order": lambda n: ("a" + "\u0301\u0316" * n)[:n],
    "marks that come apart into marks": lambda n: ("a" + "\u0344\u0316" * n)[:n],
    "marks that do not say so": lambda n: "\u0f73" * n,
    "half-width voicing signs and marks": lambda n: ("ｶ" + "\uff9e\u0334" * n)[:n],
    "letters with marks of their own, then marks": lambda n: ("ᾂ" + "\u0316\u0301" * n)[:n],
}
"""name -> such a text of n characters."""


class Sorting:
    """What reaches the normaliser. longest_row: of marks, whose square is what sorting them costs.

    places: the functions that asked for it, as "domain.cells.clean".
    """

    def __init__(self) -> None:
        self.characters = self.longest = self.longest_row = 0
        self.places: set[str] = set()

    @classmethod
    def watched(cls, monkeypatch: pytest.MonkeyPatch) -> Self:
        """Counts from now on."""
        watch = cls()

        def counted(form: Literal["NFC", "NFKC"], given: str) -> str:
            watch._count(given)
            return normalize(form, given)

        monkeypatch.setattr(text, "normalize", counted)
        phones.with_extension.cache_clear()
        return watch

    def _count(self, given: str) -> None:
        frame = sys._getframe(2)
        while frame.f_globals["__name__"] in {__name__, text.__name__}:
            assert frame.f_back
            frame = frame.f_back
        module = frame.f_globals["__name__"].removeprefix("chalicelib.")
        self.places.add(f"{module}.{frame.f_code.co_name}")
        self.characters += len(given)
        self.longest = max(self.longest, len(given))
        apart = "".join(normalize("NFKD", char) for char in given)  # one by one: nothing is sorted
        for marks, row in groupby(map(combining, apart), bool):
            if marks:
                self.longest_row = max(self.longest_row, sum(1 for _ in row))


def callers(path: str, source: str) -> set[str]:
    """The functions of a module that normalise, as "domain.cells.clean"."""
    module = path.removesuffix(".py").removeprefix("chalicelib/").replace("/", ".")
    functions = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            if names & {text.composed.__name__, text.half_width.__name__}:
                functions.add(f"{module}.{node.name}")
    return functions


# --- every way in -----------------------------------------------------------------------------


def _form(world: World, given: str) -> None:
    """Anybody's, without signing in."""
    path = f"/shops/{world.shop_id}/offers/{new_id()}"
    answer = world.nobody.call("POST", path, data={"packs": given})
    assert answer.status_code in {404, 413, 422}, answer.text


def _waybill_file(world: World, given: str) -> None:
    content = as_csv([["订单号", "快递公司", "运单号"], ["SH1", "顺丰", given]], "utf-8")
    answer = world.seller.call("POST", "/v1/waybills/read", data=content)
    assert answer.status_code == 200, answer.text


def _carrier_in_a_file(world: World, given: str) -> None:
    content = as_csv([["订单号", "快递公司", "运单号"], ["SH1", given, "SF1"]], "utf-8")
    answer = world.seller.call("POST", "/v1/waybills/read", data=content)
    assert answer.status_code == 200, answer.text


def _waybill_headings(world: World, given: str) -> None:
    content = as_csv([["订单号", "快递公司", given], ["SH1", "顺丰", "SF1"]], "utf-8")
    answer = world.seller.call("POST", "/v1/waybills/read", data=content)
    assert answer.status_code == 200, answer.text


def _scan(world: World, given: str) -> None:
    answer = world.nobody.get(f"/t/{quote(given[:1000], safe='')}")
    assert answer.status_code == 404, answer.text


def _waybill_rows(field: str) -> Callable[[World, str], None]:
    def entry(world: World, given: str) -> None:
        row = {"row": 1, "parcel": "SH1", "carrier": "顺丰", "waybill": "SF1"} | {field: given}
        answer = world.seller.post("/v1/waybills", {"rows": [row]}, new_id())
        assert answer.status_code in {200, 422}, answer.text

    return entry


def _order(**fields: str) -> Callable[[World, str], None]:
    """fields: of the buyer, where {} is the text, as much of it as anybody may send."""

    def entry(world: World, given: str) -> None:
        most = given[: LARGEST_PUBLIC // 8]
        buyer = BUYER | {name: value.format(most) for name, value in fields.items()}
        body = {
            "shop_id": world.shop_id,
            "lines": [{"offer_id": new_id(), "packs": 1}],
            "buyer": buyer,
            "channel": "direct",
        }
        answer = world.nobody.post("/v1/orders", body, new_id())
        assert answer.status_code in {404, 422}, answer.text

    return entry


def _sold(world: World, given: str) -> None:
    """To whoever is called so, and found by it."""
    buyer = BUYER | {"name": given[: LARGEST_PUBLIC // 8]}
    body = world.order_body(world.offer(), buyer=buyer)
    answer = world.nobody.post("/v1/orders", body, new_id())
    assert answer.status_code in {201, 422}, answer.text


def _contact(world: World, given: str) -> None:
    path = f"/v1/shops/{world.shop_id}/contact"
    answer = world.seller.post(path, {"wechat": given})
    assert answer.status_code in {200, 422}, answer.text


def _import_file(column: str, *, row: int = 1) -> Callable[[World, str], None]:
    def entry(world: World, given: str) -> None:
        table = qunjielong(1)
        table[row][table[0].index(column)] = given
        import_id = uploaded(world.seller, as_csv(table, "utf-8"))
        answer = world.seller.post(f"/v1/imports/{import_id}/read", {})
        assert answer.status_code == 200, answer.text

    return entry


def _mapped_goods(world: World, given: str) -> None:
    table = qunjielong(1)
    table[1][table[0].index("商品名称")] = given
    path = f"/v1/imports/{uploaded(world.seller, as_csv(table, 'utf-8'))}/read"
    offer = {"offer_id": world.offer()["id"], "packs": 1}
    read = ok(world.seller.post(path, {}), 200)["items"]
    items = [offer | {"title": item["title"], "sku": item["sku"]} for item in read]
    answer = world.seller.post(path, {"items": items})
    assert answer.status_code in {200, 422}, answer.text


def _household(world: World, given: str) -> None:
    """As a phone sends it that was offline when it was added."""
    body = {"village_id": world.village_id, "kind": "farm", "display_name": given[:1000]}
    answer = world.cadre.put(f"/v1/producers/{new_id()}?unless_known=true", body)
    assert answer.status_code in {200, 201, 422}, answer.text


def _joining(world: World, given: str) -> None:
    """Whoever has a box in hand whose claim another phone made."""
    parcel = world.delivered(world.parcel())
    world.complain(parcel)
    form = {"number": parcel["code"], "tail": given}
    answer = world.nobody.call("POST", f"/t/{parcel['code']}/complaint/join", data=form)
    assert answer.status_code in {413, 422}, answer.text


def _sought(world: World, given: str) -> None:
    answer = world.seller.get("/v1/search", q=given[:1000])
    assert answer.status_code in {200, 422}, answer.text


def _filename(world: World, given: str) -> None:
    answer = world.seller.post("/v1/imports", import_body(b"x", given))
    assert answer.status_code in {201, 422}, answer.text


PLACES: dict[str, list[Callable[[World, str], None]]] = {
    "api.edge.forms.number": [_form],
    "domain.catalogue._wechat": [_contact],
    "domain.search.plain_name": [_sold],
    "domain.claim_numbers.read_number": [_sought],
    "domain.households.alike": [_household],
    "domain.joining.ends_with": [_joining],
    "domain.cells.bare": [_waybill_file, _import_file("商品名称")],
    "domain.fields._clean": [_order(name="{}"), _filename],
    "domain.likeness._name_and_size": [_import_file("商品名称")],
    "domain.carriers.carrier_of": [_waybill_rows("carrier"), _carrier_in_a_file],
    "domain.carriers.waybill_of": [_waybill_rows("waybill"), _waybill_file],
    "domain.codes.as_meant": [_waybill_rows("parcel"), _scan],
    "domain.waybill_files.plain": [_waybill_headings],
    "domain.phones._parted": [_order(phone="{}"), _import_file("手机号")],
    "domain.phones.extensions": [_order(name="{}")],
    "domain.states.plain": [_import_file("订单状态")],
    "domain.sizes.plain": [_mapped_goods],
    "domain.platforms.heading": [_import_file("接龙号", row=0), _import_file("商品规格")],
}
"""Every function that normalises what somebody sent, and how it is reached."""

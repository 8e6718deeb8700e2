"""An empty installation is set up by its first county account, by pages alone, and then sells."""

import json
import re

from tests.visitor import AnswerPage, PageForm, Visitor
from tests.world import today


def page_form(page: AnswerPage) -> PageForm:
    assert page.status == 200, page.words
    return page.form("form")


def opened(county: Visitor, link: str, **values: str) -> tuple[str, AnswerPage]:
    """The password that is shown once, and the page it leads to."""
    page = county.send(page_form(county.get(link)), **values)
    assert page.status == 200, page.words
    password = re.search(r"密码 (\S+)", page.words.partition("账号可以用了")[2])
    assert password, page.words
    return password[1], county.get(page.link("/county/setup"))


def signed_in(url: str, username: str, password: str) -> tuple[Visitor, AnswerPage]:
    visitor = Visitor(url)
    login = visitor.get("/login").form("login")
    return visitor, visitor.send(login, username=username, password=password)


def test_a_county_begins_with_nothing_and_sells_by_pages_alone(run) -> None:  # type: ignore[no-untyped-def]
    served = run()
    url = served.url()
    assert f"{url}/county/setup" in served.printed
    first = json.loads((served.folder / "demo-accounts.json").read_text("utf-8"))["county"]
    county, setup = signed_in(url, first["username"], first["password"])
    assert setup.url.partition("?")[0].endswith("/county/setup"), "where an empty one begins"
    assert "登记第一个村" in setup.words

    # 1. A village; two taps are one.
    form = page_form(county.get(setup.link("/county/villages/new")))
    typed = {"village_name": "容溪村", "county": "徽州区", "province": "安徽省"}
    for _ in range(2):
        setup = county.send(form, **typed)
    assert setup.words.count("容溪村") == 1

    # Left, and taken up again: it knows what is there.
    county, setup = signed_in(url, first["username"], first["password"])
    assert "添加第一种产品" in setup.words

    # 2. A product, from the list of what one may begin with.
    starters = county.get(setup.link("/cadre/products/new"))
    assert "限量没有现成的出处" in starters.words
    form = page_form(county.get(starters.link("starter=eggs")))
    assert form.fields["source-0"] == "GB 31650（产蛋期禁用）"
    setup = county.send(form, product_name="土鸡蛋")
    assert "土鸡蛋" in setup.words

    # 3. A household, 4. a shop.
    form = page_form(county.get(setup.link("/cadre/producers/new")))
    setup = county.send(form, display_name="农户 12", household_code="RX-012")
    assert "农户 12" in setup.words
    form = page_form(county.get(setup.link("/county/shops/new")))
    setup = county.send(form, shop_name="容溪鲜货")
    assert "容溪鲜货" in setup.words
    assert "还缺驻村干部" in setup.words

    # 5. Accounts.
    who = county.get(setup.link("/county/people/new"))
    password, setup = opened(
        county, who.link("role=cadre"), new_username="rongxi", name="容溪驻村干部"
    )
    assert "还缺卖家" in setup.words
    shops_password, setup = opened(
        county, who.link("role=seller"), new_username="fresh", name="店里的人"
    )
    assert "五步" not in setup.words
    assert "基本资料" in setup.words

    # The cadre records a batch and its test.
    cadre, _ = signed_in(url, "rongxi", password)
    form = page_form(cadre.get("/cadre/batches/new"))
    batch = cadre.send(form, amount="600", harvested_on=today(), lot="A-1")
    assert batch.status == 200, batch.words
    form = page_form(cadre.get(batch.link("/inspect")))
    batch = cadre.send(form, **{"below-florfenicol": "1", "value-weight": "52", "stage": "packing"})
    assert "检测合格" in batch.words, batch.words

    # The seller opens an offer, and the shop's page has it.
    seller, _ = signed_in(url, "fresh", shops_password)
    choice = seller.get("/seller/offers/new")
    form = page_form(seller.get(choice.link("product_id=")))
    offers = seller.send(form, title="土鸡蛋 30 枚", pack="30", packs="10", price="45")
    assert offers.status == 200, offers.words
    shop = Visitor(url).get(seller.get("/seller/shop").link("/shops/"))
    assert "土鸡蛋 30 枚" in shop.words

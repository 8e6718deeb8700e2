"""An empty installation is set up by pages alone, sells, answers for it, and recalls a batch."""

import html
import json
import re
from urllib.parse import urlsplit

from tests.visitor import AnswerPage, PageForm, Visitor
from tests.world import BUYER, today

ADDRESS = {"name": BUYER["name"], "phone": BUYER["phone"], **BUYER["address"]}


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


def next_step(seller: Visitor) -> str:
    """Where the one filled button of the desk leads."""
    home = seller.get("/seller")
    [step] = re.findall(r'<a class="btn main" href="([^"]+)"', home.source)
    return html.unescape(step)


def batch_path(batch: AnswerPage) -> str:
    return urlsplit(batch.url).path


def test_a_county_begins_with_nothing_sells_and_recalls_by_pages_alone(run) -> None:  # type: ignore[no-untyped-def]
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
    buyer = Visitor(url)
    shop = buyer.get(seller.get("/seller/shop").link("/shops/"))
    assert "土鸡蛋 30 枚" in shop.words

    # A buyer orders and pays by word of mouth; the desk leads from one step to the next.
    form = buyer.get(shop.link("/offers/")).form("form")
    order = buyer.send(form, packs="2", **ADDRESS)
    assert "已下单" in order.words, order.words
    page = seller.get(seller.get("/seller").link("/seller/orders/"))
    assert "已登记收款" in seller.send(page.form("pay")).words
    packing = seller.get(next_step(seller))
    asked = seller.send(packing.form("pack"), do="ask")
    assert "要装 1 箱吗" in asked.words
    labels = seller.send(asked.form("pack"), do="labels")
    [code] = set(re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", labels.words))
    waybills = seller.get(next_step(seller))
    rows = f"{code}\t顺丰\tSF1234567890123"
    asked = seller.send(waybills.form("waybills"), rows=rows, do="check")
    assert "将要发货 1 箱" in asked.words
    sent = seller.send(asked.form("waybills"), do="ship")
    assert "发货 1 箱" in sent.words
    assert "都做完了" in seller.get("/seller").words

    # The box is scanned and complained about; the seller settles what the rule says.
    trace = buyer.get(f"/t?code={code}")
    assert "检测合格" in trace.words
    report = buyer.get(trace.link("/complaint")).form("form")
    claim = buyer.send(report, reason="damaged", damaged_percent="30", wanted="refund")
    assert "已提交" in claim.words, claim.words
    case = seller.get(next_step(seller))
    assert "部分退款，退 ¥27.00" in seller.send(case.form("settle")).words
    assert "已处理：部分退款" in buyer.get(claim.url).words
    assert "¥27.00" in buyer.get(order.url).words

    # The village recalls the batch: the buyer is warned, told by the shop, and the county sees it.
    form = page_form(cadre.get(batch.link("/recall")))
    assert "已召回" in cadre.send(form, reason="检测不合格").words
    assert "请不要食用" in buyer.get(f"/t?code={code}").words
    assert "请不要食用" in buyer.get(order.url).words
    sheet = seller.get(next_step(seller))
    assert f"{BUYER['name']} {BUYER['phone']}" in sheet.words
    tick = next(form for form in sheet.forms if form.fields.get("code"))
    assert "共 1 个包裹，都通知了" in seller.send(tick, do="notified").words
    seen = county.get(county.get("/county").link(batch_path(batch)))
    assert "共 1 个包裹，都通知了" in county.get(seen.link("/recall")).words

"""Every page of the desks and the shop in its states, for whoever looks at them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from playwright.sync_api import FilePayload
from playwright.sync_api import Page as Tab

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.catalogue import NewVillage
from chalicelib.domain.complaints import NewComplaint
from chalicelib.domain.conversations import NewMessage
from chalicelib.domain.fields import CHINA
from chalicelib.domain.offer_changes import OfferChange
from chalicelib.repositories.complaints import joining_key, key_for
from chalicelib.repositories.mappings import mapping_of
from chalicelib.services import (
    again,
    catalogue,
    complaints,
    conversations,
    labels,
    offer_changes,
    people,
)
from chalicelib.steps.import_orders import mark_of
from tests.platform_files import (
    TITLES,
    FileRows,
    as_csv,
    as_xlsx,
    imported,
    jd,
    kuaituantuan,
    mapped,
    pinduoduo,
    taobao,
    uploaded,
)
from tests.world import (
    BUYER,
    PASSWORD,
    Json,
    World,
    inspection_body,
    instant,
    new_id,
    ok,
    photo_body,
    product_body,
    training_body,
)

from .book_states import BookStates
from .chromium import ROOT
from .money_states import money_states
from .tabs import address


@dataclass(frozen=True)
class DeskLook:
    """Who looks where: an account of the world, or nobody.

    ready: what the page's own script shows when it is done. act: what is done before it is looked
    at. note: what the page says was just done.
    """

    who: str
    path: str
    ready: str = ""
    act: Callable[[Tab], None] | None = None
    note: str = ""

    def open(self, tab: Tab, world: World, language: str, *, large: bool = False) -> None:
        if self.note:
            tab.context.add_cookies([{"name": "done", "value": self.note, "url": world.url}])
        tab.goto(address(world, self.path, language, large=large))
        if self.act:
            self.act(tab)
        if self.ready:
            tab.locator(self.ready).first.wait_for()


def wrong_contact(tab: Tab) -> None:
    """Sends a number and an id that are none."""
    tab.fill("#phone", "0559-12")
    tab.fill("#wechat", "容溪鲜货")
    tab.locator(".bar .main").click()


def session_lost(tab: Tab) -> None:
    """Writes a reply, which is sent when the session is over."""
    cookies = tab.context.cookies()
    tab.fill("#n-reply_title", "抱歉")
    tab.fill("#n-text", "13800138000 张三，马上补寄。")
    tab.context.clear_cookies()
    tab.locator("#new button").click()
    tab.locator("#login").wait_for()
    tab.context.add_cookies(cookies)  # type: ignore[arg-type]


def signed_in_again(tab: Tab) -> None:
    session_lost(tab)
    tab.context.clear_cookies()
    tab.fill("#username", "seller")
    tab.fill("#password", PASSWORD)
    tab.locator(".bar .main").click()


class FullWorld:
    """A world with one of everything."""

    def __init__(self, url: str) -> None:
        self.world = world = World(url)
        contact = {
            "phone": "0559-1234567 转 12",
            "wechat": "rongxi_xianhuo",
            "return_address": "安徽省黄山市歙县测试路 1 号 容溪鲜货 0559-1234567",
            "hours": "每天 8:00–20:00",
        }
        ok(world.seller.post(f"/v1/shops/{world.shop_id}/contact", contact))
        passed, held, recalled = (world.passed_batch() for _ in range(3))
        certificate = world.certify(passed, quantity=600)
        self.passed = passed["id"]
        first = world.inspect(held)
        world.inspect(held, rate=66, supersedes=first["id"], note="复检", lab="县检测站")
        world.move(recalled, "recall", "县里抽检不合格")
        far = world.batch(lot="FAR-1", quantity=1_000_000)
        pear = product_body(name="砀山酥梨", name_en="Dangshan pear", unit="g", grade="一级")
        self.pear = ok(world.cadre.put(f"/v1/products/{new_id()}", pear))["id"]
        by_weight = world.passed_batch(product_id=self.pear, quantity=500_000)
        offer = world.offer(passed, limit_per_customer=9)
        self.offer = offer["id"]
        pears = world.offer(by_weight, title="砀山酥梨 5 斤装", pack_quantity=2500, packs_total=7)
        edited, ended = (world.offer(title=title) for title in ("改过的蛋", "下架的蛋"))
        closed = {"reason": "卖完"}
        ok(world.seller.post(f"/v1/offers/{ended['id']}/close", closed, new_id()))
        seller_call = Call(
            Actor(id="seller", role="seller", shop_id=world.shop_id), datetime.now(CHINA)
        )
        _, seen, _ = offer_changes.with_history(seller_call, edited["id"])
        dearer = OfferChange(title="改过的土鸡蛋", price_fen=3200)
        offer_changes.change(seller_call, edited["id"], dearer, seen)
        risky = world.passed_batch()
        world.offer(risky, title="暂停的蛋")
        world.move(risky, "hold", "混放")
        world.order(world.offer(packs_total=1, title="卖完的蛋"))
        self.to_pay = world.order(offer)
        self.to_pack = world.paid_order(offer, packs=2)
        self.to_ship = world.paid_order(offer)
        world.pack(self.to_ship)
        self.done = world.paid_order(offer, packs=2)
        parcel = world.delivered(world.pack(self.done))
        self.complaint = world.complain(parcel, damaged_percent=30, description="烂了三个")["id"]
        self._talk(parcel["code"])
        late = world.delivered(world.pack(world.paid_order(offer)))
        at = datetime.now(CHINA) - timedelta(hours=50)
        call = Call(Actor(id="public"), at)
        body = NewComplaint(reason="damaged", description="压坏了")
        self.overdue = complaints.report(call, late["code"], body, "192.0.2.1").id
        refund = {"amount_fen": 500, "reason": "少发一个"}
        ok(world.seller.put(f"/v1/orders/{self.done['id']}/refunds/{new_id()}", refund))
        bad = world.passed_batch(lot="BAD-1")
        worse = world.offer(bad, title="坏的蛋")
        boxes = [world.delivered(world.pack(world.paid_order(worse))) for _ in range(4)]
        picture = (ROOT / "chalicelib/pages/static/drawing/icon-192.png").read_bytes()
        photos = [world.photo(boxes[0]["code"], picture) for _ in range(2)]
        rotten = world.complain(boxes[0], photos=photos, damaged_percent=50, wanted="replacement")
        self.rotten = rotten["id"]
        for box in boxes[1:3]:
            world.complain(box, reason="damaged")
        back = world.complain(boxes[3], reason="other", wanted="return")
        world.settle(back, remedy="return")
        broken = world.delivered(world.pack(world.paid_order(offer)))
        sent_again = world.settle(world.complain(broken), remedy="replacement")
        spoilt = world.complain(world.delivered(world.pack(world.paid_order(offer))))
        world.settle(spoilt, remedy="replacement")
        reopen = f"/v1/complaints/{spoilt['id']}/reopen?key={spoilt['access_key']}"
        ok(world.nobody.post(reopen, {"message": "又坏了"}))
        for title in ("抱歉", "请补一张照片"):
            reply = {"title": title, "text": f"{title}，我们马上核实。"}
            ok(world.seller.put(f"/v1/replies/{new_id()}", reply))
        cadre, seller, county, nobody = "cadre", "seller", "county", ""
        batch = f"/cadre/batches/{self.passed}"
        certified = f"{batch}/certificates/{certificate['id']}"
        shop = f"/shops/{world.shop_id}"
        own = f"/orders/{self.to_pay['id']}?key={self.to_pay['access_key']}"
        packed = self.to_ship["id"]
        person = ok(world.cadre.get("/v1/me"))["id"]
        lapsed = training_body(trained_on="2025-01-15", valid_until="2026-01-14")
        ok(world.county.put(f"/v1/accounts/{person}/trainings/{new_id()}", lapsed))
        path = f"/v1/batches/{passed['id']}/inspections/{new_id()}"
        photo = ok(world.cadre.put(f"/v1/photos/{new_id()}", photo_body()))["photo_id"]
        late_phone = {"Device-Time": instant(minutes=65)}
        to_look_at = inspection_body(photos=[photo])
        ok(world.cadre.call("PUT", path, json=to_look_at, headers=late_phone))
        agreed: Json = {"consent": {"text_version": "2026-11"}}
        regular = world.paid_order(offer, buyer=BUYER | {"phone": "13900000002"}, **agreed)
        customer = regular["customer_id"]
        code = world.coupon({"id": customer}, min_total_fen=3000)["code"]
        world.coupon({"id": customer}, percent=10)
        ok(world.seller.post("/v1/customers/exports", {"purpose": "message"}, new_id()))

        def ask(tab: Tab) -> None:
            tab.fill("#amount", "2000000")
            tab.fill("#harvested_on", "2025-01-05")
            tab.locator("#bar button").click()

        def dear(tab: Tab) -> None:
            tab.fill("#price", "99999")
            tab.locator(".bar .main").click()

        def too_few(tab: Tab) -> None:
            tab.fill("#packs", "x")
            tab.locator(".bar .main").click()

        self.pages: dict[str, DeskLook] = {
            "login": DeskLook(nobody, "/login"),
            "signed-in": DeskLook(seller, "/login"),
            "forbidden": DeskLook(cadre, "/seller"),
            "missing": DeskLook(cadre, "/cadre/batches/none"),
            "cadre": DeskLook(cadre, "/cadre/batches"),
            "cadre-clear": DeskLook("other_cadre", "/cadre/batches"),
            "cadre-pick": DeskLook(cadre, "/cadre/batches?pick=inspect"),
            "county": DeskLook(county, "/cadre/batches?limit=2"),
            "county-people": DeskLook(county, "/county/people?limit=3"),
            "county-person": DeskLook(county, f"/county/people/{person}"),
            "county-flagged": DeskLook(county, "/county/flagged?limit=2"),
            "choice": DeskLook(cadre, "/cadre/batches/new"),
            "new-batch": DeskLook(cadre, f"/cadre/batches/new?product_id={self.pear}"),
            "new-batch-asked": DeskLook(
                cadre, f"/cadre/batches/new?product_id={world.product_id}", "#asked", ask
            ),
            "batch": DeskLook(cadre, batch),
            "batch-quantity": DeskLook(cadre, f"/cadre/batches/{far['id']}/quantity"),
            "batch-held": DeskLook(cadre, f"/cadre/batches/{held['id']}"),
            "batch-recalled": DeskLook(cadre, f"/cadre/batches/{recalled['id']}"),
            "inspect": DeskLook(cadre, f"{batch}/inspect"),
            "certificate": DeskLook(cadre, f"{batch}/certificate"),
            "recall": DeskLook(cadre, f"{batch}/recall"),
            "certificate-a4": DeskLook(cadre, certified),
            "certificate-label": DeskLook(cadre, f"{certified}?format=roll"),
            "code-a4": DeskLook(county, f"{batch}/qr"),
            "code-label": DeskLook(cadre, f"{batch}/qr?format=roll"),
            "seller": DeskLook(seller, "/seller"),
            "orders": DeskLook(seller, "/seller/orders"),
            "orders-paged": DeskLook(seller, "/seller/orders?state=all&by=amount&down=1&limit=5"),
            "orders-none": DeskLook("other_seller", "/seller/orders?days=7"),
            "order-to-pay": DeskLook(seller, f"/seller/orders/{self.to_pay['id']}"),
            "order-to-pack": DeskLook(seller, f"/seller/orders/{self.to_pack['id']}"),
            "order-to-ship": DeskLook(seller, f"/seller/orders/{packed}"),
            "order-done": DeskLook(seller, f"/seller/orders/{self.done['id']}"),
            "complaint": DeskLook(seller, f"/seller/complaints/{self.complaint}"),
            "complaint-overdue": DeskLook(seller, f"/seller/complaints/{self.overdue}"),
            "complaint-pattern": DeskLook(seller, f"/seller/complaints/{self.rotten}"),
            "complaint-return": DeskLook(seller, f"/seller/complaints/{back['id']}"),
            "complaint-county": DeskLook(county, f"/seller/complaints/{self.rotten}"),
            "complaint-replaced": DeskLook(seller, f"/seller/complaints/{spoilt['id']}"),
            "order-replaced": DeskLook(seller, f"/seller/orders/{sent_again['order_id']}"),
            "order-replacement": DeskLook(
                seller, f"/seller/orders/{sent_again['replacements'][0]}"
            ),
            "inbox": DeskLook(seller, "/seller/complaints"),
            "inbox-settled": DeskLook(seller, "/seller/complaints?show=settled&limit=1"),
            "inbox-county": DeskLook(county, "/seller/complaints"),
            "replies": DeskLook(seller, "/seller/replies"),
            "replies-saved": DeskLook(seller, "/seller/replies", note="saved"),
            "sign-in-kept": DeskLook(seller, "/seller/replies", "#login", session_lost),
            "form-back": DeskLook(seller, "/seller/replies", ".banner.info", signed_in_again),
            "batch-proposed": DeskLook(cadre, f"/cadre/batches/{bad['id']}"),
            "hold-proposed": DeskLook(county, f"/cadre/batches/{bad['id']}/hold"),
            "own-return": DeskLook(nobody, f"/complaints/{back['id']}?key={back['access_key']}"),
            "offers": DeskLook(seller, "/seller/offers"),
            "offers-closed": DeskLook(seller, "/seller/offers?state=closed"),
            "offer-edit": DeskLook(seller, f"/seller/offers/{edited['id']}/edit"),
            "offer-edit-asked": DeskLook(
                seller, f"/seller/offers/{edited['id']}/edit", "#asked", dear
            ),
            "offer-edit-ended": DeskLook(seller, f"/seller/offers/{ended['id']}/edit"),
            "offer-packs": DeskLook(seller, f"/seller/offers/{self.offer}/packs"),
            "offer-packs-none": DeskLook(
                seller, f"/seller/offers/{self.offer}/packs", ".error", too_few
            ),
            "offer-like": DeskLook(
                seller, f"/seller/offers/new?product_id={self.pear}&like={pears['id']}"
            ),
            "customer-regular": DeskLook(seller, f"/seller/customers/{self.done['customer_id']}"),
            "new-offer": DeskLook(seller, f"/seller/offers/new?product_id={self.pear}"),
            "contact": DeskLook(seller, "/seller/shop", note="contact"),
            "contact-none": DeskLook("other_seller", "/seller/shop"),
            "contact-wrong": DeskLook(seller, "/seller/shop", ".error", wrong_contact),
            "close-offer": DeskLook(seller, f"/seller/offers/{self.offer}/close"),
            "customers": DeskLook(seller, "/seller/customers"),
            "customers-group": DeskLook(seller, "/seller/customers?segment=best&days=30"),
            "customer": DeskLook(seller, f"/seller/customers/{customer}"),
            "shop": DeskLook(nobody, shop),
            "order-form": DeskLook(nobody, f"{shop}/offers/{self.offer}"),
            "own-order": DeskLook(nobody, own),
            **self._packing(offer),
            **self._imports(),
            **self._searches(),
            **self._recalls(),
            "order-form-known": DeskLook(nobody, self._again(regular, code)),
            **self._catalogue(person),
            **self._books(),
            "customers-none": DeskLook("other_seller", "/seller/customers"),
            "nothing-to-do": DeskLook("other_seller", "/seller"),
            **{
                name: DeskLook(who, path, note=note)
                for name, (who, path, note) in money_states(world).items()
            },
        }

    def _books(self) -> dict[str, DeskLook]:
        shown = BookStates(self.world, datetime.now(CHINA), self.done["id"])
        books = "/seller/books"

        def too_short(tab: Tab) -> None:
            tab.locator(".differs summary").first.click()
            tab.locator(".differs textarea").first.fill(" ")
            tab.locator(".differs .btn").first.click()

        return {
            "books": DeskLook("other_seller", f"{books}?month={shown.month}"),
            "books-county": DeskLook("county", f"{books}?month={shown.month}", note="fetched_all"),
            "books-closed": DeskLook("county", f"{books}?month={shown.closed}"),
            "books-none": DeskLook("seller", books),
            "book-day": DeskLook("other_seller", f"{books}/{shown.day}"),
            "book-day-county": DeskLook("county", f"{books}/{shown.day}"),
            "book-day-good": DeskLook("other_seller", f"{books}/{shown.good}"),
            "book-day-away": DeskLook("county", f"{books}/{shown.away}"),
            "book-day-wrong": DeskLook("other_seller", f"{books}/{shown.day}", ".error", too_short),
        }

    def _talk(self, code: str) -> None:
        """The buyer was asked for another photo and sends it; somebody joins by a second phone."""
        path = f"/v1/complaints/{self.complaint}"
        ok(self.world.seller.post(f"{path}/answer", {"message": "请再拍一张箱底。"}, new_id()))
        picture = (ROOT / "chalicelib/pages/static/drawing/icon-192.png").read_bytes()
        more = NewMessage(
            message="拍上了，底下一层也破了。", photos=[self.world.photo(code, picture)]
        )
        call, home = Call(Actor(id="public"), datetime.now(CHINA)), "192.0.2.1"
        conversations.say_more(call, self.complaint, more, key_for(self.complaint), home)
        second = NewMessage(message="我是他爱人，蛋液漏到箱外了。")
        conversations.say_more(
            call, self.complaint, second, joining_key(self.complaint), home, joiners=True
        )

    def _call(self) -> Call:
        actor = Actor(id="seller", role="seller", shop_id=self.world.shop_id)
        return Call(actor, datetime.now(CHINA))

    def _catalogue(self, person: str) -> dict[str, DeskLook]:
        """What the county is made of: lists, forms, what somebody else changed meanwhile."""
        world, county = self.world, "county"
        village = f"/county/villages/{world.other_village_id}"
        office = Call(Actor(id=ok(world.county.get("/v1/me"))["id"]), datetime.now(CHINA))
        left = [
            ok(world.account("seller", username, shop_id=world.shop_id).get("/v1/me"))["id"]
            for username in ("left", "back")
        ]
        for account_id in left:
            people.close(office, account_id)
        closed, back = left

        def overtaken(tab: Tab) -> None:
            """Between opening the form and sending it, another editor saves."""
            known, seen, _ = catalogue.village_with_history(world.other_village_id)
            name = "石屋村" if known.name == "石屋" else "石屋"
            other = NewVillage(name=name, county=known.county, province=known.province)
            catalogue.change_village(office, known.id, other, seen, "和公章一致")
            tab.fill("#county", "徽州区")
            tab.locator(".bar .main").click()

        def wrong(tab: Tab) -> None:
            tab.fill("#bound-0", "a")
            tab.locator(".bar .main").click()

        def opening(tab: Tab) -> None:
            tab.locator(".bar .main").click()

        return {
            "setup": DeskLook(county, "/county/setup"),
            "villages": DeskLook(county, "/county/villages"),
            "village-new": DeskLook(county, "/county/villages/new?setup=1"),
            "village-overtaken": DeskLook(county, village, ".banner.bad", overtaken),
            "shops-list": DeskLook(county, "/county/shops", note="changed"),
            "shop-change": DeskLook(county, f"/county/shops/{world.shop_id}"),
            "producers": DeskLook("cadre", "/cadre/producers"),
            "producer-new": DeskLook("cadre", "/cadre/producers/new"),
            "products": DeskLook("cadre", "/cadre/products"),
            "starters": DeskLook(county, "/cadre/products/new"),
            "product-new": DeskLook(county, "/cadre/products/new?starter=fungi"),
            "product-empty": DeskLook(county, "/cadre/products/new?starter=tea"),
            "product-wrong": DeskLook(
                county, f"/cadre/products/{world.product_id}", ".error", wrong
            ),
            "account-roles": DeskLook(county, "/county/people/new"),
            "account-new": DeskLook(county, "/county/people/new?role=cadre"),
            "account-change": DeskLook(county, f"/county/people/{person}/change"),
            "account-closed": DeskLook(county, f"/county/people/{closed}"),
            "account-close": DeskLook(county, f"/county/people/{person}/close"),
            "account-reopen": DeskLook(county, f"/county/people/{closed}/password"),
            "account-opened": DeskLook(
                county, f"/county/people/{back}/password", ".banner.warn", opening
            ),
            "own-account": DeskLook("cadre", "/account"),
        }

    def _again(self, order: Json, coupon: str) -> str:
        token = again.token(
            self._call(),
            shop_id=self.world.shop_id,
            customer_id=order["customer_id"],
            order_id=order["id"],
        )
        return f"/shops/{self.world.shop_id}/again?token={token}&coupon={coupon}"

    def _packing(self, offer: Json) -> dict[str, DeskLook]:
        """What is printed, what cannot be, and what a carrier's file may hold."""
        world = self.world
        bad = world.passed_batch()
        stopped = world.offer(bad, title="要召回的蛋")
        unlucky = world.pack(world.paid_order(stopped))["code"]
        world.paid_order(stopped, packs=2)
        world.move(bad, "recall", "县里抽检不合格")
        buyer = BUYER | {"phone": "13900000003"}
        fresh, printed, shipped = (
            world.pack(world.paid_order(offer, buyer=buyer)) for _ in range(3)
        )
        labels.mark_printed(self._call(), [printed["code"], shipped["code"]], new_id())
        world.shipped(shipped)
        codes = f"{fresh['code']},{printed['code']}"
        sent = [
            f"{self.to_ship['number']}\t中通快递\tZT75501234567",
            f"{shipped['display_code']}\t顺丰\tSF1",
            "SH20260101-00000000\t中通快递\tZT75501234568",
        ]

        def check(tab: Tab) -> None:
            tab.fill("#rows", "\n".join(sent))
            tab.locator('button[value="check"]').click()

        def arrived(tab: Tab) -> None:
            tab.fill("#rows", f"{shipped['display_code']}\n{fresh['display_code']}\nSF1 派送中")
            tab.locator('button[value="check"]').click()

        def ask(tab: Tab) -> None:
            tab.locator('button[value="ask"]').click()

        plenty = world.offer(title="土鸡蛋 30 枚", packs_total=20)

        def run_of(boxes: int) -> str:
            ids = [world.paid_order(plenty, buyer=buyer)["id"] for _ in range(boxes)]
            answer = world.seller.post("/v1/packing", {"order_ids": ids}, new_id())
            return str(ok(answer)["run_id"])

        part, undone = run_of(2), run_of(1)
        boxes = ok(world.seller.get(f"/v1/packing-runs/{part}"))["boxes"]
        labels.mark_printed(self._call(), [boxes[0]["code"]], new_id())
        for run in (part, undone):
            ok(world.seller.post(f"/v1/packing-runs/{run}/take-back", {}, new_id()))

        def scan(tab: Tab) -> None:
            tab.fill("#scanner", self.to_pack["number"])
            tab.keyboard.press("Enter")

        seller, empty = "seller", "other_seller"
        return {
            "packing": DeskLook(seller, "/seller/packing"),
            "packing-scanned": DeskLook(seller, "/seller/packing", "#seen.yes", scan),
            "packing-not-found": DeskLook(seller, "/seller/packing?scan=A-0"),
            "packing-asked": DeskLook(
                seller, "/seller/packing", "h1:text-matches('箱|parcel')", ask
            ),
            "packed": DeskLook(seller, f"/seller/packing?run={run_of(2)}", note="packed"),
            "packing-run": DeskLook(seller, f"/seller/packing/{run_of(2)}"),
            "packing-run-part": DeskLook(seller, f"/seller/packing/{part}", note="taken_back"),
            "packing-run-undone": DeskLook(seller, f"/seller/packing/{undone}", note="taken_back"),
            "slips": DeskLook(seller, f"/seller/packing/{run_of(2)}/slips"),
            "slip-prices": DeskLook(seller, f"/seller/orders/{self.done['id']}/slip?prices=yes"),
            "slip-none": DeskLook(seller, f"/seller/orders/{self.to_pack['id']}/slip"),
            "deliveries": DeskLook(seller, "/seller/deliveries"),
            "deliveries-checked": DeskLook(seller, "/seller/deliveries", ".chip.bad", arrived),
            "deliveries-none": DeskLook(empty, "/seller/deliveries"),
            "packing-none": DeskLook(empty, "/seller/packing"),
            "labels": DeskLook(seller, f"/seller/labels?codes={fresh['code']}"),
            "labels-a4": DeskLook(seller, f"/seller/labels?codes={fresh['code']}&format=a4&skip=2"),
            "labels-again": DeskLook(seller, f"/seller/labels?codes={codes}"),
            "labels-again-a4": DeskLook(seller, f"/seller/labels?codes={codes}&format=a4"),
            "labels-left-out": DeskLook(
                seller, f"/seller/labels?codes={fresh['code']},{unlucky},K7Q2"
            ),
            "labels-none": DeskLook(empty, "/seller/labels"),
            "label": DeskLook(seller, f"/seller/parcels/{printed['code']}/label"),
            "label-recalled": DeskLook(seller, f"/seller/parcels/{unlucky}/label"),
            "picking": DeskLook(seller, "/seller/picking"),
            "picking-none": DeskLook(empty, "/seller/picking"),
            "waybills": DeskLook(seller, "/seller/waybills"),
            "waybills-checked": DeskLook(seller, "/seller/waybills", ".chip.bad", check),
        }

    def _searches(self) -> dict[str, DeskLook]:
        """What the search box finds, and how buyers find their own order."""

        def wrong(tab: Tab) -> None:
            tab.fill("#phone", "13912345678")
            tab.fill("#number", self.done["number"])
            tab.locator(".btn.main").click()

        for _ in range(2):
            self.world.passed_batch(lot="LOT-2")
        number, seller, county = self.done["number"], "seller", "county"
        return {
            "search": DeskLook(seller, "/seller/search"),
            "search-found": DeskLook(seller, "/seller/search?q=0001"),
            "search-none": DeskLook(seller, "/seller/search?q=ZT75501234568"),
            "search-unreadable": DeskLook(seller, "/seller/search?q=https%3A%2F%2Fexample.com"),
            "search-county": DeskLook(county, "/county/search?q=lot-2"),
            "county-order": DeskLook(county, f"/county/orders/{self.done['id']}"),
            "find-order": DeskLook("", f"/orders?number={number}"),
            "find-order-wrong": DeskLook("", "/orders", ".banner.bad", wrong),
        }

    def _recalls(self) -> dict[str, DeskLook]:
        """A recalled batch whose buyers are being told, and one that is held."""
        world = self.world
        recalled, held = world.passed_batch(), world.passed_batch()
        names = ("沈秋禾", "李白露", "周小寒", "吴谷雨")
        orders = [
            world.paid_order(
                world.offer(batch, packs_total=1),
                buyer=BUYER | {"name": name, "phone": f"1391234560{at}"},
            )
            for at, (name, batch) in enumerate(zip(names, (*[recalled] * 3, held), strict=True))
        ]
        boxes = [world.pack(order) for order in orders]
        world.delivered(boxes[0])
        world.shipped(boxes[1])
        world.delivered(boxes[3])
        ok(world.seller.post(f"/v1/orders/{orders[2]['id']}/cancel", {"reason": "x"}, new_id()))
        world.move(recalled, "recall", "县里抽检，农药残留不合格")
        world.move(held, "hold", "混放，正在复检")
        path = f"/v1/batches/{recalled['id']}/parcels/{boxes[0]['code']}/notice"
        ok(world.seller.put(path, {"notified": True}))
        return {
            "sheet": DeskLook("seller", f"/seller/batches/{recalled['id']}/recall"),
            "sheet-held": DeskLook("seller", f"/seller/batches/{held['id']}/recall"),
            "sheet-fine": DeskLook("seller", f"/seller/batches/{self.passed}/recall"),
            "sheet-county": DeskLook("county", f"/county/batches/{recalled['id']}/recall"),
            "batch-county": DeskLook("county", f"/cadre/batches/{recalled['id']}"),
        }

    def _imports(self) -> dict[str, DeskLook]:
        """An import waits where it was left, so each step is an address."""
        by = self.world.seller
        egg = self.world.offer(title="土鸡蛋 10 枚")
        by_hand: FileRows = [["编号", "货", "几件"], ["N1", TITLES[0], "1"]]
        asked = uploaded(by, as_csv(by_hand))
        table = kuaituantuan(5)
        table[5][8] = "已退款"
        items = uploaded(by, as_xlsx(table))
        preview = uploaded(by, as_csv(taobao(6)))
        mapped(by, preview, {"土鸡蛋": egg})
        doubted = uploaded(by, as_csv(jd(3)))
        mapped(by, doubted, {"土鸡蛋": self.world.offer(title="咸鸭蛋 12 枚", pack_quantity=12)})
        done = imported(self.world, pinduoduo(3), {"土鸡蛋": egg})["id"]
        shop_id = self.world.shop_id
        kept = mapping_of(shop_id, "pinduoduo")[1].items[0]
        goods = mark_of(shop_id, "pinduoduo", kept.key)

        def refused(tab: Tab) -> None:
            tab.fill("#packs", "900")
            tab.locator("label:has(input[name=orders])").click()
            tab.click("button[form=form]")

        def broken(tab: Tab) -> None:
            file: FilePayload = {"name": "图片.xlsx", "mimeType": "x/y", "buffer": b"PK\x03\x04 no"}
            tab.locator("#file").set_input_files(file)

        def step(import_id: str, ready: str) -> DeskLook:
            return DeskLook("seller", f"/seller/imports?import_id={import_id}", ready)

        return {
            "imports": DeskLook("seller", "/seller/imports"),
            "imports-none": DeskLook("other_seller", "/seller/imports"),
            "imports-broken": DeskLook(
                "seller", "/seller/imports", "#why:text-matches('.+')", broken
            ),
            "imports-columns": step(asked, "#columns"),
            "imports-items": step(items, "#items"),
            "imports-preview": step(preview, "#start"),
            "imports-doubted": step(doubted, "#rows .doubt"),
            "imports-result": step(done, "#rows tr"),
            "goods": DeskLook("seller", "/seller/imports/goods"),
            "goods-none": DeskLook("other_seller", "/seller/imports/goods"),
            "goods-changed": DeskLook(
                "seller", f"/seller/imports/goods?goods={goods}&n=3", note="goods_orders"
            ),
            "goods-refused": DeskLook(
                "seller", f"/seller/imports/goods?goods={goods}", ".banner.bad", refused
            ),
        }


NAMES = (
    *("login", "signed-in", "forbidden", "missing", "cadre", "cadre-pick", "county", "choice"),
    *("cadre-clear", "new-batch-asked", "batch-quantity"),
    *("new-batch", "batch", "batch-held", "batch-recalled", "inspect", "certificate", "recall"),
    *("seller", "nothing-to-do", "orders", "order-to-pay", "order-to-pack", "order-to-ship"),
    *("complaint-pattern", "complaint-return", "complaint-county", "order-replaced"),
    *("order-replacement", "inbox", "inbox-settled", "inbox-county", "replies"),
    *("complaint-replaced", "batch-proposed", "hold-proposed", "own-return"),
    *("order-done", "complaint", "complaint-overdue", "offers", "new-offer", "close-offer"),
    *("contact", "contact-none", "contact-wrong", "replies-saved", "sign-in-kept", "form-back"),
    *("orders-paged", "orders-none", "offers-closed", "offer-edit", "offer-edit-asked"),
    *("offer-edit-ended", "offer-packs", "offer-packs-none", "offer-like", "customer-regular"),
    *("customers", "customers-group", "customers-none", "customer"),
    *("imports", "imports-none", "imports-broken", "imports-columns", "imports-items"),
    *("imports-doubted", "goods", "goods-none", "goods-changed", "goods-refused"),
    *("imports-preview", "imports-result", "packing", "packing-scanned", "packing-not-found"),
    *("packing-asked", "packing-run", "packing-run-part", "packing-run-undone", "slips"),
    *("slip-prices", "slip-none", "deliveries", "deliveries-checked", "deliveries-none"),
    *("certificate-a4", "certificate-label", "code-a4", "code-label"),
    *("packed", "packing-none", "labels", "labels-a4", "labels-again", "labels-again-a4"),
    *("labels-left-out", "labels-none", "label", "label-recalled", "picking", "picking-none"),
    *("waybills", "waybills-checked", "shop", "order-form", "order-form-known", "own-order"),
    *("search", "search-found", "search-none", "search-unreadable", "search-county"),
    *("county-order", "find-order", "find-order-wrong", "sheet", "sheet-held", "sheet-fine"),
    *("sheet-county", "batch-county"),
    *("county-people", "county-person", "county-flagged", "setup", "villages", "village-new"),
    *("village-overtaken", "shops-list", "shop-change", "producers", "producer-new", "products"),
    *("starters", "product-new", "product-empty", "product-wrong", "account-roles"),
    *("account-new", "account-change", "account-closed", "account-close", "account-reopen"),
    *("account-opened", "own-account"),
    *("books", "books-county", "books-closed", "books-none", "book-day", "book-day-county"),
    *("book-day-good", "book-day-away", "book-day-wrong"),
    *("refunds", "refunds-done", "refunds-none", "refunds-county", "order-paid-online"),
    *("order-paid-other", "order-sent-back"),
    *("merchant", "merchant-ok", "merchant-wrong", "merchant-none"),
)

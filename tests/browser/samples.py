"""Every state of the buyer's pages, from the rule book's own functions: the same on each run.

Places and goods are real (MISSION.md); the village, the households and all figures are made up.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from chalicelib.domain.batches import Batch, NewBatch, register
from chalicelib.domain.catalogue import Producer, Shop, Village
from chalicelib.domain.certificates import BASIS_TEXT, Basis, Certificate
from chalicelib.domain.charges import ProviderPayment, Way
from chalicelib.domain.conversations import Draft
from chalicelib.domain.fields import china_date
from chalicelib.domain.inspections import (
    Inspection,
    Measurement,
    NewMeasurement,
    Stage,
    judge,
    overall,
)
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Buyer, NewOrder, Order
from chalicelib.domain.orders import State as OrderState
from chalicelib.domain.parcels import Allocation, Parcel
from chalicelib.domain.parcels import State as ParcelState
from chalicelib.domain.placing import line_of, place
from chalicelib.domain.products import AfterSales, InspectionPlan, Metric, Product, Unit
from chalicelib.domain.refunds import Money, Refund
from chalicelib.domain.returns import Return
from chalicelib.domain.scans import Scans, level
from chalicelib.domain.standings import standing_of
from chalicelib.domain.traces import Trace, trace
from chalicelib.pages.buyer.complaints import BuyerComplaintView, complaint_page
from chalicelib.pages.buyer.home import home_page, lookup_page
from chalicelib.pages.buyer.orders import OwnOrder, order_form_page, own_order_page
from chalicelib.pages.buyer.paying import Paying
from chalicelib.pages.buyer.reports import complaint_form_page
from chalicelib.pages.buyer.shops import shop_page
from chalicelib.pages.buyer.traces import trace_page, unknown_code_page
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.labels import Label
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.drawing.talk import ShownMessage
from chalicelib.pages.texts import Language

CODE = "K7Q2M9XW4B3CH"
BASE_URL = "https://shanhuo.example"
NOW = datetime(2026, 10, 15, 11, 42, tzinfo=UTC)
"""15 October 2026, 19:42 in China."""
HARVESTED = date(2026, 10, 12)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """October 2026, China's time."""
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def an_id(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012d}"


INHIBITION = Metric(
    key="inhibition_rate",
    name="农残抑制率",
    unit="%",
    operator="lt",
    limit=Decimal(50),
    method="酶抑制率法快速检测",
    source="GB/T 5009.199-2003",
    kind="screening",
    required=True,
)
BRIX = Metric(
    key="brix",
    name="糖度",
    unit="°Bx",
    operator="ge",
    limit=Decimal(12),
    method="折光仪",
    source="合作社收购标准",
    kind="measure",
    required=False,
)
CARBENDAZIM = Metric(
    key="carbendazim",
    name="多菌灵",
    unit="mg/kg",
    operator="le",
    limit=Decimal(5),
    method="GB/T 20769-2008",
    source="GB 2763-2026",
    kind="confirmatory",
    required=False,
)
FLORFENICOL = Metric(
    key="florfenicol",
    name="氟苯尼考",
    operator="absent",
    method="GB/T 22338-2008",
    source="GB 31650-2019",
    kind="confirmatory",
    required=True,
)
WEIGHT = Metric(
    key="weight",
    name="单枚重",
    unit="g",
    method="称重，30 枚平均",
    source="GB/T 39438-2020",
    kind="measure",
    required=False,
)


def product(
    name: str, name_en: str, unit: Unit, grade: str | None, *metrics: Metric, n: int = 1
) -> Product:
    return Product(
        id=an_id(n),
        name=name,
        name_en=name_en,
        unit=unit,
        grade=grade,
        inspection_plan=InspectionPlan(metrics=list(metrics)),
        plan_version=1,
        after_sales=AfterSales(evidence_hours=48, reply_hours=24),
        rule_version=1,
        created_by=an_id(99),
        created_at=at(1, 8),
        updated_at=at(1, 8),
    )


APPLES = product("红富士苹果", "Fuji apples", "g", "一级果", INHIBITION, BRIX, CARBENDAZIM)
EGGS = product("土鸡蛋", "Free-range eggs", "piece", "特级", FLORFENICOL, WEIGHT, n=2)

DONGPO = Village(id=an_id(10), name="东坡村", county="庆阳", province="甘肃", created_at=at(1, 8))
RONGXI = Village(id=an_id(11), name="容溪村", county="徽州", province="安徽", created_at=at(1, 8))


def producer(village: Village, name: str, kind: Any = "household") -> Producer:
    return Producer(
        id=an_id(20), village_id=village.id, kind=kind, display_name=name, created_at=at(1, 8)
    )


def batch(
    lot: str = "A-1024",
    *,
    of: Product = APPLES,
    village: Village = DONGPO,
    by: str = "农户 12",
    quantity: int = 860_000,
    plot: str | None = "东坡 3 号园",
    n: int = 30,
) -> Batch:
    body = NewBatch(
        lot=lot,
        product_id=of.id,
        producer_id=an_id(20),
        harvested_on=HARVESTED,
        quantity=quantity,
        plot=plot,
    )
    return register(
        body,
        batch_id=an_id(n),
        product=of,
        producer=producer(village, by),
        village=village,
        by="cadre",
        now=at(12, 18),
    )


def inspection(
    of: Product,
    *values: tuple[str, str | None],
    tested_at: datetime,
    stage: Stage = "packing",
    lab: str | None = None,
    photos: int = 0,
    sample_size: str | None = "10 个",
    supersedes: str | None = None,
    n: int = 40,
) -> Inspection:
    """`values`: (metric, value), None for below detection."""
    measured: tuple[Measurement, ...] = judge(
        of.inspection_plan,
        [
            NewMeasurement(
                metric=key,
                value=None if value is None else Decimal(value),
                below_detection=value is None,
            )
            for key, value in values
        ],
        china_date(tested_at),
    )
    return Inspection(
        id=an_id(n),
        batch_id=an_id(30),
        stage=stage,
        tested_at=tested_at,
        sample_size=sample_size,
        measurements=measured,
        verdict=overall(measured),
        plan_version=1,
        lab=lab,
        photos=tuple(an_id(n * 100 + place) for place in range(photos)),
        supersedes=supersedes,
        inspector="cadre",
        recorded_at=tested_at + timedelta(minutes=5),
    )


def certificate(of: Batch, basis: Basis = "self_tested") -> Certificate:
    return Certificate(
        id=an_id(60),
        batch_id=of.id,
        product=of.passport.product,
        quantity=of.quantity,
        unit=of.unit,
        origin=f"{of.passport.province}{of.passport.county}{of.passport.village}",
        producer=of.passport.producer,
        contact="庆阳东坡村委会",
        issued_at=at(13, 9),
        basis=basis,
        basis_text=BASIS_TEXT[basis],
        issued_by="cadre",
    )


COUNTY_LAB = "庆阳县农产品检测站"


def passed_batch() -> Batch:
    """Tested by the county's lab, photographed, certified."""
    harvest = batch().inspected(
        inspection(
            APPLES,
            ("inhibition_rate", "12"),
            ("brix", "13.8"),
            tested_at=at(12, 16),
            lab=COUNTY_LAB,
            photos=3,
        ),
        photo_bytes=(62_000, 58_500, 61_200),
    )
    return harvest.certified(certificate(harvest, "commissioned_test"))


def failed_batch() -> Batch:
    return passed_batch().inspected(
        inspection(
            APPLES,
            ("inhibition_rate", "62"),
            ("brix", "13.8"),
            tested_at=at(15, 16),
            stage="storage",
            lab=COUNTY_LAB,
            n=41,
        )
    )


def recalled_batch() -> Batch:
    return failed_batch().recalled("复检不合格：农残抑制率超出限值", at(15, 17))


def parcel(*batches: Batch, quantity: int = 5_000, complaint: bool = False) -> Parcel:
    shares = [quantity // len(batches)] * len(batches)
    return Parcel(
        code=CODE,
        order_id=an_id(70),
        shop_id=an_id(71),
        state="delivered",
        allocations=tuple(
            Allocation(line=0, batch_id=batch.id, packs=1, quantity=share)
            for batch, share in zip(batches, shares, strict=True)
        ),
        unit=batches[0].unit,
        amount_fen=5_980,
        packed_at=at(13, 10),
        shipped_at=at(13, 17, 30),
        delivered_at=at(15, 18, 5),
        complaint_id=an_id(80) if complaint else None,
        reply_due_at=at(16, 20, 10) if complaint else None,
    )


def scans(count: int) -> Scans:
    return Scans(count=count, first_at=at(15, 19, 30) if count else None, level=level(count))


def traced(*batches: Batch, count: int = 0, complaint: bool = False, **of: Any) -> Trace:
    return trace(parcel(*batches, complaint=complaint, **of), list(batches), scans(count))


def eggs() -> Batch:
    """Rapid words must not appear here: a laboratory found nothing above its detection limit."""
    harvest = batch(
        "RX-1010",
        of=EGGS,
        village=RONGXI,
        by="容溪村土鸡养殖合作社",
        quantity=3000,
        plot=None,
        n=31,
    )
    return harvest.inspected(
        inspection(
            EGGS,
            ("florfenicol", None),
            ("weight", "52.5"),
            tested_at=at(12, 16),
            lab="黄山市食品检测中心",
            sample_size="30 枚",
        )
    )


def rapid_only() -> Batch:
    """The village's own rapid test, and nothing else."""
    harvest = batch().inspected(
        inspection(APPLES, ("inhibition_rate", "8.5"), tested_at=at(12, 16), photos=1),
        photo_bytes=(62_000,),
    )
    return harvest.certified(certificate(harvest, "self_tested"))


def much_tested() -> Batch:
    """More inspections than the passport keeps, the newest a correction."""
    harvest = batch()
    for n in range(12):
        harvest = harvest.inspected(
            inspection(
                APPLES,
                ("inhibition_rate", f"{12 + n / 2}"),
                ("brix", "13.8"),
                ("carbendazim", "0.02"),
                tested_at=at(12, 7) + timedelta(hours=6 * n),
                stage="storage",
                lab=COUNTY_LAB if n % 2 else None,
                photos=1,
                supersedes=an_id(40 + n - 1) if n == 11 else None,
                n=40 + n,
            )
        )
    return harvest.certified(certificate(harvest)).fitting()


def unjudged() -> Batch:
    return batch("RX-1011", of=EGGS, village=RONGXI, n=32).model_copy(
        update={
            "last_verdict": "pass",
            "state": "passed",
            "passport": eggs().passport.model_copy(
                update={
                    "inspections": tuple(
                        inspection.model_copy(update={"measurements": inspection.measurements[1:]})
                        for inspection in eggs().passport.inspections
                    )
                }
            ),
        }
    )


TRACES: dict[str, Callable[[], Trace]] = {
    "normal": lambda: traced(passed_batch()),
    "again": lambda: traced(passed_batch(), count=3),
    "recalled": lambda: traced(recalled_batch(), count=2),
    "suspect": lambda: traced(passed_batch(), count=27),
    "notice": lambda: traced(passed_batch(), count=8),
    "complaint": lambda: traced(passed_batch(), count=1, complaint=True),
    "complaint-recalled": lambda: traced(recalled_batch(), count=1, complaint=True),
    "recalled-voided": lambda: traced(recalled_batch()).model_copy(update={"voided": True}),
    "failed": lambda: traced(failed_batch(), count=1),
    "held": lambda: traced(passed_batch().held("客户投诉，待复检", at(15, 12)), count=1),
    "failed-voided": lambda: traced(failed_batch()).model_copy(update={"voided": True}),
    "held-voided": lambda: traced(passed_batch().held("客户投诉，待复检", at(15, 12))).model_copy(
        update={"voided": True}
    ),
    "untested": lambda: traced(batch()),
    "unjudged": lambda: traced(unjudged()),
    "rapid": lambda: traced(rapid_only()),
    "eggs": lambda: traced(eggs(), quantity=30),
    "many": lambda: traced(much_tested(), count=2),
    "two": lambda: traced(passed_batch(), batch("B-7", by="农户 9", plot=None, n=33)),
    "two-recalled": lambda: traced(
        passed_batch(), recalled_batch().model_copy(update={"id": an_id(34), "lot": "B-7"})
    ),
}


def complaint_view(language: Language, **changes: Any) -> BuyerComplaintView:
    values: dict[str, Any] = {
        "id": an_id(80),
        "number": "407312265",
        "key": "q3mX0Zr5",
        "display_code": "K7Q2-M9XW-4B3C-H",
        "product": "Fuji apples" if language == "en" else "红富士苹果",
        "reason": "damaged",
        "damaged_percent": 30,
        "wanted": "refund",
        "state": "open",
        "created_at": at(15, 20, 10),
        "reply_due_at": at(16, 20, 10),
        "overdue": False,
        "late": False,
        "recalled": False,
        "remedy": None,
        "refund_fen": None,
        "conversation": [_REPORT],
        "may_say": changes.get("state", "open") in {"open", "answered"},
        "reply_hours": 24,
        "can_reopen": False,
    }
    return BuyerComplaintView(**{**values, **changes})


_PHOTO = ("/t/K7Q2M9XW4B3CH/photos/1", 186_000)
_REPORT = ShownMessage(at(15, 20, 10), "buyer", "三个苹果压坏了，盒子底部也湿了。", [_PHOTO])
_REPLY = ShownMessage(at(16, 9, 5), "seller", "抱歉！已看到照片，按坏的份额退款，给您添麻烦了。")
_MORE = ShownMessage(at(16, 9, 40), "buyer", "底下一层也坏了，再补两张。", [_PHOTO, _PHOTO])

SHOP = Shop(
    id=an_id(70),
    name="庆阳山货铺",
    village_ids=(DONGPO.id,),
    created_at=at(1, 8),
    phone="09341234567-12",
    wechat="qingyang_shanhuo",
    return_address="甘肃省庆阳市西峰区董志镇 1 号 庆阳山货铺 09341234567",
    hours="每天 8:00–20:00",
)

RETURNED = Return(
    id=an_id(81),
    code="R-4821",
    complaint_id=an_id(80),
    order_id=an_id(50),
    shop_id=SHOP.id,
    parcel_code=CODE,
    state="awaited",
    opened_at=at(16, 10),
)
VIEWS: dict[str, tuple[datetime, dict[str, Any]]] = {
    "open": (at(15, 21), {}),
    "overdue": (
        at(17, 8),
        {"overdue": True, "late": True, "conversation": [replace(_REPORT, text="", photos=[])]},
    ),
    "answered": (
        at(16, 10),
        {"state": "answered", "conversation": [replace(_REPORT, text=None), _REPLY]},
    ),
    "settled": (
        at(16, 10),
        {
            "state": "settled",
            "remedy": "partial_refund",
            "refund_fen": 1_794,
            "can_reopen": True,
            "again": f"/shops/{an_id(70)}/again?product={an_id(1)}",
            "conversation": [_REPORT, _REPLY],
        },
    ),
    "talk": (
        at(16, 10),
        {"reply_due_at": at(17, 9, 40), "conversation": [_REPORT, _REPLY, _MORE]},
    ),
    "joined": (
        at(16, 12),
        {
            "joined": True,
            "conversation": [
                ShownMessage(at(16, 10, 20), "buyer", "我是他爱人，底下一层也坏了。"),
                ShownMessage(at(16, 11, 5), "seller", "收到，请再拍一张箱底。"),
            ],
            "state": "answered",
        },
    ),
    "joined-settled": (
        at(16, 12),
        {"joined": True, "conversation": [], "state": "settled", "remedy": "partial_refund"},
    ),
    "full": (at(16, 10), {"conversation": [_REPORT, _MORE], "may_say": False, "is_full": True}),
    "rejected": (
        at(16, 10),
        {
            "state": "rejected",
            "recalled": True,
            "can_reopen": True,
            "conversation": [
                _REPORT,
                ShownMessage(at(16, 9), "seller", "照片里看不到损坏，请补拍一张。"),
            ],
        },
    ),
    "return": (
        at(16, 11),
        {"state": "settled", "remedy": "return", "refund_fen": 6_570, "way_back": RETURNED},
    ),
}

Draw = Callable[[Language, bool], Page]


def _trace(name: str) -> Draw:
    def draw(language: Language, large_text: bool) -> Page:
        return trace_page(
            TRACES[name](),
            SHOP,
            language=language,
            large_text=large_text,
            now=NOW,
            base_url=BASE_URL,
        )

    return draw


def _form(name: str, **given: Any) -> Draw:
    def draw(language: Language, large_text: bool) -> Page:
        return complaint_form_page(
            TRACES[name](), SHOP, language=language, form_key="f-1", large_text=large_text, **given
        )

    return draw


def _view(name: str, **given: Any) -> Draw:
    def draw(language: Language, large_text: bool) -> Page:
        now, changes = VIEWS[name]
        view = complaint_view(language, **changes)
        return complaint_page(
            view, SHOP, language=language, now=now, large_text=large_text, **given
        )

    return draw


# --- the shop, its orders, and where buyers begin ----------------------------------------------

GALA = Offer(
    id=an_id(60),
    shop_id=SHOP.id,
    product_id=APPLES.id,
    product=APPLES.name,
    unit="g",
    batch_ids=(an_id(30),),
    title="红富士苹果 5 斤装",
    price_fen=6_570,
    pack_quantity=2_500,
    packs_total=60,
    after_sales=APPLES.after_sales,
    rule_version=1,
    set_aside={an_id(30): 60},
    slots=1,
    created_at=at(13, 9),
)
BIG = GALA.model_copy(
    update={"id": an_id(61), "title": "红富士苹果 10 斤家庭装", "price_fen": 11_800}
)
BUYER = Buyer.model_validate(
    {
        "name": "顾小满",
        "phone": "13812340001",
        "address": {
            "province": "上海市",
            "city": "上海市",
            "district": "静安区",
            "detail": "玉兰路 18 弄 7 号",
        },
    }
)


def _order(state: OrderState = "pending_payment", **changes: Any) -> Order:
    body = {
        "shop_id": SHOP.id,
        "lines": [{"offer_id": GALA.id, "packs": 1}],
        "buyer": BUYER.model_dump(),
        "channel": "storefront",
    }
    made = place(
        NewOrder.model_validate(body),
        (line_of(GALA, 1, at(15, 19, 20)),),
        order_id=an_id(50),
        customer_id=an_id(51),
        buyer="sealed",
        by="public",
        pay_within=timedelta(minutes=30),
        now=at(15, 19, 20),
    )
    paid_fen = 0 if state == "pending_payment" else made.total_fen
    return made.model_copy(update={"state": state, "paid_fen": paid_fen, **changes})


def _own(
    state: OrderState = "pending_payment",
    *boxes: tuple[Parcel, list[Batch]],
    now: datetime = NOW,
    paying: Paying | None = None,
    refunds: Sequence[Refund] = (),
    charges: Sequence[ProviderPayment] = (),
    sentences: Sequence[str] = (),
    **changes: Any,
) -> Draw:
    def draw(language: Language, large_text: bool) -> Page:
        codes = tuple(box.code for box, _ in boxes)
        known = tuple(charge.id for charge in charges)
        order = _order(state, parcels=codes, charges=known, **changes)
        view = OwnOrder(
            order=order,
            shop=SHOP,
            key="q3mX0Zr5",
            refunded_fen=0,
            buyer=BUYER,
            parcels=boxes,
            again="token",
            refunds=refunds,
            standing=standing_of(order, charges, refunds, now),
            paying=paying,
        )
        form = Form(csrf="", key=an_id(52), sentences=list(sentences))
        return own_order_page(
            view,
            form,
            language=language,
            large_text=large_text,
            now=now,
            not_paid=bool(sentences),
        )

    return draw


def _box(state: ParcelState, **changes: Any) -> Parcel:
    sent = {"carrier": "顺丰", "waybill": "SF1234567890"} if state != "packed" else {}
    return parcel(passed_batch()).model_copy(update={"state": state, **sent, **changes})


def _shop(*offers: tuple[Offer, int], shop: Shop = SHOP) -> Draw:
    def draw(language: Language, large_text: bool) -> Page:
        return shop_page(
            shop,
            offers,
            language=language,
            large_text=large_text,
            cursor=None,
            next_cursor=None,
            base_url=BASE_URL,
        )

    return draw


def _order_form(left: int) -> Draw:
    def draw(language: Language, large_text: bool) -> Page:
        return order_form_page(
            SHOP,
            GALA,
            left,
            Form(csrf="", key=an_id(53)),
            language=language,
            large_text=large_text,
            on_sale=True,
            base_url=BASE_URL,
        )

    return draw


def _home(*shops: Shop) -> Draw:
    def draw(language: Language, large_text: bool) -> Page:
        return home_page(
            shops, language=language, large_text=large_text, cursor=None, next_cursor=None
        )

    return draw


OPEN = ProviderPayment(
    id="0" * 28,
    order_id=an_id(50),
    shop_id=SHOP.id,
    provider="wechatpay",
    mchid="1900000109",
    way="native",
    amount_fen=6_570,
    started_at=at(15, 19, 30),
    until=at(15, 19, 50),
)


def _to_pay(way: Way, *sentences: str, is_open: bool = False, **of: Any) -> Draw:
    paying = Paying(way=way, mark="m", can_ask=True, is_open=is_open)
    return _own(
        paying=replace(paying, **of),
        charges=[OPEN] if is_open else (),
        sentences=sentences,
    )


def _refund(money: Money, *, beside: bool = False, **of: Any) -> Refund:
    return Refund(
        id=an_id(54),
        order_id=an_id(50),
        amount_fen=6_570 if beside else 1_800,
        reason="late" if beside else "坏果",
        by="seller",
        at=at(15, 19),
        money=money,
        beside=beside,
        **of,
    )


NAMELESS = Shop(id=an_id(71), name="容溪鲜货", village_ids=(RONGXI.id,), created_at=at(1, 8))

STOREFRONT: dict[str, Draw] = {
    "home": _home(SHOP, NAMELESS),
    "home-new": _home(),
    "lookup": lambda language, large_text: lookup_page(language=language, large_text=large_text),
    "shop": _shop((GALA, 42), (BIG, 7)),
    "shop-empty": _shop(shop=NAMELESS),
    "order-form": _order_form(42),
    "order-form-sold-out": _order_form(0),
    "order-to-pay": _own(),
    "order-pay-h5": _to_pay("h5"),
    "order-pay-native": _to_pay("native"),
    "order-pay-code": _to_pay(
        "native", is_open=True, code_url="weixin://wxpay/bizpayurl?pr=p4lpSuKzz"
    ),
    "order-pay-wechat": _to_pay("jsapi", is_open=True, params={"package": "prepay_id=1"}),
    "order-pay-no-secret": _to_pay("jsapi", can_ask=False),
    "order-pay-not-yet": _to_pay("h5", is_open=True, asked=True),
    "order-pay-away": _to_pay("h5", "支付机构暂时没有回应，请过 5 秒再试；不会重复扣款。"),
    "order-pay-over": _own(
        now=NOW + timedelta(hours=2),
        paying=Paying(way="h5", mark="m", is_open=True, can_start=False),
        charges=[OPEN],
    ),
    "order-expired": _own("expired", paid_fen=0, now=NOW + timedelta(hours=2)),
    "order-revived": _own("paid", paid_at=at(15, 21), paid_by_charge=OPEN.id),
    "order-refunding": _own(
        "delivered", paid_at=at(15, 19), refunds=[_refund("requested", accepted_at=at(15, 19))]
    ),
    "order-refunded": _own(
        "delivered", paid_at=at(15, 19), refunds=[_refund("returned", returned_at=at(15, 19))]
    ),
    "order-sent-back": _own(
        "expired",
        paid_fen=0,
        charges=[OPEN],
        refunds=[_refund("requested", beside=True, accepted_at=at(15, 19))],
    ),
    "order-overdue": _own(now=NOW + timedelta(hours=2)),
    "order-paid": _own("paid"),
    "order-shipped": _own("shipped", (_box("shipped", shipped_at=at(14, 9)), [])),
    "order-delivered": _own("delivered", (_box("delivered", delivered_at=at(15, 9)), [])),
    "order-claimed": _own(
        "delivered",
        (_box("delivered", complaint_id=an_id(80), complaints=(an_id(80),)), []),
    ),
    "order-recalled": _own("delivered", (_box("delivered"), [recalled_batch()])),
    "order-cancelled": _own("cancelled"),
}

PAGES: dict[str, Draw] = {
    **{f"trace-{name}": _trace(name) for name in TRACES},
    "unknown": lambda language, large_text: unknown_code_page(
        "K7Q2-M9XW-4B", language=language, large_text=large_text
    ),
    "form": _form("normal"),
    "form-recalled": _form("recalled"),
    "form-open": _form("complaint"),
    "form-errors": _form(
        "normal",
        errors=["请选择出了什么问题。"],
        values={"description": "压坏了\n  三个", "damaged_percent": "30", "photos": an_id(90)},
    ),
    "form-not-joined": _form(
        "complaint",
        errors=["订单号和手机尾号对不上。"],
        values={"number": "SH20261013-0A1B2C3D", "tail": "0000", "message": "压坏了三个"},
    ),
    **{f"claim-{name}": _view(name) for name in VIEWS},
    "claim-before": _view(
        "open",
        notice="before",
        draft=Draft(text="坏了：50%\n底下一层也坏了", photos=(an_id(91),)),
    ),
    "claim-said": _view("talk", notice="said"),
    "claim-not-sent": _view(
        "answered",
        errors=["要说的话：至少 1 个字"],
        draft=Draft(photos=(an_id(91), an_id(92))),
    ),
    **STOREFRONT,
}


def label(**changes: Any) -> Label:
    values: dict[str, Any] = {
        "url": f"{BASE_URL}/t/{CODE}",
        "display_code": "K7Q2-M9XW-4B3C-H",
        "product": "红富士苹果",
        "grade": "一级果",
        "quantity": "5 kg",
        "village": "东坡村",
        "producer": "农户 12",
        "lots": ("A-1024",),
        "harvested_on": HARVESTED,
        "packed_on": date(2026, 10, 13),
        "has_certificate": True,
        "shop": "庆阳山货铺",
    }
    return Label(**{**values, **changes})

"""A world in which something stands at the end of every path, and a right body for every route."""

import re

from pydantic import BaseModel

from chalicelib.api.edge.routing import Route
from chalicelib.domain.accounts import Credentials, NewAccount, NewPassword, NewTraining
from chalicelib.domain.batches import NewBatch, WrittenReason
from chalicelib.domain.book_months import Reopening
from chalicelib.domain.catalogue import ChangedContact, NewProducer, NewShop, NewVillage
from chalicelib.domain.certificates import NewCertificate
from chalicelib.domain.charges import NewCharge
from chalicelib.domain.complaints import NewAnswer, NewComplaint, Settlement
from chalicelib.domain.consents import Withdrawal
from chalicelib.domain.conversations import NewMessage
from chalicelib.domain.corrections import QuantityCorrection
from chalicelib.domain.coupons import NewCoupon
from chalicelib.domain.day_books import NewOutside
from chalicelib.domain.deliveries import NewDeliveries
from chalicelib.domain.exports import NewExport
from chalicelib.domain.fields import Nothing
from chalicelib.domain.imports import NewImport, ReadImport
from chalicelib.domain.inspections import NewInspection
from chalicelib.domain.merchants import NewMerchant
from chalicelib.domain.offers import NewOffer
from chalicelib.domain.orders import NewOrder
from chalicelib.domain.packing import NewPacking
from chalicelib.domain.parcels import NewParcel, Shipment
from chalicelib.domain.patterns import Dismissal
from chalicelib.domain.payments import Cancellation, Payment
from chalicelib.domain.photos import NewPhoto
from chalicelib.domain.products import NewProduct
from chalicelib.domain.recalls import NewNotice
from chalicelib.domain.refunds import NewRefund, SentRefund
from chalicelib.domain.replies import NewReply
from chalicelib.domain.scans import NewScan
from chalicelib.domain.stops import SendAnyway
from chalicelib.domain.waybills import NewWaybills
from tests.paying_clients import be_paid_by_the_sandbox
from tests.platform_files import as_csv, import_body, pinduoduo, uploaded
from tests.provider import KEY_ID, MCHID, FakeProvider, answering, enter_merchant, kept_day
from tests.world import (
    PASSWORD,
    Json,
    World,
    inspection_body,
    merchant_body,
    new_id,
    ok,
    photo_body,
    product_body,
    today,
    training_body,
)

REPLY = {"title": "抱歉", "text": "抱歉，马上处理。"}


def refund_of(world: World, order: Json) -> str:
    """The id of a refund of one fen."""
    path = f"/v1/orders/{order['id']}/refunds/{new_id()}"
    refund_id: str = ok(world.seller.put(path, {"amount_fen": 1, "reason": "坏果"}), 201)["id"]
    return refund_id


def _differing(world: World) -> str:
    """The number of what differs on a day of the books. From then on nobody but the sandbox is
    asked, whatever is pressed."""
    there = ok(world.nobody.get("/sandbox/wechatpay/merchant"))
    with answering(FakeProvider()) as provider:
        enter_merchant(world, **there | {"mchid": MCHID, "public_key_id": KEY_ID})
        number = kept_day(provider, world)
    be_paid_by_the_sandbox(world.url, world)
    return number


class Known:
    """One delivered and complained-about parcel in the first village and the first shop."""

    def __init__(self, world: World) -> None:
        self.world = world
        batch = world.passed_batch()
        offer = world.offer(batch)
        placed = world.order(offer, packs=2)
        order = world.pay(placed)
        parcel = world.delivered(world.pack(order))
        complaint = world.complain(parcel)
        others = [
            world.complain(world.delivered(world.pack(world.paid_order(offer)))) for _ in range(2)
        ]  # three of three: the batch is proposed for holding
        self.returned: str = world.settle(others[0], remedy="return")["id"]
        customer = ok(world.seller.get("/v1/customers"))["items"][0]
        self.order_key: str = placed["access_key"]
        self.complaint_key: str = complaint["access_key"]
        self.ids: dict[str, str] = {
            "account_id": ok(world.account("county", "spare").get("/v1/me"))["id"],
            "village_id": world.village_id,
            "producer_id": world.producer_id,
            "product_id": world.product_id,
            "shop_id": world.shop_id,
            "batch_id": batch["id"],
            "offer_id": offer["id"],
            "order_id": order["id"],
            "complaint_id": complaint["id"],
            "customer_id": customer["id"],
            "photo_id": world.photo(parcel["code"]),
            "code": parcel["code"],
            "reply_id": ok(world.seller.put(f"/v1/replies/{new_id()}", REPLY))["id"],
            "refund_id": refund_of(world, order),
            "run_id": world.packing_run(),
            "provider": "wechatpay",
            "date": today(),
            "month": today()[:7],
            "number": _differing(world),
            "import_id": uploaded(world.seller, as_csv(pinduoduo())),
        }
        self.bodies: dict[type[BaseModel], Json] = {
            Credentials: {"username": "seller", "password": PASSWORD},
            NewAccount: {
                "username": "county2",
                "password": PASSWORD,
                "role": "county",
                "name": "县办",
            },
            NewPassword: {"password": PASSWORD},
            NewTraining: training_body(),
            NewVillage: {"name": "新村", "county": "歙县", "province": "安徽省"},
            NewProducer: {
                "village_id": world.village_id,
                "kind": "farm",
                "display_name": "农户 12",
            },
            NewProduct: product_body(),
            NewShop: {"name": "新店", "village_ids": [world.village_id]},
            ChangedContact: {"phone": "0559-1234567", "hours": "每天 8:00–20:00"},
            NewMerchant: merchant_body(),
            NewBatch: world.batch_body(),
            NewInspection: inspection_body(),
            NewCertificate: {"basis": "self_controlled", "quantity": 1, "contact": "0559"},
            WrittenReason: {"reason": "抽检"},
            QuantityCorrection: {"quantity": 900, "reason": "多打了一个 0"},
            NewOffer: world.offer_body(batch, packs_total=1),
            NewOrder: world.order_body(offer),
            Payment: {"paid_fen": order["total_fen"], "method": "wechat", "reference": new_id()},
            Cancellation: {"reason": "不要了"},
            SendAnyway: {"import_id": new_id()},
            NewParcel: {"allocations": [{"line": 0, "batch_id": batch["id"], "packs": 1}]},
            NewPacking: {"order_ids": [order["id"]]},
            NewWaybills: {
                "rows": [{"row": 1, "parcel": parcel["code"], "carrier": "顺丰", "waybill": "SF1"}]
            },
            NewDeliveries: {"rows": [{"row": 1, "parcel": parcel["code"]}]},
            Shipment: {"carrier": "顺丰", "waybill": "SF1"},
            Nothing: {},
            NewImport: import_body(b"x"),
            ReadImport: {},
            NewOutside: {"note": "在商户平台退了"},
            Reopening: {"why": "补一笔"},
            NewCharge: {"provider": "wechatpay", "way": "native"},
            NewRefund: {"amount_fen": 1, "reason": "坏果"},
            SentRefund: {"method": "银行转账", "reference": new_id()},
            NewScan: {"device": "device-0001"},
            NewPhoto: photo_body(),
            NewComplaint: {"reason": "rotten"},
            NewAnswer: {"message": "抱歉"},
            NewMessage: {"message": "又坏了两个"},
            Dismissal: {"reason": "查过"},
            NewReply: REPLY,
            NewNotice: {"notified": True},
            NewCoupon: world.coupon_body(),
            Withdrawal: {"given": False},
            NewExport: {"purpose": "message"},
            Settlement: {"remedy": "replacement", "message": "补寄"},
        }

    def path(self, route: Route) -> str:
        """Of a thing that exists; a PUT makes a new one."""
        names = re.findall(r"{(\w+)}", route.path)
        puts_new = route.method == "PUT" and route.path.endswith("}")
        made = names[-1] if puts_new and not route.path.startswith("/photos") else None
        path = route.path
        for name in names:
            makes = name == made and name.endswith("_id")
            known = new_id() if makes else self.ids.get(name, new_id())
            if "/{complaint_id}/return" in path:
                known = self.returned
            path = path.replace(f"{{{name}}}", known)
        return f"{path}?q={self.ids['code']}" if path == "/v1/search" else path

    def body(self, route: Route) -> Json:
        return self.bodies[route.body] if route.body else {}

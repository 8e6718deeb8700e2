"""The one search box: what a shop, or the county over all shops, finds by what is typed."""

from collections.abc import Callable
from functools import partial

from chalicelib.domain import phones
from chalicelib.domain import search as rules
from chalicelib.domain.access import Actor, Call, may_see_shop, may_use
from chalicelib.domain.cells import clean
from chalicelib.domain.codes import read_code
from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.search import Guess, Hit, OwnOrder
from chalicelib.repositories import limits, parcels
from chalicelib.repositories import orders as order_store
from chalicelib.repositories import search as store
from chalicelib.repositories.items import Item, Key
from chalicelib.repositories.reading import at_once, get_all, of_kind
from chalicelib.repositories.sealing import keyed_hash
from chalicelib.repositories.tables import BatchItem, ComplaintItem, OrderItem, ParcelItem, key_of

HOUR, DAY = 3600, 24 * 3600
MOST_OF_ADDRESS = 30
"""Tries an hour from one address to open orders by a phone and a number."""
MOST_OF_ORDER = 10
"""Tries a day at one order from everywhere. Who reads four digits and a city off a box has some
thousands of numbers left, for which that is more than a year."""


def search(call: Call, typed: str) -> list[Hit]:
    """What the actor may see of all that the text may be. Raises Invalid for what can be nothing.

    A Query or two for each guess, all at once, then one read of what they lead to and one of the
    orders of parcels. Other shops' orders, and other villages' batches, are as if not there.
    """
    meant = [guess for guess in rules.guesses(typed) if _may_look(call.actor, guess)]
    if not meant:
        raise _unreadable()
    asked = at_once(partial(_keys, call.actor), meant)
    keys = list(dict.fromkeys(key for some in asked for key in some))
    items = get_all(keys, consistent=False) if keys else {}
    hits: dict[Key, Hit] = {}
    for guess, some in zip(meant, asked, strict=True):
        for key in some:
            if key not in hits and (hit := _hit(call.actor, items.get(key), guess)) is not None:
                hits[key] = hit
    return _with_orders([*hits.values()] or _of_before(call.actor, meant))


def _unreadable() -> Invalid:
    return Invalid(
        (
            "q",
            "可以输入：订单号或后 8 位、平台订单号、包裹码、运单号、"
            "手机尾号 4 位或全号、姓名、批次号、售后号",
            "type an order's number or its last 8 characters, a platform's order number, a parcel"
            " code, a waybill, a phone number or its last 4 digits, a name, a lot, or a claim's"
            " number",
        )
    )


def _may_look(actor: Actor, guess: Guess) -> bool:
    """Buyers are their shop's alone, and so is what its books call an order."""
    return actor.role == "seller" or guess.kind not in {*rules.OF_BUYERS, "reference"}


def _keys(actor: Actor, guess: Guess) -> list[Key]:
    shop_id = actor.shop_id or ""
    village_ids = None if actor.role == "county" else actor.village_ids
    ask: dict[rules.Kind, Callable[[], list[Key]]] = {
        "number": lambda: store.orders_by_number(guess.value),
        "code": lambda: [key_of("parcel", guess.value)],
        "tail": lambda: store.orders_by_tail(shop_id, guess.value),
        "phone": lambda: store.orders_by_phone(shop_id, guess.value),
        "waybill": lambda: store.parcels_by_waybill(actor.shop_id, guess.value),
        "reference": lambda: store.orders_by_reference(shop_id, guess.value),
        "claim": lambda: store.claims_by_number(guess.value),
        "lot": lambda: store.batches_by_lot(village_ids, guess.value),
        "name": lambda: store.orders_by_name(shop_id, guess.value),
    }
    return ask[guess.kind]()


def _hit(actor: Actor, item: Item | None, guess: Guess) -> Hit | None:
    """If it is in scope and what was meant: a mark leads to more, and to what was erased."""
    match item:
        case ParcelItem() if may_see_shop(actor, item.doc.shop_id):
            return Hit(item.doc)
        case ComplaintItem() if may_see_shop(actor, item.doc.shop_id):
            return Hit(item.doc)
        case BatchItem() if may_use(actor, item.doc.village_id):
            return Hit(item.doc)
        case OrderItem() if may_see_shop(actor, item.doc.shop_id) and _is_order(item.doc, guess):
            return Hit(item.doc)
    return None


def _is_order(order: Order, guess: Guess) -> bool:
    if guess.kind == "number":
        return order.number.endswith(guess.value)
    if guess.kind == "reference":
        return clean(order.external_ref or "") == guess.value
    buyer = order_store.buyer_of(order)
    if buyer is None:
        return False
    match guess.kind:
        case "phone":
            return buyer.number.partition("-")[0] == guess.value.partition("-")[0]
        case "tail":
            return (phones.tail(buyer.number) or "").startswith(guess.value)
        case _:
            return rules.plain_name(buyer.name) == guess.value


def _of_before(actor: Actor, meant: list[Guess]) -> list[Hit]:
    """An order that was placed before orders were found by their numbers: of the shop alone, by the
    keys of its day."""
    numbers = [guess.value for guess in meant if guess.kind == "number"]
    if actor.shop_id is None or not numbers:
        return []
    return [Hit(item.doc) for item in order_store.by_numbers(actor.shop_id, numbers)]


def _with_orders(hits: list[Hit]) -> list[Hit]:
    """Parcels with the orders that they are of."""
    ids = {hit.subject.order_id for hit in hits if isinstance(hit.subject, Parcel)}
    keys = [key_of("order", order_id) for order_id in ids]
    items = of_kind(OrderItem, get_all(keys, consistent=False) if keys else {}, keys)
    orders = {item.doc.id: item.doc for item in items}
    return [
        Hit(hit.subject, orders.get(hit.subject.order_id))
        if isinstance(hit.subject, Parcel)
        else hit
        for hit in hits
    ]


def own(call: Call, body: OwnOrder, address: str) -> Order:
    """A buyer's own order, by their whole phone number and a number or code of it.

    A try is counted before anything is looked at, under what was typed and from where, and is
    uncounted when it is right. Every wrong one takes as many requests and is answered alike, so
    that nobody learns which orders there are. Raises "no_own_order", "too_many".
    """
    counted = [
        ("own order from", limits.address_mark(address), MOST_OF_ADDRESS, HOUR),
        ("own order", _tried(body.number), MOST_OF_ORDER, DAY),
    ]
    for what, who, most, window in counted:
        limits.hit(call, what, who, most=most, window=window)
    if (code := read_code(body.number)) is not None:
        parcel = parcels.find(code)
        keys = [key_of("order", parcel.doc.order_id if parcel else code)]
    else:
        keys = store.orders_by_number(body.number) or [key_of("order", body.number)]
    for item in of_kind(OrderItem, get_all(keys), keys):
        buyer = order_store.buyer_of(item.doc)
        if buyer is not None and body.is_of(buyer) and _is_named(item.doc, body.number):
            for what, who, _, window in counted:
                limits.take_back(call, what, who, window=window)
            return item.doc
    raise Refusal("no_own_order")


def _tried(number: str) -> str:
    """Under what tries at one order are counted, whether there is such an order or not."""
    return keyed_hash("own order", rules.end_of(number)).hex()[:32]


def _is_named(order: Order, number: str) -> bool:
    return order.number.endswith(number) or number in order.parcels

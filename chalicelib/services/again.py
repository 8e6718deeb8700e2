"""Buying again without typing the address again.

A token stands for "whoever gave this order": it goes into the link on the order's own page and
into a cookie of their browser, and fills in the next order form of the same shop.

Threat model.
- Whoever scans the parcel: the trace page is open to anyone with the box, so it neither reads nor
  sets the cookie (its path is the shop's) and looks the same to all.
- Whoever complains: a parcel's code, which the box shows to everybody, proves nothing about its
  order, so a complaint's pages carry no token either.
- Whoever sees an address bar, a log or a proxy: the token is AES-GCM over an order's id, never a
  name or address; it opens with one shop's name only, so it says nothing to another shop's form.
- Whoever gets hold of the link (or the browser): sees, for DAYS at most, what the order page itself
  shows to its link: the name, the district, the beginning of the street and the phone's last
  digits; and a coupon that only this phone number can use. The whole number, street and house stay
  on the server. The form carries them in part, and the whole ones are put in when the order is
  placed: all of them or none, and only under the number of the earlier order. So what is ordered in
  the buyer's name, or with the buyer's coupon, goes to the buyer's door alone, and erasing the
  buyer finds the order. The new order is known by what the form carried (services/orders.py:place):
  whoever guesses the whole number later is not told whether the guess is right.
- Whoever knows a phone number, or guesses it, and orders in its owner's name: a token of that order
  shows what they typed themselves, and what is ordered by it counts as a guess until the order is
  paid and packed. Paying and being paid back costs nothing, nor does refusing at the door, so the
  owner's coupons are only filled in once goods have come (Coupon.may_be_shown_for).
- Another site: the cookie is HttpOnly and SameSite=Lax, so no foreign form can order with it.
- A link slipped to somebody else fills in the sender's name and district: the form shows them above
  the button, and "not me" empties it.
- The forgotten: nothing personal lies in the token. Erasing the person destroys what it leads to,
  so every token, wherever it is kept, is worthless in the same commit.
"""

import json
from datetime import timedelta
from typing import NamedTuple

from chalicelib.domain.access import Call
from chalicelib.domain.orders import Buyer, Order
from chalicelib.repositories import customers
from chalicelib.repositories.orders import buyer_of
from chalicelib.repositories.reading import get_many
from chalicelib.repositories.sealing import seal_for_url, unseal_from_url
from chalicelib.repositories.tables import CustomerItem, OrderItem, key_of

DAYS = 30


class Earlier(NamedTuple):
    """An order, its buyer in the clear, and what was paid back."""

    order: Order
    buyer: Buyer
    refunded_fen: int

    @property
    def proves_its_number(self) -> bool:
        """Whether it was paid for, is packed, and stands. Anybody may place an order under any
        number, gets a link to it and, until it is packed, is paid back what they paid; so before
        that its link proves no more than a number that is typed."""
        order = self.order
        kept = self.refunded_fen < order.paid_fen or order.replaces is not None
        return order.stands and bool(order.parcels) and kept


def token(call: Call, *, shop_id: str, customer_id: str, order_id: str) -> str:
    """For the buyer of an order: whoever calls has checked that it is them."""
    until = int((call.now + timedelta(days=DAYS)).timestamp())
    text = json.dumps([order_id, customer_id, until], separators=(",", ":"))
    return seal_for_url(text, f"AGAIN#{shop_id}")


def order(call: Call, shop_id: str, token: str | None) -> Earlier | None:
    """The order a token stands for; None for one that is worthless.

    An order that ended unpaid, or whose buyer was erased, has no buyer any more. The customer's
    own record is read as well, as erasing begins there and reaches the orders one by one. So is
    the record of whoever owns the number itself, where it was given with an extension.
    """
    text = unseal_from_url(token, f"AGAIN#{shop_id}") if token else None
    if text is None:
        return None
    order_id, customer_id, until = json.loads(text)
    if call.now.timestamp() >= until:
        return None
    order_key, customer_key = key_of("order", order_id), key_of("customer", customer_id)
    items = get_many([order_key, customer_key])
    item, customer = items.get(order_key), items.get(customer_key)
    if not isinstance(item, OrderItem) or item.doc.customer_id != customer_id:
        return None
    owner = customers.find(item.doc.counted_as) if item.doc.counted_as else None
    for person in (customer, owner):
        if isinstance(person, CustomerItem) and person.doc.erased_at is not None:
            return None
    buyer = buyer_of(item.doc)
    return Earlier(item.doc, buyer, int(item.refunded_fen)) if buyer else None

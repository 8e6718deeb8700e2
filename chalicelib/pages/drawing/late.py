"""Complaints that nobody answered in time, as whoever presses the shop sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from chalicelib.domain import phones
from chalicelib.domain.catalogue import Shop
from chalicelib.domain.claim_numbers import spoken
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.response import ESCALATES_AFTER

from ..texts import Words
from . import formats
from .desks import Desk, Link, ListEntry, deadline, flag

PATH = "/seller/complaints"


@dataclass(frozen=True)
class LateRow:
    """shop: who has to answer; None where it is gone."""

    complaint: Complaint
    product: str
    product_en: str | None
    lot: str
    batch_id: str
    shop: Shop | None


def late_entries(late: Sequence[LateRow], desk: Desk, words: Words) -> list[ListEntry]:
    """The county, whose all of them are, opens the complaint; a cadre the batch, and is told which
    the county has by now. Both ring the shop with one tap, where it has a number."""
    entries = []
    for row in late:
        complaint, shop = row.complaint, row.shop
        chip, kind = deadline(complaint.reply_due_at, desk, words)
        county = desk.role == "county"
        number = spoken(complaint.short_number)
        product_and_lot = Markup("{} {}").format(
            formats.named(row.product, row.product_en, desk.language), row.lot
        )
        meta = [formats.in_line([number, product_and_lot])]
        if not county and complaint.is_overdue(desk.now - ESCALATES_AFTER):
            meta.append(flag(words["escalated"], "bad"))
        if shop and not shop.phone:
            name = formats.marked(shop.name, desk.language)
            meta.append(words("late_no_phone", shop=name))
        entries.append(
            ListEntry(
                href=desk.link(
                    f"{PATH}/{complaint.id}" if county else f"/cadre/batches/{row.batch_id}"
                ),
                title=words[f"reason_{complaint.reason}"],
                meta=meta,
                chip=chip,
                kind=kind,
                acts=[_ring(shop, shop.phone, desk, words)] if shop and shop.phone else [],
            )
        )
    return entries


def _ring(shop: Shop, phone: str, desk: Desk, words: Words) -> Link:
    number, extension = phones.shown(phone)
    shown = words("contact_extension", phone=number, n=extension) if extension else number
    name = formats.marked(shop.name, desk.language)
    return words("late_ring", shop=name, phone=shown), f"tel:{phones.to_dial(phone)}"

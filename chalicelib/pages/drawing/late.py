"""Complaints that nobody answered in time, as whoever presses the shop sees them."""

from collections.abc import Sequence

from markupsafe import Markup

from chalicelib.domain.claim_numbers import spoken
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.response import ESCALATES_AFTER

from ..texts import Words
from . import formats
from .desks import Desk, ListEntry, deadline, flag

PATH = "/seller/complaints"


def late_entries(
    late: Sequence[tuple[Complaint, str, str, str]], desk: Desk, words: Words
) -> list[ListEntry]:
    """(complaint, product, lot, batch id): the county, whose all of them are, opens the
    complaint; a cadre the batch, and is told which the county has by now."""
    entries = []
    for complaint, product, lot, batch_id in late:
        chip, kind = deadline(complaint.reply_due_at, desk, words)
        county = desk.role == "county"
        number = spoken(complaint.short_number)
        product_and_lot = Markup("{} {}").format(formats.marked(product, desk.language), lot)
        meta = [formats.in_line([number, product_and_lot])]
        if not county and complaint.is_overdue(desk.now - ESCALATES_AFTER):
            meta.append(flag(words["escalated"], "bad"))
        entries.append(
            ListEntry(
                href=desk.link(
                    f"{PATH}/{complaint.id}" if county else f"/cadre/batches/{batch_id}"
                ),
                title=words[f"reason_{complaint.reason}"],
                meta=meta,
                chip=chip,
                kind=kind,
            )
        )
    return entries

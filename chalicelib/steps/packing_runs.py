"""What a packing run remembers: that it was begun, and each box with the box itself."""

from contextlib import suppress

from chalicelib.domain.access import Call
from chalicelib.domain.packing_runs import PackingRun
from chalicelib.repositories.errors import ConditionFailed
from chalicelib.repositories.tables import PackingRunItem, key_of
from chalicelib.repositories.transaction import Adjust, UnitOfWork


def begin(call: Call, run_id: str) -> None:
    """Note a run before its first box, so that none is packed that it does not know."""
    run = PackingRun(id=run_id, shop_id=call.actor.shop_id or "", by=call.actor.id, at=call.now)
    with suppress(ConditionFailed):  # the same request sent again goes on with the same run
        UnitOfWork(call).create(PackingRunItem.of(run)).commit()


def with_box(run_id: str, code: str) -> Adjust:
    """A box that is packed is noted in its run, in one commit with it."""
    run = PackingRunItem(*key_of("packing", run_id))
    return Adjust(run, [PackingRunItem.codes.set(PackingRunItem.codes.append([code]))])


def without_box(run: PackingRunItem, code: str) -> Adjust:
    """A box that is taken back is noted in its run, in one commit with it."""
    return Adjust(run, [PackingRunItem.taken.set(PackingRunItem.taken.append([code]))])

"""What the books of a shop look like: days of one month in every state, and one with all kinds of
differences."""

from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.book_months import BookMonth, days_of, month_of
from chalicelib.domain.day_books import DayBook, Difference, SettledOutside, ShopSums, ends
from chalicelib.repositories.tables import BookMonthItem, DayBookItem
from chalicelib.repositories.transaction import UnitOfWork
from tests.world import World, merchant_body

PROVIDER = "wechatpay"


class BookStates:
    """Of the second shop, which is paid by a provider. day: on which all kinds differ; good: on
    which nothing does; month: theirs. closed: a month that is."""

    def __init__(self, world: World, now: datetime, order_id: str) -> None:
        self._now, self._shop, self._order = now, world.other_shop_id, order_id
        body = merchant_body()
        self._mchid = body["mchid"]
        world.merchant(body, world.other_shop_id)
        last = days_of(month_of(now.date().replace(day=1) - timedelta(days=1)))
        self.month, self.day, self.good, self.away = month_of(last[0]), last[9], last[8], last[11]
        work = UnitOfWork(Call(Actor(id="clock"), now))
        work.create(BookMonthItem.of(BookMonth(provider=PROVIDER, month=self.month)))
        for n, day in enumerate(last[2:9]):
            work.create(self._book(day, matched=3 + n, received=1_234_500 + 777 * n))
        work.create(
            self._book(self.day, differences=self._differences(), noted=True, matched=41),
            self._book(last[10], waiting=2, matched=7),
            self._book(self.away, failure="away"),
            self._book(last[12], failure="refused"),
        )
        before = days_of(month_of(last[0] - timedelta(days=1)))
        self.closed = month_of(before[0])
        sums = ShopSums(shop_id=self._shop, matched=9, received_fen=99_900, fee_fen=599)
        month = BookMonth(provider=PROVIDER, month=self.closed).closed((sums,), "county", now)
        work.create(BookMonthItem.of(month), self._book(before[4], matched=9, received=99_900))
        work.commit()

    def _book(
        self,
        day: date,
        *,
        matched: int = 0,
        received: int = 456_700,
        waiting: int = 0,
        differences: tuple[Difference, ...] = (),
        noted: bool = False,
        failure: Any = None,
    ) -> DayBookItem:
        sums = ShopSums(
            shop_id=self._shop,
            matched=matched,
            received_fen=received,
            refunded_fen=received // 50,
            fee_fen=(received * 6 + 500) // 1000,
            waiting=waiting,
            differing=len(differences),
        )
        settled = {
            difference.number: SettledOutside(
                kind=difference.kind,
                ours_fen=difference.ours_fen,
                theirs_fen=difference.theirs_fen,
                note="多收的 1 分，已在商户平台退给买家。",
                by="county",
                at=self._now,
            )
            for difference in differences[-1:]
        }
        return DayBookItem.of(
            DayBook(
                provider=PROVIDER,
                mchid=self._mchid,
                day=day,
                made_at=ends(day) + timedelta(hours=10, minutes=15),
                failure=failure,
                shops=(self._shop,),
                sums=() if failure else (sums,),
                differences=differences,
                notes=settled if noted else {},
            )
        )

    def _differences(self) -> tuple[Difference, ...]:
        own: dict[str, Any] = {"shop_id": self._shop, "order_id": self._order}
        charge = "7ZK3M9QX2B8D4F6H1J5L0N7P3" + "00{}"
        refund = charge[:25] + "1A2B3C4D5E6F7G8H9I0J1K2L3" + "00"
        return (
            Difference(kind="not_ours", out_trade_no="SHOP20261110093055", theirs_fen=8_800),
            Difference(kind="not_theirs", out_trade_no=charge.format(0), ours_fen=3_000, **own),
            Difference(
                kind="state",
                out_trade_no=charge.format(1),
                out_refund_no=refund,
                ours_fen=500,
                theirs_fen=500,
                **own,
            ),
            Difference(
                kind="amount",
                out_trade_no=charge.format(2),
                ours_fen=3_000,
                theirs_fen=3_001,
                **own,
            ),
        )

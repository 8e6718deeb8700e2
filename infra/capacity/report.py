"""docs/capacity.md, written from what was measured, reckoned and played."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from chalicelib.domain.offers import CALM_SLOTS, MOST_SHARDS, MOST_SLOTS, SLOT_ORDERS, SLOT_PACKS
from chalicelib.domain.scans import MOST_COUNTED
from chalicelib.repositories.recent import FOR_A_TAKE, KEPT

from . import prices
from .costs import stated, units
from .runs import Summary
from .scenarios import HUIMIN, LIFE, MINIMA, SCAN, SCENARIOS, VIEW, peaks, use_in, use_of
from .store import HOLD, READ, READS, TRANSACTION, WRITES

DOCS = Path(__file__).resolve().parents[2] / "docs"
DOCUMENT = DOCS / "capacity.md"
PLAYED = DOCS / "capacity.json"
"""What the simulations came to, so that the document can be checked without playing them."""


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def fen(dollars: float) -> str:
    return f"{dollars * prices.YUAN * 100:.3f}"


def yuan(dollars: float) -> str:
    return f"{dollars * prices.YUAN:,.0f}"


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


def document(played: list[Summary]) -> str:
    """The whole page. played: what the simulations came to."""
    order, scan, view = use_of(LIFE), use_of(SCAN), use_of(VIEW)
    by_run = {run["run"]: run for run in played}
    now, then = by_run["10,000 orders/s, now"], by_run["10,000 orders/s, before"]
    crowded = by_run["1,000 orders/s, before"]
    sold_out = by_run["... and 10,000 packs, sold out after a second"]
    unsplit = by_run["... warmed up, no hot key split off yet"]
    huimin = use_in(HUIMIN)[0]
    peak = peaks(HUIMIN)
    at_full = use_of({"place an order": 1.0, "pay it": 1.0}, 10_000)
    return f"""# Capacity and cost

Written by `make capacity`; do not edit. 由 `make capacity` 生成，请勿手改。

**中文摘要。** 一场像惠民 2 月 24 日那样的直播（130 万人观看、两小时），云服务费约 {yuan(huimin.total)} 元；
一个订单从下单到签收约 {fen(order.total)} 分钱，一次扫码连同计数约 {fen(scan.total)} 分钱（均为目录价估算）。
一件商品每秒 10,000 单时，改进前的设计只有 {then["done"]} 的订单能成，首先顶不住的是
`OFFER#id` 的读取；改进后模拟中 {now["done"]} 成功，没有一个键饱和。要达到这个速度，开卖前须向 AWS 申请
提高配额并预热数据表。这些是计算和模拟，不是在 AWS 上的实测。

## In plain words
**For the county office.** The stream of 24 February, 1.3 million viewers in two hours, would cost
about {yuan(huimin.total)} yuan of cloud services if every viewer opened the shop and scanned a code. An
order costs {fen(order.total)} fen from placing to delivery and its complaints, a scan
{fen(scan.total)} fen, a look at the shop {fen(view.total)} fen. Most of an order's cost is writing its
data, most of a visit's is the gateway. On a quiet day only storage and a key are paid for: the key
is {yuan(12 * prices.PRICES["keys"].dollars)} yuan a year. All prices are list prices; the table of inputs below can be changed.

**For an engineer.** One offer at 10,000 orders a second, each with its order form and its payment:
before, {then["done"]} of the orders could be placed, and the first key to give in was `OFFER#id`, which
every order read; at 1,000 a second, payments already failed ({crowded["paid"]} went through), as all new
customers of a shop stood on one key of its index. Now {now["done"]} are placed and {now["paid"]} paid, p99
{now["p99"]} ms inside the service, and no key is asked for more than it gives: the fullest is
{now["fullest"]}. On a table that was warmed up but never yet split by heat, {unsplit["done"]} are placed.
When such an offer sells out, {sold_out["done"]} of the buyers have an answer at once, the rest a 503 that
asks them to try again; nothing is sold twice in any run.

**What changed for it**, each only where an offer is large or says that it will be fast
(`expected_orders_per_second`); a small shop's offer is read and written as before, and opens for less:
- stock is spread over one item for each {SLOT_PACKS:,} packs or {SLOT_ORDERS} expected orders a second, up to
  {MOST_SLOTS} (before: {16}); an item comes to be when first taken from, so that opening any offer
  costs the same, and closing goes in steps of 80;
- an offer of more than {CALM_SLOTS} slots, and what is left of it, are read once in {KEPT:g} s by each process
  ({FOR_A_TAKE:g} s for finding another slot), not by each buyer; taking packs is as exact as before;
- orders lie on at most {MOST_SHARDS} shards of an index; customers are spread as their orders are; the
  office's list is spread by order, as small offers all have a first slot;
- a shop is kept as long by a process, a recalled batch too (a recall is final);
- a code is counted up to {MOST_COUNTED} scans: past 15 it is suspect, and more says no more.

**What it does not show.** Nothing here ran on AWS. How long a transaction holds an item is not
documented: {1000 * HOLD:g} ms is assumed, and half and twice of it are shown. Lambda, API Gateway
and the network are not in the milliseconds. One code that a whole stream scans from the screen still
refuses to count at first (503, its page is not touched) until it has {MOST_COUNTED}. A batch that is not
recalled gives {READS:,} scans a second. The 15 March day is reckoned, not simulated: its shops have keys
of their own, and share the office's list, which is as wide as the widest offer yet opened (one
shard takes some 500 orders a second with their payments): open one with
`expected_orders_per_second` of {MOST_SHARDS * SLOT_ORDERS:,} or more before such a day.

## Which key gives in first
Simulated: {WRITES:,} write and {READS:,} read units a second for what lies under one key, as one item
lies on one partition and lists grow at their end; no bursts saved up; a full index partition throttles
the write to the table; transactions that meet on an item are cancelled, cost their units, and are tried
again 8 times with pauses of up to 10-400 ms; 503 after that, or after 15 s. A read takes
{1000 * READ:g} ms, a transaction {1000 * TRANSACTION:g} ms on average: assumed. Buyers open the form, order 0.2 s
later, pay within a second; the offer has 100,000 packs. "Gives in": throttled, or its transactions
meet more often than not. "Paid": of the orders placed. "Fullest": the most units asked of one key in a second, of what it gives.

{_runs(played)}
Limits from the DynamoDB developer guide: warm throughput in different scenarios, burst and adaptive
capacity, write throttling and back pressure of global secondary indexes, pre-warming a table.

## What to ask AWS for, before 10,000 orders a second
{table(("what", "needed", "usual limit"), _quotas(at_full.wcu, at_full.rcu, 3 * 10_000))}
Usual limits are AWS's defaults as documented (check them in the console); each can be raised on
request. Warm the table and both indexes up a day before ("warm throughput"): a new table gives 4,000
writes and 12,000 reads a second, and doubles within half an hour at best. For the stream of 惠民 none
of this is needed beyond the defaults of table and Lambda: its busiest second has {number(peak[0])} orders,
{number(peak[1])} requests, {number(peak[2])} RCU and {number(peak[3])} WCU, if that is {HUIMIN.peak} times the mean.

## Scenarios
{_scenarios()}
An HTTP request is counted for each operation. Storage is paid for {prices.MONTHS} months. Totals in yuan,
at {prices.YUAN:g} yuan for a dollar.

{_money()}
{_sources()}
## Each operation against what it could cost at least
Measured by the engine (`tests/api/test_costs.py`), table and indexes together. The least is what a
store with such units could do it for: one request, no reads, no indexes, every item under 1 KB.

{_minima()}
## For an order, a scan, a look
{_per_operation()}
## Inputs
Change them in `infra/capacity/prices.py` and run `make capacity`. Region {prices.REGION}, taken as of
{prices.AS_OF}. AWS China (Beijing, Ningxia) has its own list, in yuan: take it from amazonaws.cn.

{_prices()}
Also assumed: {prices.MEMORY_GB:g} GB for {1000 * prices.SECONDS:g} ms of Lambda and {prices.ANSWER_KB} KB sent for a
request; a process serves {prices.REQUESTS_A_START:,} requests and asks KMS once; {prices.ORDER_KB} KB stored for an
order; {prices.PHOTOS:g} photos of {prices.PHOTO_MB:g} MB for a complaint. Free tiers, logs, alarms, backups and tax
are left out.
"""


def _runs(played: list[Summary]) -> str:
    names = ("run", "slots", "asked", "done", "paid", "503", "p50", "p99", "conflicts", "throttled")
    heading = [*names, "gives in", "fullest"]
    heading[6:8] = ["p50 ms", "p99 ms"]
    return table(
        heading, ([run[name] for name in (*names, "gives in", "fullest")] for run in played)
    )


def _quotas(wcu: float, rcu: float, requests: int) -> list[tuple[str, str, str]]:
    return [
        ("DynamoDB writes a second, table and indexes", number(wcu), "40,000 a table"),
        ("DynamoDB reads a second, at most", number(rcu), "40,000 a table"),
        ("API Gateway requests a second", number(requests), "10,000 a region"),
        (
            "Lambda at work at once",
            number(requests * prices.SECONDS),
            "1,000 a region",
        ),
    ]


def _scenarios() -> str:
    rows = []
    for scenario in SCENARIOS:
        use, stored, photos = use_in(scenario)
        orders, asked, rcu, wcu = peaks(scenario)
        rows.append(
            [
                scenario.name,
                f"{scenario.orders:,}",
                f"{scenario.scans:,}",
                number(use.asked / 1e6),
                number(use.rcu / 1e6),
                number(use.wcu / 1e6),
                number(orders),
                number(asked),
                number(rcu),
                number(wcu),
                number(stored),
                number(photos),
            ]
        )
    return table(
        (
            "scenario",
            "orders",
            "scans",
            "requests, million",
            "RCU, million",
            "WCU, million",
            "orders/s, peak",
            "requests/s",
            "RCU/s",
            "WCU/s",
            "GB in the table",
            "GB of photos",
        ),
        rows,
    )


def _money() -> str:
    services = list(use_in(HUIMIN)[0].money)
    rows = []
    for scenario in SCENARIOS:
        use, _, _ = use_in(scenario)
        rows.append(
            [
                scenario.name,
                *(yuan(use.money[name]) for name in services),
                yuan(use.total),
                fen(use.total / scenario.orders),
                fen(use.total / (scenario.scans + scenario.views)),
            ]
        )
    return table(
        ("yuan", *services, "total", "all of it for each order, fen", "for each scan or look, fen"),
        rows,
    )


def _sources() -> str:
    return "\n".join(f"- **{scenario.name}.** {scenario.sources}" for scenario in SCENARIOS) + "\n"


def _minima() -> str:
    rows = []
    for pattern, (requests, rcu, wcu, why) in MINIMA.items():
        asked, reads, writes = stated()[pattern]
        have = (units(reads, 1), units(writes, 1))
        least = prices.dollars("RCU", rcu) + prices.dollars("WCU", wcu)
        ours = prices.dollars("RCU", have[0]) + prices.dollars("WCU", have[1])
        rows.append(
            [
                pattern,
                f"{asked} / {requests}",
                f"{have[0]:g} / {rcu:g}",
                f"{have[1]:g} / {wcu:g}",
                f"{ours / least:.1f}",
                why,
            ]
        )
    return table(
        ("operation", "requests", "RCU", "WCU", "ratio in money", "what makes up the difference"),
        rows,
    )


def _per_operation() -> str:
    named = {"an order, from placing to delivery": LIFE, "a scan, counted": SCAN, "a look": VIEW}
    rows = []
    for name, operations in named.items():
        use = use_of(operations)
        rows.append(
            [
                name,
                *(f"{amount:.2f}" for amount in (use.asked, use.rcu, use.wcu)),
                *(fen(amount) for amount in use.money.values()),
                fen(use.total),
            ]
        )
    services = list(use_of(VIEW).money)
    return table(("fen", "requests", "RCU", "WCU", *services, "in all"), rows)


def _prices() -> str:
    return table(
        ("what", "dollars", "for", "source"),
        [
            [price.of, f"{price.dollars:g}", f"{price.per:,.0f}", price.source]
            for price in prices.PRICES.values()
        ],
    )

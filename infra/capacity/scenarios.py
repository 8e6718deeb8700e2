"""What a day, a campaign and a year ask for, from what was measured of each operation."""

from dataclasses import dataclass, field

from . import prices
from .costs import stated, units

LIFE = {
    "place an order": 1.0,
    "pay it": 1.0,
    "pack a parcel": 1.0,
    "labels of n parcels": 1.0,
    "... printed": 1.0,
    "ship it": 1.0,
    "deliver it": 1.0,
    "complain": 0.02,
    "answer": 0.02,
    "settle with a refund": 0.02,
}
"""Operation -> times for each order. 2 complaints for 100 orders: assumed."""
SCAN = {"scan a parcel of one batch": 1.0, "count a scan": 1.0}
VIEW = {"a shop's offers, of one slot": 1.0}
PHRASES = {"a shop's offers, of one slot": 4}
"""Operation -> how long its list is, where that is not one."""


@dataclass(frozen=True)
class Scenario:
    """peak: the busiest second, in times of the mean one. sources: of every figure, in words."""

    name: str
    orders: int
    views: int
    scans: int
    hours: float
    peak: int
    sources: str


HUIMIN = Scenario(
    name="惠民, 24 February: one stream",
    orders=13_500,
    views=1_300_000,
    scans=1_300_000 + 20_250,
    hours=2,
    peak=10,
    sources="1.3 million viewers, 2 hours, 20,000 jin of mushrooms, 20,000 jin of pears, 15,000 eggs "
    "and 10,000 bottles are reported. Packs of 5 jin, 30 eggs and 2 bottles, one in an order, make "
    "13,500 orders: assumed. Each viewer opens the shop once and scans one code; each parcel is "
    "scanned 1.5 times: assumed. Busiest second 10 times the mean: assumed.",
)
MARCH = Scenario(
    name="15 March: 100 streams at once",
    orders=100 * HUIMIN.orders,
    views=100 * HUIMIN.views,
    scans=100 * HUIMIN.scans,
    hours=2,
    peak=10,
    sources="Over 100 streams on one day are reported; that each is as large as 惠民's and that all "
    "run in the same two hours is assumed, and is more than there was.",
)
CAMPAIGN = Scenario(
    name="战疫助农: 3.66 million items",
    orders=3_660_000,
    views=20 * 3_660_000,
    scans=int(1.5 * 3_660_000),
    hours=30 * 24,
    peak=20,
    sources="3.66 million items and 148 million yuan are reported. One item in an order, 20 visits "
    "for an order, 1.5 scans for a parcel, 30 days, busiest second 20 times the mean: assumed.",
)
YEAR = Scenario(
    name="A national year",
    orders=100_000_000,
    views=2_000_000_000,
    scans=150_000_000,
    hours=365 * 24,
    peak=50,
    sources="100 million orders (832 counties with 120,000 each), 20 visits for an order, 1.5 scans "
    "for a parcel, busiest second 50 times the mean: all assumed.",
)
SCENARIOS = [HUIMIN, MARCH, CAMPAIGN, YEAR]


@dataclass
class Use:
    """asked: HTTP requests. requests: of the store."""

    asked: float = 0
    requests: float = 0
    rcu: float = 0
    wcu: float = 0
    money: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(self.money.values())


def use_of(operations: dict[str, float], times: float = 1.0) -> Use:
    """Without storage."""
    rows, use = stated(), Use()
    for pattern, often in operations.items():
        requests, rcu, wcu = rows[pattern]
        n, often = PHRASES.get(pattern, 1), often * times
        use.asked += often
        use.requests += requests * often
        use.rcu += units(rcu, n) * often
        use.wcu += units(wcu, n) * often
    use.money = {
        "DynamoDB": prices.dollars("WCU", use.wcu) + prices.dollars("RCU", use.rcu),
        "API Gateway": prices.dollars("calls", use.asked),
        "Lambda": prices.dollars("invocations", use.asked)
        + prices.dollars("GB-s", use.asked * prices.SECONDS * prices.MEMORY_GB),
        "KMS": prices.dollars("KMS", use.asked / prices.REQUESTS_A_START),
        "data out": prices.dollars("out", use.asked * prices.ANSWER_KB / 1e6),
    }
    return use


def use_in(scenario: Scenario) -> tuple[Use, float, float]:
    """With storage for prices.MONTHS; GB in the table, GB of photos."""
    operations: dict[str, float] = {}
    for some, times in (
        (LIFE, scenario.orders),
        (SCAN, scenario.scans),
        (VIEW, scenario.views),
    ):
        operations |= {operation: often * times for operation, often in some.items()}
    use = use_of(operations)
    stored = scenario.orders * prices.ORDER_KB / 1e6
    pictures = scenario.orders * LIFE["complain"] * prices.PHOTOS
    photos = pictures * prices.PHOTO_MB / 1e3
    use.money["DynamoDB"] += prices.dollars("stored", stored) * prices.MONTHS
    use.money["S3"] = prices.dollars("photos", photos) * prices.MONTHS + prices.dollars(
        "puts", pictures
    )
    use.money["KMS"] += prices.dollars("keys", 1) * prices.MONTHS
    return use, stored, photos


def peaks(scenario: Scenario) -> tuple[float, float, float, float]:
    """In the busiest second: orders, HTTP requests, RCU and WCU of placing, paying, views, scans."""
    crowd = use_of({"place an order": 1.0, "pay it": 1.0}, scenario.orders)
    for some, times in ((SCAN, scenario.scans), (VIEW, scenario.views)):
        more = use_of(some, times)
        crowd.asked += more.asked
        crowd.rcu += more.rcu
        crowd.wcu += more.wcu
    factor = scenario.peak / (scenario.hours * 3600)
    return (
        scenario.orders * factor,
        crowd.asked * factor,
        crowd.rcu * factor,
        crowd.wcu * factor,
    )


MINIMA: dict[str, tuple[int, float, float, str]] = {
    "place an order": (
        1,
        0,
        4,
        "the order holds prices, rule and sealed address (over 1 KB, +2), stands in two indexes (+2), "
        "and is found by its number, its buyer's phone tail and name (one item in two indexes, +4); "
        "the offer and an earlier answer are read first",
    ),
    "... of an offer for a crowd, read lately": (
        1,
        0,
        4,
        "the same, but the offer is kept by the process",
    ),
    "pay it": (
        1,
        0,
        4,
        "order and journal would do; the customer, the link by which erasing finds the order, and "
        "the first answer are written too, and four index entries move",
    ),
    "scan a parcel of one batch": (
        1,
        0.5,
        0,
        "the batch is read beside the parcel, consistently, so that a recall shows at once",
    ),
    "count a scan": (
        1,
        0,
        2,
        "device mark and counter in one transaction double the two writes; a limit is counted, and "
        "three reads find the parcel, the mark and the new count",
    ),
    "pack a parcel": (
        1,
        0,
        6,
        "order, parcel and allocation would do; order and parcel are over 1 KB, the batch is held "
        "against a recall, journal and answer are kept, indexes move",
    ),
    "ship it": (
        1,
        0,
        4,
        "parcel and journal would do; the order moves with it, in both indexes; the parcel is found "
        "by its waybill (+2)",
    ),
    "deliver it": (
        1,
        0,
        4,
        "the same, without looking at the batch",
    ),
    "complain": (
        1,
        0,
        4,
        "complaint and the parcel's mark would do; the customer counts it, two limits are counted, "
        "its number is kept apart, so that it is nobody else's, and the case stands in two indexes",
    ),
    "refund": (
        1,
        0,
        4,
        "ledger entry and sum, as it must be; the entry stands in an index",
    ),
    "inspect": (
        1,
        0,
        4,
        "inspection and passport; both are over 1 KB",
    ),
}
"""Operation -> fewest requests, RCU, WCU that a store with such units could do it for, and why we
take more. A transaction's write is two units for each KB, an eventual read half a unit."""

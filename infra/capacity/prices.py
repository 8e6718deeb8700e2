"""What things cost and how much of them is used: the inputs that a reader may change."""

from dataclasses import dataclass

REGION = "us-east-1 (N. Virginia)"
AS_OF = "2026-11-25"
YUAN = 7.2
"""For a dollar: assumed."""
CHECK = "list price, check"
"""Of a price that was not looked up again."""


@dataclass(frozen=True)
class Price:
    """dollars for `per` of what `of` names."""

    of: str
    dollars: float
    per: float
    source: str


PRICES = {
    "WCU": Price(
        "DynamoDB write request unit, on demand",
        0.625,
        1e6,
        "airbyte.com, July 2025, after the cut of November 2024",
    ),
    "RCU": Price(
        "DynamoDB read request unit, on demand",
        0.125,
        1e6,
        "airbyte.com, July 2025, after the cut of November 2024",
    ),
    "stored": Price("DynamoDB storage, GB and month", 0.25, 1, CHECK),
    "calls": Price(
        "API Gateway REST request (first 333 million of a month)",
        3.5,
        1e6,
        "docs.aws.amazon.com, whitepaper on private APIs",
    ),
    "invocations": Price("Lambda request", 0.20, 1e6, "appropri8, December 2025"),
    "GB-s": Price("Lambda GB-second, x86", 0.0000166667, 1, "appropri8, December 2025"),
    "photos": Price("S3 storage, GB and month", 0.023, 1, CHECK),
    "puts": Price("S3 PUT", 0.005, 1e3, CHECK),
    "KMS": Price("KMS request", 0.03, 1e4, "factualminds.com, June 2026"),
    "keys": Price("KMS key and month", 1.0, 1, "aws.amazon.com/kms/pricing"),
    "out": Price("data out to the internet, GB", 0.09, 1, "appropri8, December 2025"),
}

MEMORY_GB, SECONDS = 0.5, 0.05
"""Of a Lambda request: assumed, until the deployed function is measured."""
ANSWER_KB = 8
"""Sent for a request, compressed: assumed."""
REQUESTS_A_START = 2000
"""Requests that one Lambda process serves; each start asks KMS once: assumed."""
ORDER_KB = 8
"""Stored for an order that ran to its end, with its parcel, customer, journal and index entries:
assumed from the units that writing them costs."""
PHOTO_MB, PHOTOS = 0.4, 1.5
"""Of a complaint: assumed."""
MONTHS = 12
"""For which what is stored is paid in the totals."""


def dollars(what: str, amount: float) -> float:
    price = PRICES[what]
    return amount * price.dollars / price.per

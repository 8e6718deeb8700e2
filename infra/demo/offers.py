"""What the demo's shop offers, and at which price.

The streams' packs come to exactly what the reports say was sold: 4,000 packs of 2.5 kg are
20,000 斤. Prices are those of the season, in fen.
"""

from dataclasses import dataclass
from datetime import datetime

from .clock import TenDays
from .harvest import CRATE_DAYS, EGG_DAYS, EGGS_A_DAY, SETS_A_DAY, VEGETABLE_DAYS

HUIMIN = "惠民县直播 2月24日"
YONGFU = "永福砂糖橘直播"
GROUP_BUY = "漠河小菜套餐群接龙"

STREAMS = (
    # offer, title, fen, quantity in a pack, packs, days back, campaign
    ("huimin-mushroom", "惠民鲜香菇 5 斤", 2990, 2_500, 4_000, 9, HUIMIN),
    ("huimin-pear", "惠民梨 10 斤", 2580, 5_000, 2_000, 9, HUIMIN),
    ("huimin-egg", "惠民鸡蛋 30 枚", 2680, 30, 500, 9, HUIMIN),
    ("huimin-pickle", "惠民酱菜 4 瓶", 3960, 4, 2_500, 9, HUIMIN),
    ("sanya-mango", "三亚芒果 5 斤", 3580, 2_500, 12_000, 8, "三亚芒果直播"),
    ("qingyang-apple", "庆阳苹果 10 斤", 4980, 5_000, 2_000, 7, "庆阳苹果直播"),
    ("xiangzhou-orah", "象州沃柑 10 斤", 3990, 5_000, 10_000, 6, "象州沃柑直播"),
)
SHOP = (
    # offer, title, fen, quantity in a pack, packs, days back
    ("wuming-orah", "武鸣沃柑 5 斤", 2590, 2_500, 2_000, 8),
    ("xuwen-pineapple", "徐闻菠萝 10 斤", 2990, 5_000, 1_200, 8),
    ("yongfu-shop", "永福砂糖橘 5 斤", 1990, 2_500, 800, 8),
    ("qingyang-apple-shop", "庆阳苹果 5 斤", 2780, 2_500, 800, 6),
)


@dataclass(frozen=True)
class Offered:
    """Which batches it draws on, the batches say themselves."""

    name: str
    title: str
    price_fen: int
    pack_quantity: int
    packs: int
    opens: datetime
    closes: datetime | None = None
    campaign: str | None = None


def all_offers(days: TenDays) -> list[Offered]:
    """Streams sell for two hours; 永福 by the crate; the shop is open until now."""
    streams = [
        Offered(
            name,
            title,
            fen,
            quantity,
            packs,
            days.day(back, "20:00"),
            days.day(back, "22:00"),
            seen,
        )
        for name, title, fen, quantity, packs, back, seen in STREAMS
    ]
    crates = [
        Offered(
            f"yongfu-{back}",
            "永福砂糖橘 整箱 20 公斤（批发）",
            9200,
            20_000,
            40_000,
            days.day(back, "14:00"),
            campaign=YONGFU,
        )
        for back in CRATE_DAYS
    ]
    shop = [
        Offered(name, title, fen, quantity, packs, days.day(back, "12:00"))
        for name, title, fen, quantity, packs, back in SHOP
    ]
    return [*streams, *crates, *shop, *_every_day(days)]


def _every_day(days: TenDays) -> list[Offered]:
    eggs = [
        Offered(
            f"rongxi-{back}",
            "容溪土鸡蛋 30 枚",
            4500,
            30,
            EGGS_A_DAY // 30,
            days.day(back, "10:00") if back else days.ago(6.5),
        )
        for back in (*EGG_DAYS, 0)
    ]
    sets = [
        Offered(
            f"mohe-{back}",
            "漠河小菜套餐 一份",
            1000,
            1,
            SETS_A_DAY,
            days.day(back, "08:30"),
            days.day(back, "21:00"),
            GROUP_BUY,
        )
        for back in VEGETABLE_DAYS
    ]
    return [*eggs, *sets]

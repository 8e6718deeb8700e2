"""Buyers of the demo: numbers instead of names, real districts, made-up doors."""

from chalicelib.domain.orders import NewAddress, NewBuyer

DISTRICTS = (
    ("山东省", "济南市", "历下区"),
    ("山东省", "滨州市", "滨城区"),
    ("山东省", "青岛市", "市南区"),
    ("北京市", "北京市", "海淀区"),
    ("上海市", "上海市", "浦东新区"),
    ("江苏省", "南京市", "鼓楼区"),
    ("浙江省", "杭州市", "西湖区"),
    ("广东省", "广州市", "天河区"),
    ("湖北省", "武汉市", "洪山区"),
    ("四川省", "成都市", "武侯区"),
    ("陕西省", "西安市", "雁塔区"),
    ("辽宁省", "沈阳市", "和平区"),
)
HOUSEHOLD_BUYERS = 60
MOHE_BUYERS = 12
BULK_BUYERS = 12


def customer(number: int) -> NewBuyer:
    """顾客 1, 2, 3 ...: ordinary households all over the country."""
    province, city, district = DISTRICTS[number % len(DISTRICTS)]
    return NewBuyer(
        name=f"顾客 {number}",
        phone=f"1380000{number:04d}",
        address=NewAddress(
            province=province,
            city=city,
            district=district,
            detail=f"示例路 {number} 号 {number % 6 + 1} 单元",
        ),
    )


def neighbour(number: int) -> NewBuyer:
    """Members of 漠河's WeChat groups; volunteers deliver to their compounds."""
    return NewBuyer(
        name=f"群友 {number}",
        phone=f"1380000{2000 + number:04d}",
        address=NewAddress(
            province="黑龙江省",
            city="大兴安岭地区",
            district="漠河市",
            detail=f"示例小区 {number % 5 + 1} 号楼 {number} 室",
        ),
    )


def wholesaler(number: int) -> NewBuyer:
    """Markets and canteens that buy by the thousand packs."""
    province, city, district = DISTRICTS[(number * 5) % len(DISTRICTS)]
    return NewBuyer(
        name=f"采购单位 {number}",
        phone=f"1380000{3000 + number:04d}",
        address=NewAddress(
            province=province, city=city, district=district, detail=f"示例批发市场 {number} 号库"
        ),
    )

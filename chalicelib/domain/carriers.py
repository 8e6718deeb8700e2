"""Who carries a parcel, and under which number: what a person typed, or a file's cell, made
sure of.

Both are kept for good, so a person's name, phone number or a sentence is no carrier and no waybill.
"""

import re
from collections.abc import Mapping
from typing import Literal

from .text import half_width, is_scientific, without_text_sign

LONGEST_CARRIER_NAME = 60

_BRANDS = (
    "顺丰|中通|圆通|申通|韵达|极兔|百世|汇通|德邦|京东|邮政|邮局|丹鸟|菜鸟|安能|跨越|优速|宅急送|壹米滴答|中铁|丰网"
    "|众邮|九曳|顺心捷达|中邮|联昊通|货拉拉|闪送|达达|美团|蜂鸟|加运美|品骏|黄马甲|日日顺|苏宁|天地华宇|速尔|龙邦|国通"
    "|全峰|联邦快递|佳吉|如风达|京广|递四方|燕文|运满满|信丰|盛丰|嘉里|新邦"
)
_AT_THE_START = re.compile(f"(?:中国)?(?:{_BRANDS})")
_TRADE = re.compile(
    "快递|速递|速运|快运|快件|物流|货运|运输|配送|专线|冷链|供应链|跑腿|自提|自送|自配送|送货|包裹|邮政|邮局"
    "|志愿者|客运|班车|车队|上门|其他|其它"
    "|express|logistic|courier|cargo|freight|deliver|parcel|transport|shipping|postal"
)
_ABBREVIATIONS = frozenset(
    {
        "sf", "sto", "yto", "zto", "yunda", "yd", "jt", "jtexpress", "j&t", "jd", "jdl", "dbl",
        "deppon", "best", "htky", "ttk", "ems", "cp", "post", "zjs", "ane", "ups", "dhl", "fedex",
        "tnt", "usps", "dpd", "gls", "aramex", "4px", "yanwen", "cainiao",
    }
)  # fmt: skip
_NOT_A_NAME = re.compile(
    "(?:商品)?(?:发货)?(?:快递|物流|配送|货运|运输|承运)(?:公司|商|方|服务商|企业|单位)?(?:名称|名|编码|代码)?"
    "|(?:快递|物流|配送|送货|自提)(?:方式|类型|单号|编号|点|时间|地址|费|状态|信息)"
)
"""What stands above a column of carriers, or beside it."""
_MOST_WITHOUT_BRAND = 20
"""Characters: an address or a note may hold such a word, too."""
_WHOLE, _ITS_DIGITS = 8, 6
"""Characters of a waybill, and digits among them: carriers print one number in shorter groups."""

_SPELLINGS: Mapping[str, str] = {
    "sf": "顺丰", "zto": "中通", "yto": "圆通", "sto": "申通", "yunda": "韵达", "yd": "韵达",
    "jt": "极兔", "jtexpress": "极兔", "j&t": "极兔", "jd": "京东", "jdl": "京东", "dbl": "德邦",
    "deppon": "德邦", "best": "百世", "htky": "百世", "汇通": "百世", "ems": "邮政", "post": "邮政",
    "邮局": "邮政", "中邮": "邮政", "zjs": "宅急送", "ane": "安能", "fedex": "联邦快递",
    "4px": "递四方", "yanwen": "燕文", "cainiao": "菜鸟",
}  # fmt: skip
"""Abbreviations and other names -> the brand."""

WaybillProblem = Literal["no_waybill", "several_waybills", "waybill_lost"]


def carrier_of(text: str) -> str | None:
    """A company's name, without its code in brackets: 圆通速递(YTO). None for anything else."""
    plain = half_width(text, LONGEST_CARRIER_NAME + 1).strip()
    if not plain or len(plain) > LONGEST_CARRIER_NAME or re.search(r"(?:\d[\s-]*){7}", plain):
        return None
    bare = re.sub(r"\s*[(\[【][a-z0-9&_ -]{1,12}[)\]】]$", "", plain, flags=re.I) or plain
    return bare if _is_carrier(bare) else None


def _is_carrier(plain: str) -> bool:
    joined = re.sub(r"[\s*]", "", plain).lower()
    if _NOT_A_NAME.fullmatch(joined):
        return False
    if _AT_THE_START.match(joined):
        return True
    if _ABBREVIATIONS & set(re.split(r"[^a-z0-9&]+", plain.lower())):
        return True
    return len(plain) <= _MOST_WITHOUT_BRAND and _TRADE.search(joined) is not None


def is_same_carrier(name: str, other: str) -> bool:
    """中通快递, 中通 and ZTO are one company, however it is spelled."""
    return _brand(name) == _brand(other)


def _brand(name: str) -> str:
    plain = (carrier_of(name) or name).lower()
    joined = re.sub(r"[\s*]", "", plain)
    if brand := _AT_THE_START.match(joined):
        word = brand[0] if brand[0] in _SPELLINGS else brand[0].removeprefix("中国")
        return _SPELLINGS.get(word, word)
    known = [word for word in re.split(r"[^a-z0-9&]+", plain) if word in _SPELLINGS]
    return _SPELLINGS[known[0]] if known else joined


def waybill_of(text: str) -> str:
    """As carriers print it: people copy it with spaces, in full width, and Excel adds .0 to it.

    Raises ValueError with a WaybillProblem.
    """
    plain = without_text_sign(half_width(text, 4 * LONGEST_CARRIER_NAME).strip())
    if is_scientific(plain) and re.search(r"[eE]\+?[0-9]{1,2}$", plain):
        raise ValueError("waybill_lost")
    parts = re.split(r"[^0-9A-Za-z]+", plain)
    whole = [
        part
        for part in parts
        if len(part) >= _WHOLE and len(re.findall(r"\d", part)) >= _ITS_DIGITS
    ]
    if len(whole) > 1:
        raise ValueError("several_waybills")
    joined = "".join(plain.split())
    joined = re.sub(r"^([0-9]{6,})\.0+$", r"\1", joined)
    if re.fullmatch(r"[0-9]{6,}\.[0-9]+", joined):  # a spreadsheet reckoned with it
        raise ValueError("waybill_lost")
    if re.fullmatch(r"(?:[A-Za-z]{2,4}[0-9]{8,}){2,}", joined):
        raise ValueError("several_waybills")
    phone = re.fullmatch(r"1[3-9]\d{9}", re.sub("[._/-]", "", joined))
    if phone or not re.fullmatch(r"[A-Za-z0-9._/-]{2,40}", joined):
        raise ValueError("no_waybill")
    return joined

"""The bill of a day, in the columns and with the backticks of the provider's."""

import gzip
from datetime import UTC, date, datetime

from chalicelib.domain.fields import CHINA, china_date

from .ledger import Charge, Ledger, Refund

FEE_PER_MILLE = 6
COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
_SUMS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
_TYPES = {"native": "NATIVE", "h5": "MWEB", "jsapi": "JSAPI"}
_REFUNDS = {"SUCCESS": "SUCCESS", "PROCESSING": "PROCESSING"}


def text_of(ledger: Ledger, mchid: str, day: date) -> bytes | None:
    """None of a day on which nothing was booked."""
    charges = [
        charge
        for charge in ledger.charges.values()
        if charge.mchid == mchid
        and charge.paid_fen
        and _day(charge.paid_at) == day
        and charge.number not in ledger.left_out
    ]
    refunds = [
        refund
        for refund in ledger.refunds.values()
        if refund.mchid == mchid
        and refund.status != "CLOSED"
        and _day(refund.made_at) == day
        and refund.number not in ledger.left_out
    ]
    if not charges and not refunds:
        return None
    rows = [(charge.paid_at, _payment(charge)) for charge in charges]
    rows += [(refund.made_at, _refund(refund, ledger.charges[refund.charge])) for refund in refunds]
    paid = sum(charge.paid_fen for charge in charges)
    back = sum(refund.amount_fen for refund in refunds)
    fees = sum(map(_fee, [charge.paid_fen for charge in charges]))
    sums = [str(len(rows)), *map(_yuan, (paid, back, 0, fees, paid, back))]
    lines = [COLUMNS, *(_line(cells) for _, cells in sorted(rows)), _SUMS, _line(sums)]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def packed(text: bytes) -> bytes:
    return gzip.compress(text, mtime=0)


def _payment(charge: Charge) -> list[str]:
    fee = f"{_fee(charge.paid_fen) / 100:.5f}"
    return [
        *_beginning(charge, charge.paid_at, "SUCCESS"),
        *(_yuan(charge.paid_fen), "0.00", "0", "0", "0.00", "0.00", "", "", charge.title, ""),
        *(fee, "0.60%", _yuan(charge.paid_fen), "0.00", ""),
    ]


def _refund(refund: Refund, charge: Charge) -> list[str]:
    fee = f"-{_fee(refund.amount_fen) / 100:.5f}"
    back = _yuan(refund.amount_fen)
    return [
        *_beginning(charge, refund.made_at, "REFUND"),
        *("0.00", "0.00", refund.refund_id, refund.number, back, "0.00", "ORIGINAL"),
        *(_REFUNDS.get(refund.status, "FAIL"), charge.title, "", fee, "0.60%", "0.00", back, ""),
    ]


def _beginning(charge: Charge, moment: float, state: str) -> list[str]:
    at = datetime.fromtimestamp(moment, UTC).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    return [
        *(at, charge.appid, charge.mchid, "0", "", charge.transaction_id, charge.number),
        *(charge.openid or "oSandbox", _TYPES[charge.way], state, "OTHERS", "CNY"),
    ]


def _fee(fen: int) -> int:
    return (fen * FEE_PER_MILLE + 500) // 1000


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _line(cells: list[str]) -> str:
    return ",".join(f"`{cell}" for cell in cells)


def _day(moment: float) -> date:
    return china_date(datetime.fromtimestamp(moment, UTC))

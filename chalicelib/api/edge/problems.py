"""Refusals as HTTP: RFC 9457 problems in the caller's language. The status of each code is here."""

import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from math import ceil
from typing import Any

from chalice.app import Response
from pydantic import ValidationError
from pydantic_core import ErrorDetails, to_json

from chalicelib.domain.charge_refusals import NOT_PAYABLE
from chalicelib.domain.claim_refusals import COMPLAINT_ENDED
from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.domain.fields import to_text
from chalicelib.domain.sentences import BATCH_ENDED, SENTENCES, WHAT
from chalicelib.domain.telling import in_language
from chalicelib.pages.drawing import formats, money
from chalicelib.pages.texts import LANGUAGES, Language
from chalicelib.pages.texts.drawing.refusals import NAMES, REFUSALS

STATUS: dict[str, int] = {
    "bad_request": 400,
    "bad_credentials": 401,
    "unauthenticated": 401,
    "forged_notification": 401,
    "account_closed": 403,
    "forbidden": 403,
    "csrf": 403,
    "link_expired": 403,
    "not_found": 404,
    "no_own_order": 404,
    "photo_on_its_way": 404,
    "method_not_allowed": 405,
    "changed_meanwhile": 409,
    "different_content": 409,
    "in_progress": 409,
    "not_allowed_now": 409,
    "own_account": 409,
    "release_needs_pass": 409,
    "certificate_needs_pass": 409,
    "exceeds_uncertified": 409,
    "exceeds_free": 409,
    "below_certified": 409,
    "batch_held": 409,
    "batch_expired": 409,
    "not_enough_in_batch": 409,
    "too_many_offers": 409,
    "too_many_trainings": 409,
    "offer_ended": 409,
    "too_many_batches": 409,
    "offer_too_spread": 409,
    "too_many_widened": 409,
    "price_changed": 409,
    "out_of_stock": 409,
    "offer_closed": 409,
    "over_limit": 409,
    "too_many_unpaid": 409,
    "reference_used": 409,
    "transfer_used": 409,
    "no_merchant": 409,
    "payment_refused": 409,
    "nothing_to_pay": 409,
    "payer_unknown": 409,
    "too_many_charges": 409,
    "bill_not_yet": 409,
    "bill_refused": 409,
    "month_closed": 409,
    "month_not_over": 409,
    "month_not_done": 409,
    "coupon_unknown": 409,
    "coupon_not_yours": 409,
    "coupon_used": 409,
    "coupon_expired": 409,
    "coupon_below_minimum": 409,
    "too_many_coupons": 409,
    "customer_erased": 409,
    "wrong_amount": 409,
    "exceeds_refundable": 409,
    "over_packed": 409,
    "exceeds_batch": 409,
    "too_large": 409,
    "too_many_labels": 409,
    "too_many_rows": 422,
    "complaint_open": 409,
    "complaint_ended": 409,
    "conversation_full": 409,
    "not_joined": 422,
    "contact_changed": 409,
    "reopened_already": 409,
    "taken_over": 409,
    "order_cancelled": 409,
    "replacement_stands": 409,
    "paid_back": 409,
    "box_was_seen": 409,
    "stopped": 409,
    "no_replacement": 409,
    "buyer_erased": 409,
    "too_many_replies": 409,
    "taken": 409,
    "household_number_differs": 409,
    "household_name_differs": 409,
    "file_not_uploaded": 409,
    "file_gone": 410,
    "body_too_large": 413,
    "unsupported_media_type": 415,
    "invalid": 422,
    "idempotency_key_reused": 422,
    "wrong_batch": 422,
    "no_code": 422,
    "wrong_password": 422,
    "photo_unknown": 422,
    "photo_not_uploaded": 422,
    "not_a_picture": 422,
    "photo_heic": 422,
    "photo_differs": 422,
    "file_differs": 422,
    "file_unreadable": 422,
    "file_locked": 422,
    "file_quote": 422,
    "no_such_sheet": 422,
    "sheets_hidden": 422,
    "sheets_differ": 422,
    "file_too_large": 422,
    "file_without_rows": 422,
    "too_many_items": 422,
    "too_many": 429,
    "busy": 503,
    "provider_away": 503,
    "store_unavailable": 503,
}

QUANTITIES: frozenset[str] = frozenset({"free", "certified", "left", "wanted"})
"""Facts that are so much of a batch, where a refusal names its unit."""

ASKED = 409
"""Of a page that asks before it does what was sent, as one is that could not be done."""

WORDS: dict[str, str] = {
    "batch": "批次", "offer": "商品", "order": "订单", "parcel": "包裹", "complaint": "售后单",
    "registered": "已登记", "passed": "检测合格", "held": "已暂停", "recalled": "已召回",
    "closed": "已关闭", "open": "处理中", "pending_payment": "待付款", "paid": "已付款",
    "packed": "已装箱", "shipped": "已发货", "delivered": "已送达", "cancelled": "已取消",
    "expired": "已过期", "returned": "已退回", "voided": "已作废", "answered": "已答复",
    "settled": "已解决", "rejected": "已驳回", "import": "导入", "waiting": "等待读取",
    "read": "已读取", "running": "导入中", "finished": "已导入",
    "coupon": "优惠券", "unused": "没用", "used": "已用", "void": "已作废",
    "proposal": "暂停建议", "dismissed": "不用暂停", "followed": "已照办",
    "return": "退货", "awaited": "等退回", "received": "已收到",
    "partial_refund": "部分退款", "full_refund": "全额退款", "replacement": "补寄",
    "refund": "退款", "charge": "付款", "requested": "退款中", "failed": "没成功",
    "recorded": "已登记", "sent": "已打款", "started": "付款中", "succeeded": "已收款",
    "book_month": "这个月的账",
    "notice": "通知", "notified": "已通知", "taken_back": "没通知",
    "certified": "开具合格证", "corrected": "更正数量", "username": "用户名",
    "county": "县办", "cadre": "驻村干部", "seller": "卖家", "provider": "支付机构",
    "public": "访客",
}  # fmt: skip
"""States, roles, subjects and remedies in a Chinese sentence; in an English one they are terms."""
RETRY_AFTER = "1"
"""Seconds, while the store is away."""
MOST_TOLD = 3
"""Wrong fields in one sentence."""
MOST_LISTED = 50
"""Wrong fields in `errors`; `errors_left_out` says how many there are beside them."""

# pydantic's error types that a client can cause, in Chinese; anything else says what was expected
_FIELD_ZH: dict[str, str] = {
    "missing": "必填",
    "extra_forbidden": "没有这个字段，请删除",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不对",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "int_parsing": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表",
    "too_short": "至少 {min_length} 个",
    "too_long": "最多 {max_length} 个",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "greater_than": "应大于 {gt}",
    "less_than": "应小于 {lt}",
    "literal_error": "只能是 {expected}",
    "date_from_datetime_parsing": "应为日期，如 2026-02-24",
    "date_parsing": "应为日期，如 2026-02-24",
    "date_type": "应为日期，如 2026-02-24",
    "datetime_parsing": "应为时间，如 2026-02-24T12:00:00Z",
    "datetime_from_date_parsing": "应为时间，如 2026-02-24T12:00:00Z",
    "datetime_type": "应为时间，如 2026-02-24T12:00:00Z",
    "timezone_aware": "时间要带时区，如 2026-02-24T12:00:00Z",
    "decimal_parsing": "应为数字",
    "decimal_type": "应为数字",
    "decimal_max_digits": "位数太多",
    "decimal_whole_digits": "位数太多",
    "decimal_max_places": "小数位太多",
    "finite_number": "应为有限的数字",
    "json_invalid": "不是有效的 JSON",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
}


def headers_of(refusal: Refusal) -> dict[str, str]:
    """What an answer says beside its words: how to sign in, and when to send it again."""
    headers = {}
    if refusal.code in {"unauthenticated", "bad_credentials"}:
        headers["WWW-Authenticate"] = "Bearer"
    if refusal.code == "store_unavailable":
        headers["Retry-After"] = RETRY_AFTER
    if "retry_after" in refusal.facts:
        headers["Retry-After"] = str(refusal.facts["retry_after"])
    return headers


def problem(
    refusal: Refusal, language: Language, headers: Mapping[str, str] | None = None
) -> Response:
    """An application/problem+json response; the facts are extension members of it."""
    status, facts = STATUS[refusal.code], refusal.facts.items()
    body = {
        **{name: to_text(fact) if isinstance(fact, datetime) else fact for name, fact in facts},
        "type": f"urn:shanhuo:problem:{refusal.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence(refusal, language),
        "code": refusal.code,
    }
    if status == 422:
        body["errors"] = listed = _errors(refusal, language)
        if isinstance(refusal, Invalid) and (left_out := refusal.count - len(listed)):
            body["errors_left_out"] = left_out
    return Response(
        body=to_json(body).decode(),
        status_code=status,
        headers={
            "Content-Type": "application/problem+json",
            **headers_of(refusal),
            **(headers or {}),
        },
    )


def in_sentences(refusal: Refusal, language: Language) -> list[str]:
    """The refusal in sentences, for a page, which calls its fields by their words."""
    if not isinstance(refusal, Invalid):
        return [in_page_words(refusal, language)]
    errors = []
    for field, chinese, english in refusal.errors:
        names = NAMES.get(field.partition(".")[0], (field, field))
        errors.append((names[LANGUAGES.index(language)], chinese, english))
    return [sentence(Invalid(*errors), language)]


def in_page_words(refusal: Refusal, language: Language, count: int = 0) -> str:
    """One sentence of a page: money instead of fen, lines counted from one, minutes to wait.

    count: of the fields that are marked on the page.
    """
    wording = REFUSALS.get(refusal.code)
    if wording is None:
        return sentence(refusal, language)
    facts = dict(refusal.facts)
    for name, fact in refusal.facts.items():
        if name.endswith("_fen"):
            facts[name.removesuffix("_fen")] = formats.money(fact)
    if unit := facts.get("unit"):
        for name in QUANTITIES & facts.keys():
            facts[name] = formats.quantity(facts[name], unit, language)
    if "line" in facts:
        facts["line"] += 1
    facts["minutes"] = ceil(facts.get("retry_after", 0) / 60)
    return wording[LANGUAGES.index(language)].format(n=count, **facts)


def _errors(refusal: Refusal, language: Language) -> list[dict[str, str]]:
    if not isinstance(refusal, Invalid):
        return []
    place = 1 if language == "zh-CN" else 2
    return [{"field": error[0], "message": error[place]} for error in refusal.errors[:MOST_LISTED]]


def unreadable(error: ValidationError) -> Refusal:
    """What pydantic found, as a Refusal: an entry for each of the first fields; never what was
    sent."""
    errors = error.errors(include_url=False, include_input=False)
    if errors[0]["type"] == "json_invalid":
        return Refusal("bad_request", reason=str(errors[0].get("ctx", {}).get("error", "JSON")))
    return Invalid(
        *(
            (".".join(str(part)[:80] for part in detail["loc"]) or "body", *_in_both(detail))
            for detail in errors[:MOST_LISTED]
        ),
        left_out=max(0, len(errors) - MOST_LISTED),
    )


def sentence(refusal: Refusal, language: Language) -> str:
    """What happened and what to do, in one sentence."""
    chinese = language == "zh-CN"
    sentences = SENTENCES[refusal.code]
    if refusal.code == "not_allowed_now":
        ended = {"batch": BATCH_ENDED, "complaint": COMPLAINT_ENDED}
        of_it = ended.get(str(refusal.facts["subject"]), {})
        sentences = of_it.get(str(refusal.facts["state"]), sentences)
        sentences = NOT_PAYABLE.get(str(refusal.facts.get("happened")), sentences)
    facts = {name: _fact_text(name, fact, chinese) for name, fact in refusal.facts.items()}
    if "happened" in facts:
        facts["money"] = formats.money(refusal.facts.get("paid_fen", 0))
        facts["method"] = money.method(refusal.facts.get("method") or "", language)
    return sentences[0 if chinese else 1].format(wrong=_wrong(refusal, language), **facts)


def _wrong(refusal: Refusal, language: Language) -> str:
    """份数：不能小于 1；单价：必填."""
    colon, joint = ("：", "；") if language == "zh-CN" else (": ", "; ")
    entries = [error["field"] + colon + error["message"] for error in _errors(refusal, language)]
    more = ["…"] if len(entries) > MOST_TOLD else []
    return joint.join(entries[:MOST_TOLD] + more)


def _fact_text(name: str, fact: Any, chinese: bool) -> str:
    if name == "what" and fact in WHAT:
        return WHAT[fact][0 if chinese else 1]
    if isinstance(fact, list):
        return ("、" if chinese else ", ").join(
            _fact_text(name, part, chinese) for part in fact
        ) or ("无" if chinese else "none")
    if not chinese:
        english = in_language(name, fact, 1)
        return str(fact).replace("_", " ") if fact in WORDS else str(english)
    if place := re.search(r" at line (\d+) column (\d+)$", str(fact)):
        return f"JSON 第 {place[1]} 行第 {place[2]} 个字符处读不懂"
    return WORDS.get(str(fact), str(fact))


def _in_both(detail: ErrorDetails) -> tuple[str, str]:
    """What is wrong with a field, in Chinese and in English."""
    facts = detail.get("ctx", {})
    if detail["type"] == "value_error":
        chinese, english = facts["error"].args  # our own, see domain/fields.py
        return chinese, english
    chinese = _FIELD_ZH.get(detail["type"], "内容不对，请检查").format(**facts)
    return chinese.replace(" or ", " 或 "), detail["msg"]

"""What is asked about a number that is far from what was usual."""

from .. import TextTable

TEXTS: TextTable = {
    "doubt_title": ("没填错吗？", "Is this right?"),
    "doubt_check": ("核对", "Check"),
    "doubt_text": ("填错了请改；没错就点下面的“{button}”。", "Correct it if it is not; if it is, choose “{button}” below."),
    "doubt_sure": ("没错，保存", "It is right: save"),
    "doubt_quantity_more": ("数量 {value}，是平时（{usual}）的 {times} 倍。", "The quantity, {value}, is {times} times the usual {usual}."),
    "doubt_quantity_less": ("数量 {value}，只有平时（{usual}）的 1/{times}。", "The quantity, {value}, is only 1/{times} of the usual {usual}."),
    "doubt_price_more": ("价格合 {value}，是平时（{usual}）的 {times} 倍。", "The price comes to {value}, {times} times the usual {usual}."),
    "doubt_price_less": ("价格合 {value}，只有平时（{usual}）的 1/{times}。", "The price comes to {value}, only 1/{times} of the usual {usual}."),
    "doubt_harvested_on": ("采收日期 {value} 是 {times} 天前。", "The harvest day, {value}, was {times} days ago."),
    "doubt_harvested_on_kept": (
        "采收日期 {value} 是 {times} 天前，这种货一般放 {usual} 天。",
        "The harvest day, {value}, was {times} days ago; this keeps for {usual} days.",
    ),
    "each_g": ("{price}/公斤", "{price}/kg"),
    "each_piece": ("{price}/个", "{price} each"),
    # What was confirmed, in the journal.
    "journal_confirmed": ("问过“{whats}”，说没错", "asked about the {whats}: it is right"),
    "journal_quantity": ("数量 {old} → {new}", "quantity {old} → {new}"),
    "what_quantity": ("数量", "quantity"),
    "what_price": ("价格", "price"),
    "what_harvested_on": ("采收日期", "harvest day"),
}  # fmt: skip

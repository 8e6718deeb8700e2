"""The after-sales rule in words."""

from markupsafe import Markup

from chalicelib.domain.products import AfterSales

from ..texts import Words


def rule(after_sales: AfterSales, words: Words) -> list[Markup | str]:
    """In sentences, as the buyer is told it before ordering."""
    return [
        words("rule_evidence", hours=after_sales.evidence_hours),
        words("rule_reply", hours=after_sales.reply_hours),
        words["rule_no_return"],
    ]

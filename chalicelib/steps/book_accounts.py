"""Whose bills concern whom."""

from chalicelib.domain.access import Actor
from chalicelib.domain.day_books import DayBook
from chalicelib.domain.errors import Refusal
from chalicelib.repositories import books
from chalicelib.repositories.books import Account


def accounts_of(actor: Actor, provider: str) -> list[Account]:
    """All merchants for the county, for a seller those of the own shop. Raises "no_merchant" where
    there is none."""
    accounts = books.accounts(provider)
    if actor.role == "seller":
        accounts = [account for account in accounts if actor.shop_id in account.shops]
    if not accounts:
        raise Refusal("no_merchant")
    return accounts


def seen_by(actor: Actor, book: DayBook) -> DayBook:
    """What of a day the actor may see."""
    return book.of_shop(actor.shop_id or "") if actor.role == "seller" else book

"""The books on the desk of shop and county: months, days, what differs, and their workbooks."""

from collections.abc import Iterable
from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.access import check_permission
from chalicelib.domain.book_months import Reopening, month_of
from chalicelib.domain.day_books import DayBook, NewOutside, read_any_day
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.fields import china_date
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.drawing.workbooks import XLSX
from chalicelib.pages.seller.book_files import day_file, file_name, month_file
from chalicelib.pages.seller.books import BOOKS, MonthOnDesk, day_page, month_page
from chalicelib.services import accounts, book_months, catalogue, reconciliations
from chalicelib.services.book_months import MonthView

from ..edge.answers import refused_page
from ..edge.desks import DeskQuery, desk_of, done, named
from ..edge.forms import blank, refused, text, tried
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)

PROVIDER = "wechatpay"


class BooksQuery(DeskQuery):
    month: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")] | None = None


def _month(edge: Edge) -> str:
    return edge.query.month or month_of(china_date(edge.call.now))


@routes.api("GET", "/seller/books", "books:read", query=BooksQuery, html=True)
def month(edge: Edge) -> Page:
    """A month's bills, day by day"""
    return _month_page(edge, blank(edge))


def _month_page(edge: Edge, form: Form) -> Page:
    view = _view(edge)
    chosen = _month(edge)
    if view is None:
        return month_page(desk_of(edge), MonthOnDesk(chosen, None), form, done=edge.query.done)
    shown = MonthOnDesk(
        text=chosen,
        month=view.month,
        days=view.days,
        totals=view.month.totals or view.totals,
        shops=_names(book for day in view.days for book in day.books),
        history=named(view.history),
    )
    return month_page(desk_of(edge), shown, form, done=edge.query.done)


def _view(edge: Edge) -> MonthView | None:
    """None where no provider is set up."""
    try:
        return book_months.view(edge.call, PROVIDER, _month(edge))
    except Refusal as refusal:
        if refusal.code != "no_merchant":
            raise
        return None


def _names(books: Iterable[DayBook]) -> dict[str, str]:
    """Of shops, by id."""
    ids = {sums.shop_id for book in books for sums in book.sums if sums.shop_id}
    return {shop.id: shop.name for shop in catalogue.named_shops(sorted(ids))}


@routes.api("POST", "/seller/books", "books:write", query=BooksQuery, html=True)
def act_on_month(edge: Edge, form: dict[str, str]) -> Response:
    """Fetch what is not done, close or reopen, as the form names it"""
    chosen, do = _month(edge), form.get("do")
    outcome: object
    if do == "fetch":
        outcome = tried(lambda: reconciliations.fetch_undone(edge.call, PROVIDER, chosen))
        if isinstance(outcome, tuple):
            came, refusal = outcome
            outcome = refusal if refusal and not came else outcome
        note = "fetched_all"
    elif do == "close":
        check_permission(edge.call.actor, "books:close")
        outcome = tried(lambda: book_months.close(edge.call, PROVIDER, chosen))
        note = "closed"
    elif do == "reopen":
        check_permission(edge.call.actor, "books:close")
        given = {"why": text(form, "reopen_why")}
        outcome = tried(
            lambda: book_months.reopen(edge.call, PROVIDER, chosen, read(Reopening, given))
        )
        note = "reopened"
    else:
        raise not_found("page")
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, {"why": "reopen_why"})
        return refused_page(_month_page(edge, again), outcome)
    return done(edge, BOOKS, note=note, month=chosen)


@routes.api("GET", "/seller/books.xlsx", "books:read", query=BooksQuery, html=True)
def month_workbook(edge: Edge) -> Response:
    """A month's days, shops and differences as XLSX"""
    view = book_months.view(edge.call, PROVIDER, _month(edge))
    names = _names(book for day in view.days for book in day.books)
    content = month_file(view.days, names, edge.language)
    return _file(content, file_name(view.month.month))


def _file(content: bytes, name: str) -> Response:
    return Response(
        body=content,
        headers={"Content-Type": XLSX, "Content-Disposition": f'attachment; filename="{name}"'},
    )


# --- one day -------------------------------------------------------------------------------------


@routes.api("GET", "/seller/books/{date}", "books:read", query=DeskQuery, html=True)
def day(edge: Edge, date: str) -> Page:
    """A day's bill: what it comes to, what differs, and what to do"""
    return _day_page(edge, date, blank(edge), {})


def _day_page(edge: Edge, date: str, form: Form, forms: dict[str, Form]) -> Page:
    kept = reconciliations.day(edge.call, PROVIDER, date)
    noted_by = {note.by for book in kept.books for note in book.notes.values()}
    return day_page(
        desk_of(edge),
        kept.day,
        kept.books,
        form,
        forms=forms,
        shops=_names(kept.books),
        names=accounts.names(noted_by),
        is_closed=book_months.is_closed(PROVIDER, kept.day),
        done=edge.query.done,
    )


@routes.api("POST", "/seller/books/{date}", "books:write", query=DeskQuery, html=True)
def act_on_day(edge: Edge, form: dict[str, str], date: str) -> Response:
    """Fetch its bill again, or note what became of a difference, as the form names it"""
    path, number = f"{BOOKS}/{read_any_day(date)}", form.get("number", "")
    outcome: object
    if form.get("do") == "fetch":
        outcome = tried(lambda: reconciliations.reconcile(edge.call, PROVIDER, date))
        if isinstance(outcome, Refusal):
            again = refused(edge, form, outcome)
            return refused_page(_day_page(edge, date, again, {}), outcome)
        return done(edge, path, note="fetched")
    if form.get("do") != "note":
        raise not_found("page")
    given = {"note": text(form, "settled_how")}
    outcome = tried(
        lambda: reconciliations.note(edge.call, PROVIDER, date, number, read(NewOutside, given))
    )
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, {"note": "settled_how"})
        forms = {number: again} if again.errors else {}
        above = blank(edge) if again.errors else again
        return refused_page(_day_page(edge, date, above, forms), outcome)
    return done(edge, path, note="noted")


@routes.api("GET", "/seller/books/{date}/bill.xlsx", "books:read", query=DeskQuery, html=True)
def day_workbook(edge: Edge, date: str) -> Response:
    """A day's shops and differences as XLSX"""
    kept = reconciliations.day(edge.call, PROVIDER, date)
    content = day_file(kept.books, _names(kept.books), edge.language)
    return _file(content, file_name(kept.day))

"""The county's desk: people with their trainings, and tests to look at."""

from chalice.app import Response

from chalicelib.domain.accounts import NewTraining
from chalicelib.domain.errors import Refusal
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.batches import LIST
from chalicelib.pages.office.county import PEOPLE, flagged_page, people_page, person_page
from chalicelib.services import accounts, batches, catalogue, inspections, products

from ..edge.answers import refused_page
from ..edge.desks import DeskListQuery, DeskQuery, choices, desk_of, done
from ..edge.forms import blank, day, key_of, refused, text, tried
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)


@routes.api("GET", "/county", "account:read", query=DeskQuery, html=True)
def desk(edge: Edge) -> Response:
    """The county's first page, where it signs in to"""
    return done(edge, LIST)


@routes.api("GET", "/county/people", "account:read", query=DeskListQuery, html=True)
def people(edge: Edge) -> Page:
    """Accounts, in the order they were opened"""
    query = edge.query
    page = accounts.accounts(query.limit, query.cursor)
    return people_page(
        desk_of(edge),
        [item.doc for item in page.items],
        cursor=query.cursor,
        next_cursor=page.next_cursor,
    )


@routes.api("GET", "/county/people/{account_id}", "account:read", query=DeskQuery, html=True)
def person(edge: Edge, account_id: str) -> Page:
    """An account with its trainings, and the form of one more"""
    return _person(edge, blank(edge), account_id)


def _person(edge: Edge, form: Form, account_id: str) -> Page:
    account = accounts.account(account_id)
    return person_page(
        desk_of(edge),
        form,
        account=account,
        places=[village.name for village in catalogue.named_villages(account.village_ids)],
        shop=catalogue.shop(account.shop_id).name if account.shop_id else None,
        products=[
            item.doc for item in choices(lambda n, at: products.products(edge.call.actor, n, at))
        ],
        done=edge.query.done,
    )


@routes.api("POST", "/county/people/{account_id}", "account:write", query=DeskQuery, html=True)
def record_training(edge: Edge, form: dict[str, str], account_id: str) -> Response:
    """Record a training under the id its form was minted with"""
    given = {
        "method": text(form, "course"),
        "trained_on": day(text(form, "trained_on")),
        "valid_until": day(text(form, "valid_until")),
        "trainer": text(form, "trainer"),
        "certificate_no": text(form, "certificate_no"),
    }
    training_id = key_of(form)
    outcome = tried(
        lambda: accounts.put_training(edge.call, account_id, training_id, read(NewTraining, given))
    )
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, {"method": "course"})
        return refused_page(_person(edge, again, account_id), outcome)
    return done(edge, f"{PEOPLE}/{account_id}", note="trained")


@routes.api("GET", "/county/flagged", "inspection:flagged", query=DeskListQuery, html=True)
def flagged(edge: Edge) -> Page:
    """Tests that the county should look at, newest first"""
    query = edge.query
    page = inspections.flagged(query.limit, query.cursor)
    docs = [item.doc for item in page.items]
    return flagged_page(
        desk_of(edge),
        docs,
        batches=batches.several({inspection.batch_id for inspection in docs}),
        cursor=query.cursor,
        next_cursor=page.next_cursor,
    )

"""Accounts and sessions."""

from datetime import UTC, datetime

from chalicelib.domain.accounts import Credentials, NewAccount, NewPassword, NewTraining, Training
from chalicelib.domain.fields import Instant, Model
from chalicelib.services import accounts as service
from chalicelib.services import people

from ..edge.queries import Listing, ListQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class ActorAnswer(Model):
    id: str
    username: str
    role: str | None
    name: str
    village_ids: list[str]
    shop_id: str | None
    trainings: list[Training]


class SessionAnswer(Model):
    token: str
    expires_at: Instant
    actor: ActorAnswer


class AccountAnswer(ActorAnswer):
    created_at: Instant


@routes.api(
    "POST",
    "/v1/sessions",
    "public",
    body=Credentials,
    answer=SessionAnswer,
    status=201,
    identify=False,
)
def sign_in(edge: Edge, body: Credentials) -> SessionAnswer:
    """Sign in"""
    token, end, actor = service.sign_in(edge.call, body, edge.address)
    return SessionAnswer(
        token=token,
        expires_at=datetime.fromtimestamp(end, UTC),
        actor=ActorAnswer.model_validate(actor.model_dump()),
    )


@routes.api("GET", "/v1/me", "self:read", answer=ActorAnswer)
def me(edge: Edge) -> ActorAnswer:
    """Who the token speaks for"""
    return ActorAnswer.model_validate(edge.call.actor.model_dump())


@routes.api(
    "PUT", "/v1/accounts/{account_id}", "account:write", body=NewAccount, answer=AccountAnswer
)
def put_account(edge: Edge, body: NewAccount, account_id: str) -> tuple[AccountAnswer, bool]:
    """Open an account"""
    account, is_new = service.put(edge.call, account_id, body)
    return AccountAnswer.model_validate(account.model_dump()), is_new


@routes.api(
    "POST",
    "/v1/accounts/{account_id}/password",
    "account:write",
    body=NewPassword,
    answer=AccountAnswer,
)
def set_password(edge: Edge, body: NewPassword, account_id: str) -> AccountAnswer:
    """Give an account a new password; its sessions end"""
    account = service.set_password(edge.call, account_id, body)
    return AccountAnswer.model_validate(account.model_dump())


@routes.api("GET", "/v1/accounts", "account:read", answer=Listing[AccountAnswer], query=ListQuery)
def list_accounts(edge: Edge) -> Listing[AccountAnswer]:
    """Accounts with their trainings, in the order they were opened"""
    page = service.accounts(edge.query.limit, edge.query.cursor)
    return Listing.of(page, lambda item: AccountAnswer.model_validate(item.doc.model_dump()))


@routes.api(
    "PUT",
    "/v1/accounts/{account_id}/trainings/{training_id}",
    "account:write",
    body=NewTraining,
    answer=Training,
)
def put_training(
    edge: Edge, body: NewTraining, account_id: str, training_id: str
) -> tuple[Training, bool]:
    """Record that somebody was trained in a test method"""
    return people.put_training(edge.call, account_id, training_id, body)


@routes.api(
    "GET",
    "/v1/accounts/{account_id}/trainings",
    "account:read",
    answer=Listing[Training],
)
def list_trainings(edge: Edge, account_id: str) -> Listing[Training]:
    """An account's trainings, the latest first"""
    return Listing(items=service.account(account_id).newest_trainings, next_cursor=None)

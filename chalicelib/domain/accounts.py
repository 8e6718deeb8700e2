"""Accounts of the people who run the platform, and what they were trained in. Buyers have none."""

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from .errors import Invalid, Refusal
from .fields import Body, Day, Id, Instant, Line, Model, Name, china_date

SESSION_HOURS = 12
"""A working day: a phone lost in the evening is signed out by morning."""
MOST_SIGNED_OUT = 100
"""Ended sessions of one account that are remembered until they would have ended by themselves."""
MOST_TRAININGS = 50
"""Of one account: a working life of yearly courses, read with the account at every request."""


def is_username(text: str) -> bool:
    """Whether an account can have this name."""
    return re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,38}[a-z0-9]", text) is not None


def _username(value: str) -> str:
    if not is_username(value):
        raise ValueError(
            "应为 3 到 40 个字符：a-z、0-9、点、短横、下划线",
            "3 to 40 characters: a-z, 0-9, dot, hyphen, underscore",
        )
    return value


Username = Annotated[str, Field(min_length=3, max_length=40), AfterValidator(_username)]


_GUESSED = re.compile(
    r"\d+|password|passw0rd|mima|qwertyuiop|qwerty|asdfghjkl|asdf|zxcvbnm|qaz|wsx|edc|rfv|abc|admin"
    r"|welcome|letmein|iloveyou|woaini|zhongguo|china|hello|user|county|cadre|seller|shanhuo|山货"
)
"""What guessing programs try first: numbers, such as birthdays and telephones, rows of keys, the
words of every list of leaked passwords, and our own."""
LEAST_DIFFERENT = 4
"""Characters in a password that differ from each other."""


def _password(value: SecretStr) -> SecretStr:
    """Long and not made of what is guessed first; no rule about kinds of characters (NIST SP
    800-63B)."""
    text = value.get_secret_value().lower()
    if len(set(text)) < LEAST_DIFFERENT or not _GUESSED.sub("", text):
        raise ValueError(
            "太容易猜到：不要只用数字、键盘顺序或常见词，用几个不相干的词连成一句",
            "too easy to guess: not just numbers, rows of keys and common words; join a few words"
            " that have nothing to do with each other",
        )
    return value


Password = Annotated[SecretStr, Field(min_length=8, max_length=200), AfterValidator(_password)]


class NewPassword(Body):
    password: Password


class OwnPassword(Body):
    """A person changes the own; the one in use is asked for, as a phone may lie open on a table."""

    present_password: Annotated[SecretStr, Field(max_length=200)]
    password: Password


class AccountChange(Body):
    """What of an account may change. A role and a shop stay: close it and open another one."""

    name: Name
    village_ids: Annotated[list[Id], Field(max_length=50)] = []


class NewAccount(Body):
    username: Username
    password: Password
    role: Literal["county", "cadre", "seller"]
    name: Name
    village_ids: Annotated[list[Id], Field(max_length=50)] = []
    shop_id: Id | None = None

    @model_validator(mode="after")
    def _scope_fits_role(self) -> Self:
        if self.role == "cadre" and not self.village_ids:
            raise ValueError("驻村干部要有 village_ids", "a cadre needs village_ids")
        if self.role == "seller" and self.shop_id is None:
            raise ValueError("卖家要有 shop_id", "a seller needs a shop_id")
        if self.role != "cadre" and self.village_ids:
            raise ValueError("只有驻村干部有 village_ids", "only a cadre has village_ids")
        if self.role != "seller" and self.shop_id is not None:
            raise ValueError("只有卖家有 shop_id", "only a seller has a shop_id")
        return self


class NewTraining(Body):
    """A course in one test method, in the words that inspection plans name it by."""

    method: Line
    trained_on: Day
    valid_until: Day
    trainer: Line | None = None
    certificate_no: Line | None = None

    @field_validator("valid_until")
    @classmethod
    def _ends_after_it_began(cls, value: date, info: ValidationInfo) -> date:
        if "trained_on" in info.data and value < info.data["trained_on"]:
            raise ValueError("有效期不能早于培训日期", "must not be before trained_on")
        return value


class Training(Model):
    """Both days count, as days in China."""

    id: str
    method: str
    trained_on: date
    valid_until: date
    trainer: str | None = None
    certificate_no: str | None = None
    recorded_at: Instant

    def covers(self, day: date) -> bool:
        return self.trained_on <= day <= self.valid_until

    def is_of(self, body: NewTraining) -> bool:
        return all(getattr(self, name) == value for name, value in body)


class Account(Model):
    """As stored; `password_hash` is an argon2id hash and never answered.

    closed_at: since when nobody can sign in to it; null while it is open. closed_hash: of the
    password that it had, by which its owner is told so and nobody else; `password_hash` is then of
    a password that nobody knows, so that no release lets anybody in. signed_out: sessions that were
    ended before their time: which, and their end in epoch seconds.
    """

    id: str
    username: str
    role: Literal["county", "cadre", "seller"]
    name: str
    village_ids: tuple[str, ...] = ()
    shop_id: str | None = None
    password_hash: str = Field(default="", repr=False)
    created_at: Instant
    trainings: tuple[Training, ...] = ()
    signed_out: tuple[tuple[str, int], ...] = Field(default=(), repr=False)
    closed_at: Instant | None = None
    closed_hash: str = Field(default="", repr=False)

    def with_password(self, password_hash: str) -> "Account":
        """With another one. A closed account is open again."""
        return self.model_copy(
            update={"password_hash": password_hash, "closed_at": None, "closed_hash": ""}
        )

    def closed(self, unknown_hash: str, now: Instant) -> "Account":
        """So that nobody can sign in. unknown_hash: of a password that nobody knows."""
        return self.model_copy(
            update={
                "password_hash": unknown_hash,
                "closed_at": now,
                "closed_hash": self.password_hash,
            }
        )

    def changed(self, body: AccountChange) -> "Account":
        """With another name or other villages. Raises Invalid for villages that do not fit the
        role."""
        if bool(body.village_ids) != (self.role == "cadre"):
            raise Invalid(
                (
                    "village_ids",
                    "驻村干部要有村，别的身份没有",
                    "a cadre has villages, nobody else does",
                )
            )
        return self.model_copy(update={"name": body.name, "village_ids": tuple(body.village_ids)})

    def without_session(self, session: str, end: int, now: Instant) -> "Account":
        """With one more session that is over; those past their end anyway are forgotten."""
        others = {name: until for name, until in self.signed_out if until > now.timestamp()}
        kept = sorted((others | {session: end}).items(), key=lambda entry: entry[1])
        return self.model_copy(update={"signed_out": tuple(kept[-MOST_SIGNED_OUT:])})

    def trained(self, training_id: str, body: NewTraining, now: Instant) -> "Account":
        """With one more training, or itself when it has just this one.

        Raises "different_content", "too_many_trainings", Invalid for a course to come.
        """
        for training in self.trainings:
            if training.id == training_id:
                if not training.is_of(body):
                    raise Refusal("different_content", id=training_id)
                return self
        if len(self.trainings) >= MOST_TRAININGS:
            raise Refusal("too_many_trainings", most=MOST_TRAININGS)
        if body.trained_on > china_date(now):
            raise Invalid(("trained_on", "培训日期不能晚于今天", "must not lie in the future"))
        new = Training(id=training_id, recorded_at=now, **dict(body))
        return self.model_copy(update={"trainings": (*self.trainings, new)})

    @property
    def newest_trainings(self) -> list[Training]:
        """The latest course first."""
        order = sorted(
            self.trainings,
            key=lambda training: (training.trained_on, training.recorded_at, training.id),
        )
        return order[::-1]

    def lapsed(self, day: date) -> set[str]:
        """The methods that it was trained in, and by none of the trainings is on this day."""
        covered = {training.method for training in self.trainings if training.covers(day)}
        return {training.method for training in self.trainings} - covered

    def training(self, training_id: str) -> Training:
        """One that it has."""
        return next(training for training in self.trainings if training.id == training_id)


class Credentials(Body):
    username: Annotated[str, Field(max_length=200)]
    password: Annotated[SecretStr, Field(max_length=200)]

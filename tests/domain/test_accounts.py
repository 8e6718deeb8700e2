"""Accounts: usernames, passwords, and the scope that goes with a role."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.accounts import (
    MOST_SIGNED_OUT,
    MOST_TRAININGS,
    Account,
    NewAccount,
    NewTraining,
)
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import china_date
from tests.domain.samples import NOW, identity, refusal


def body(**fields: Any) -> dict[str, Any]:
    return {
        "username": "li.cadre",
        "password": "correct horse",
        "role": "county",
        "name": "李",
    } | fields


@pytest.mark.parametrize("username", ["abc", "li.cadre", "a_b-c", "0559", "a" * 40])
def test_a_username_is_typed_on_any_keyboard(username: str) -> None:
    assert NewAccount.model_validate(body(username=username)).username == username


@pytest.mark.parametrize(
    "username",
    ["", "ab", "a" * 41, "Li", "li cadre", "李干部", "-abc", "abc.", "a@b", "li\n", "lі.cadre"],
)
def test_what_is_no_username_is_refused(username: str) -> None:
    with pytest.raises(ValidationError):
        NewAccount.model_validate(body(username=username))


@pytest.mark.parametrize(
    ("role", "scope", "fits"),
    [
        ("county", {}, True),
        ("county", {"village_ids": [identity()]}, False),
        ("county", {"shop_id": identity()}, False),
        ("cadre", {}, False),
        ("cadre", {"village_ids": [identity(), identity()]}, True),
        ("cadre", {"village_ids": [identity()], "shop_id": identity()}, False),
        ("seller", {}, False),
        ("seller", {"shop_id": identity()}, True),
        ("seller", {"shop_id": identity(), "village_ids": [identity()]}, False),
        ("provider", {}, False),
        ("admin", {}, False),
    ],
)
def test_a_scope_goes_with_a_role(role: str, scope: dict[str, Any], fits: bool) -> None:
    if fits:
        NewAccount.model_validate(body(role=role) | scope)
    else:
        with pytest.raises(ValidationError):
            NewAccount.model_validate(body(role=role) | scope)


@pytest.mark.parametrize("password", ["", "horse c", "correct horse" * 16])
def test_a_password_is_long_enough_and_not_endless(password: str) -> None:
    with pytest.raises(ValidationError):
        NewAccount.model_validate(body(password=password))


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaa",
        "198806121388888",
        "13812340001",
        "Password1234",
        "qwertyuiop",
        "1qaz2wsx3edc4rfv",
        "woaini5201314",
        "shanhuo2026",
        "admincounty1",
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        NewAccount.model_validate(body(password=password))


@pytest.mark.parametrize("password", ["correct horse", "三月的杨梅还没有熟透呢吧", "x9#qLm2&vTz0"])
def test_no_kind_of_character_is_asked_for(password: str) -> None:
    NewAccount.model_validate(body(password=password))


def test_a_password_is_not_printed() -> None:
    assert "correct horse" not in repr(NewAccount.model_validate(body()))
    assert "correct horse" not in NewAccount.model_validate(body()).model_dump_json()


def test_ended_sessions_are_remembered_until_they_would_have_ended() -> None:
    account = Account(id="a", username="abc", role="county", name="x", created_at=NOW)
    now = int(NOW.timestamp())
    for n in range(MOST_SIGNED_OUT + 5):
        account = account.without_session(f"s{n}", now + 100 + n, NOW)
    assert len(account.signed_out) == MOST_SIGNED_OUT
    later = account.without_session("late", now + 999, NOW + timedelta(seconds=300))
    assert later.signed_out == (("late", now + 999),)


# --- trainings -----------------------------------------------------------------------------------


def course(**fields: Any) -> NewTraining:
    given = {
        "method": "GB/T 5009.199",
        "trained_on": date(2026, 3, 1),
        "valid_until": date(2027, 2, 28),
    }
    return NewTraining.model_validate(given | fields)


def account(*courses: NewTraining) -> Account:
    person = Account(id=identity(), username="li.cadre", role="cadre", name="李", created_at=NOW)
    for course in courses:
        person = person.trained(identity(), course, NOW)
    return person


@given(
    st.dates(date(2000, 1, 1), date(9998, 12, 31)), st.dates(date(2000, 1, 1), date(9998, 12, 31))
)
def test_a_training_does_not_end_before_it_began(begin: date, end: date) -> None:
    if begin <= end:
        course(trained_on=begin, valid_until=end)
    else:
        with pytest.raises(ValidationError) as refused:
            course(trained_on=begin, valid_until=end)
        assert [error["loc"] for error in refused.value.errors()] == [("valid_until",)]


def test_a_training_covers_its_first_and_its_last_day() -> None:
    [training] = account(course()).trainings
    for day in (training.trained_on, training.valid_until):
        assert training.covers(day)
    assert not training.covers(training.trained_on - timedelta(days=1))
    assert not training.covers(training.valid_until + timedelta(days=1))


def test_a_training_that_is_still_to_come_is_refused() -> None:
    """Today in China counts."""
    day = china_date(NOW)
    assert account(course(trained_on=day)).trainings
    with pytest.raises(Invalid) as wrong:
        account(course(trained_on=day + timedelta(days=1)))
    assert wrong.value.errors[0][0] == "trained_on"


def test_the_same_training_again_is_the_same_and_another_is_refused() -> None:
    person, training_id = account(), identity()
    once = person.trained(training_id, course(), NOW)
    assert once.trained(training_id, course(), NOW + timedelta(days=1)) is once
    with refusal("different_content"):
        once.trained(training_id, course(trainer="市农检站"), NOW)
    assert len(once.trained(identity(), course(), NOW).trainings) == 2


def test_trainings_are_not_endless_and_what_is_there_can_still_be_repeated() -> None:
    person, first = account(), identity()
    person = person.trained(first, course(), NOW)
    for _ in range(MOST_TRAININGS - 1):
        person = person.trained(identity(), course(), NOW)
    with refusal("too_many_trainings"):
        person.trained(identity(), course(), NOW)
    assert person.trained(first, course(), NOW) is person


def test_the_latest_course_comes_first() -> None:
    days = [date(2026, 5, 1), date(2026, 9, 1), date(2025, 9, 1)]
    person = account(*(course(trained_on=day) for day in days))
    assert [training.trained_on for training in person.newest_trainings] == sorted(
        days, reverse=True
    )


def test_an_account_from_before_there_were_trainings_has_none() -> None:
    old = account().model_dump_json(exclude={"trainings"})
    assert Account.model_validate_json(old).trainings == ()

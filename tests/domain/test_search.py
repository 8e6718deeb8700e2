"""What a text in the search box may be."""

import uuid
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.claim_numbers import candidates, spoken
from chalicelib.domain.codes import display_code, new_code
from chalicelib.domain.own_numbers import number_of
from chalicelib.domain.search import Guess, guesses, plain_name, plain_tail
from tests.domain.samples import NOW

CODE = "K7Q2M9XW4B3CH"


def kinds(typed: str) -> list[str]:
    return [guess.kind for guess in guesses(typed)]


@given(st.uuids(), st.sampled_from([str.upper, str.lower, str.title]))
def test_an_orders_number_is_known_in_any_case_and_can_be_nothing_else(
    uid: uuid.UUID, case: Callable[[str], str]
) -> None:
    number = number_of(str(uid), NOW)
    assert guesses(f" {case(number)}\n") == (Guess("number", number),)


def test_the_end_of_a_number_is_enough() -> None:
    assert Guess("number", "1A2B3C4D") in guesses("1a2b3c4d")


@given(st.sampled_from(["{}", "https://shanhuo.example/t/{}", "http://x/01/1/10/L/21/{}?lang=en"]))
def test_a_parcel_is_known_by_its_code_as_printed_and_by_what_its_label_holds(form: str) -> None:
    code = new_code()
    for written in (code, code.lower(), display_code(code)):
        assert guesses(form.format(written))[0] == Guess("code", code)
    if "/" in form:
        assert kinds(form.format(code)) == ["code"]


def test_four_digits_are_a_phones_tail_or_a_lot() -> None:
    assert kinds("0001") == ["tail", "waybill", "lot"]
    assert Guess("tail", "0401-1111") in guesses("0401-1111")


def test_a_phone_is_looked_for_in_its_one_form() -> None:
    for typed in ("138 1234 0001", "+86 13812340001", "１３８１２３４０００１"):
        assert Guess("phone", "13812340001") in guesses(typed)
    assert "waybill" not in kinds("13812340001")


def test_a_claims_number_is_known_as_it_is_said_on_the_phone() -> None:
    [number, *_] = candidates(str(uuid.uuid4()))
    assert Guess("claim", number) in guesses(spoken(number))
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "claim" not in kinds(wrong)


def test_a_waybill_may_be_typed_in_small_letters() -> None:
    assert Guess("waybill", "SF1234567890") in guesses("sf1234567890")


def test_a_name_is_compared_without_blanks_case_and_extension() -> None:
    assert guesses("顾小满") == (Guess("name", "顾小满"),)
    assert plain_name("Li  Lei") == plain_name("LILEI") == "lilei"
    assert plain_name("农户甲[1111]") == "农户甲"
    assert "name" not in kinds("SH1")


def test_what_can_be_nothing_is_nothing() -> None:
    for typed in ("", "   ", "https://example.com/x", "。。"):
        assert guesses(typed) == ()


def test_a_tail_that_a_platform_hides_finds_nobody() -> None:
    assert plain_tail("138****5678") == "5678"
    assert plain_tail("13800000401-1111") == "0401"
    assert plain_tail("1**********") is None


@given(st.text(max_size=400))
def test_any_text_can_be_typed(typed: str) -> None:
    meant = guesses(typed)
    assert len({guess.kind for guess in meant}) == len(meant)
    assert all(guess.value for guess in meant)

"""Numbers that are said on the phone: what was heard wrong is never somebody else's claim."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.claim_numbers import candidates, first_free, read_number, spoken

NUMBERS = st.uuids().map(lambda identity: candidates(str(identity))[0])
WIDE = {ord(str(n)): chr(0xFF10 + n) for n in range(10)}


@given(NUMBERS)
def test_a_number_is_read_as_it_is_spoken_and_typed(number: str) -> None:
    assert len(number) == 9
    typed = (number, spoken(number), f" {number[:4]}-{number[4:]} ", number.translate(WIDE))
    assert {read_number(text) for text in typed} == {number}


@given(NUMBERS, st.integers(0, 8), st.integers(1, 9))
def test_one_digit_heard_wrong_is_no_number(number: str, place: int, by: int) -> None:
    wrong = (int(number[place]) + by) % 10
    assert read_number(f"{number[:place]}{wrong}{number[place + 1 :]}") is None


@given(NUMBERS, st.integers(0, 7))
def test_two_neighbours_in_the_other_order_are_no_number(number: str, place: int) -> None:
    turned = number[:place] + number[place : place + 2][::-1] + number[place + 2 :]
    assert read_number(turned) == (number if turned == number else None)


@given(st.text(max_size=60))
def test_what_is_no_number_is_none(typed: str) -> None:
    number = read_number(typed)
    assert number is None or (number.isdecimal() and len(number) == 9)


def test_a_claim_gets_the_first_free_number() -> None:
    first, second, third = candidates("a")
    assert first_free("a", []) == first
    assert first_free("a", [first, third]) == second
    assert first_free("a", [first, second, third]) == ""

"""Parcel codes: read in any spelling, and no slip of the hand reads as another parcel."""

import itertools
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.codes import (
    ALPHABET,
    LENGTH,
    check_character,
    display_code,
    new_code,
    read_code,
)

bodies = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)
codes = bodies.map(lambda body: body + check_character(body))
SPELLINGS = {"0": "0Oo", "1": "1IiLl"}


def test_the_alphabet_has_no_look_alikes() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("OILUoilu") & set(ALPHABET)


def test_a_new_code_reads_back() -> None:
    for _ in range(1000):
        code = new_code()
        assert len(code) == LENGTH
        assert read_code(code) == code


def test_new_codes_do_not_count_and_do_not_repeat() -> None:
    made = [new_code() for _ in range(2000)]
    assert len(set(made)) == len(made)
    assert sorted(made) != made
    for place in range(LENGTH - 1):  # every place uses the whole alphabet: 60 bits
        assert {code[place] for code in made} == set(ALPHABET)


@given(codes, st.randoms(use_true_random=False))
def test_any_spelling_reads_as_the_code(code: str, chance: random.Random) -> None:
    spelled = "".join(
        chance.choice(SPELLINGS.get(char, char.upper() + char.lower()))
        + chance.choice(["", "", "-", " ", "--", "\t"])
        for char in code
    )
    assert read_code(spelled) == code


@given(codes)
def test_the_display_form_is_four_four_four_one(code: str) -> None:
    shown = display_code(code)
    assert re.fullmatch(r"(\w{4}-){3}\w", shown)
    assert read_code(shown) == code


@given(codes)
def test_every_single_wrong_character_is_noticed(code: str) -> None:
    for place, right in enumerate(code):
        for wrong in ALPHABET:
            if wrong != right:
                assert read_code(code[:place] + wrong + code[place + 1 :]) is None


@given(codes)
def test_every_swap_of_two_different_characters_is_noticed(code: str) -> None:
    for place, other in itertools.combinations(range(LENGTH), 2):
        if code[place] != code[other]:
            swapped = list(code)
            swapped[place], swapped[other] = code[other], code[place]
            assert read_code("".join(swapped)) is None


@given(codes)
def test_a_missing_or_doubled_character_is_noticed(code: str) -> None:
    for place in range(LENGTH):
        assert read_code(code[:place] + code[place + 1 :]) is None
        assert read_code(code[: place + 1] + code[place:]) is None


@pytest.mark.parametrize(
    "typed", ["", "-", "K7Q2", "K" * 14, "K7Q2M9XW4B3CU", "Ｋ７Ｑ２", "é" * 13]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(typed: str) -> None:
    code = read_code(typed)
    assert code is None or (len(code) == LENGTH and set(code) <= set(ALPHABET))

"""Every refusal says in both languages what happened and what to do."""

import string

import pytest

from chalicelib.domain.errors import Invalid, Refusal, not_found
from chalicelib.domain.sentences import SENTENCES, WHAT


def gaps(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_whole_in_both_languages(code: str) -> None:
    chinese, english = SENTENCES[code]
    assert chinese.endswith("。")
    assert english.endswith(".")
    assert any("\u4e00" <= char <= "\u9fff" for char in chinese)
    assert english.isprintable()
    assert not any("\u4e00" <= char <= "\u9fff" for char in english)
    assert "errors" not in chinese + english  # pages show it too, to people who see no JSON
    assert gaps(english) <= gaps(chinese) | {"state", "wanted"}


@pytest.mark.parametrize("what", WHAT)
def test_whatever_can_be_missing_has_a_name_in_both_languages(what: str) -> None:
    assert not_found(what).facts == {"what": what}
    assert all(WHAT[what])


def test_a_refusal_carries_its_code_and_facts() -> None:
    refused = Refusal("exceeds_refundable", refundable_fen=5)
    assert (refused.code, refused.facts) == ("exceeds_refundable", {"refundable_fen": 5})
    assert str(refused) == "exceeds_refundable {'refundable_fen': 5}"


def test_invalid_content_is_a_refusal_with_fields() -> None:
    refused = Invalid(("quantity", "太多", "too many"))
    assert (refused.code, refused.errors) == ("invalid", (("quantity", "太多", "too many"),))

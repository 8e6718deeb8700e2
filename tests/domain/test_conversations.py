"""What is said in a complaint: bounded, and shown in parts without mixing up its photos."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.conversations import (
    MOST_PHOTOS,
    MOST_SAID,
    ComplaintMessage,
    Conversation,
    Speaker,
)
from chalicelib.domain.joining import ends_with
from chalicelib.domain.photos import ContentType, NewPhoto, check_content
from tests.domain.samples import refusal

START = datetime(2026, 10, 15, 12, tzinfo=UTC)
WORD = st.tuples(st.sampled_from(get_args(Speaker)), st.integers(0, 2), st.booleans())
"""Who speaks, with how many photos, by the second phone or not."""


def spoken(words: list[tuple[Speaker, int, bool]], reported: int) -> Conversation:
    talk = Conversation(photos=tuple(f"report {n}" for n in range(reported)))
    for place, (by, photos, joined) in enumerate(words):
        message = ComplaintMessage(at=START + timedelta(minutes=place), by=by, sealed=f"{place}")
        if by == "buyer":
            names = [f"{place}.{n}" for n in range(photos)]
            talk = talk.model_copy(update=talk.with_more(message, names, joined=joined))
        else:
            talk = talk.model_copy(update={"messages": (*talk.messages, message)})
    return talk


TALKS = st.builds(spoken, st.lists(WORD, max_size=MOST_SAID // 2), st.integers(0, 3))


def photos_by_message(talk: Conversation) -> dict[str | None, tuple[str, ...]]:
    return {
        message.sealed: talk.photos_of(place)
        for place, message in enumerate(talk.messages)
        if talk.photos_of(place)
    }


@given(TALKS, st.sets(st.integers(0, 12)))
def test_a_part_of_it_holds_its_own_photos_and_no_others(
    talk: Conversation, places: set[int]
) -> None:
    shown = {place for place in places if place < len(talk.messages)}
    part = talk.model_copy(update=talk.only(shown))
    assert [message.sealed for message in part.messages] == [f"{n}" for n in sorted(shown)]
    whole = photos_by_message(talk)
    assert photos_by_message(part) == {
        name: photos for name, photos in whole.items() if name in {f"{n}" for n in shown}
    }
    assert part.reported_photos == talk.reported_photos
    assert set(part.photos) == {
        *part.reported_photos,
        *(photo for photos in photos_by_message(part).values() for photo in photos),
    }


@given(TALKS)
def test_a_second_phone_is_shown_its_own_words_and_the_answers_since(talk: Conversation) -> None:
    part = talk.model_copy(update=talk.as_joined())
    own = {f"{place}" for place in talk.joined}
    first = min(talk.joined, default=len(talk.messages))
    for message in part.messages:
        assert message.sealed in own or (message.by != "buyer" and int(message.sealed or 0) > first)
    assert {message.sealed for message in part.messages if message.by == "buyer"} == own
    assert all(photo.split(".")[0] in own for photo in part.photos)


@given(TALKS)
def test_a_release_that_knows_no_photos_of_messages_loses_none(talk: Conversation) -> None:
    """It writes the messages anew, and passes what stands beside them on."""
    stored = talk.model_dump(mode="json")
    stored["messages"].append({"at": "2026-10-16T00:00:00Z", "by": "seller", "sealed": "x"})
    again = Conversation.model_validate_json(Conversation.model_validate(stored).model_dump_json())
    assert photos_by_message(again) == photos_by_message(talk)


def test_it_is_full_at_its_bounds() -> None:
    message = ComplaintMessage(at=START, by="buyer", sealed="x")
    talk = spoken([("buyer", 0, False)] * MOST_SAID, 0)
    assert talk.is_full
    with refusal("conversation_full"):
        talk.with_more(message, [], joined=False)
    talk = spoken([], MOST_PHOTOS - 1)
    talk.with_more(message, ["a"], joined=False)
    with refusal("conversation_full"):
        talk.with_more(message, ["a", "b"], joined=False)


@pytest.mark.parametrize(
    ("phone", "typed", "fits"),
    [
        ("13800000401", "0401", True),
        ("13800000401-1111", "0401", True),
        ("13800000401", "０４０１ ", True),
        ("138****0401", "0401", True),
        ("13800000401", "401", False),
        ("13800000401", "", False),
        ("1380000****", "****", False),
        (None, "0401", False),
    ],
)
def test_a_phones_end_is_four_digits(phone: str | None, typed: str, fits: bool) -> None:
    assert ends_with(phone, typed) is fits


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"


@pytest.mark.parametrize("content_type", get_args(ContentType))
def test_heic_is_known_by_its_bytes_whatever_it_is_called(content_type: ContentType) -> None:
    for brand in (b"heic", b"mif1", b"hevx"):
        with refusal("photo_heic"):
            check_content(HEIC.replace(b"heic", brand), content_type)
    with refusal("not_a_picture"):
        check_content(HEIC.replace(b"heic", b"isom"), content_type)


@pytest.mark.parametrize("content_type", ["image/heic", "image/heif", "image/heic-sequence"])
def test_its_type_is_refused_with_what_to_do(content_type: str) -> None:
    body = {"content_type": content_type, "size": 1000, "sha256": "0" * 64}
    with pytest.raises(ValueError, match="截一张屏"):
        NewPhoto.model_validate(body)

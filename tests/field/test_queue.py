"""The queue on the phone, as rules: whatever happens, nothing typed is lost and nothing doubled.

The real queue.js and sync.js run in Node against a model of the server (phone.js); Hypothesis
chooses what is recorded, which wire is cut when, and when the battery goes.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Json = dict[str, Any]

WIRE = [
    "ok", "kill", "kill_after", "cut", "cut_after", "half", "silent", "silent_after", "s500",
    "s502", "s503", "s429", "s404", "portal", "odd", "busy", "expired",
]  # fmt: skip
DISK = ["ok", "ok", "ok", "kill", "kill_after", "full"]

BAD = st.sampled_from(["", "", "", 422, 413])
OF = st.integers(0, 9)
NAMES = st.sampled_from(["农户 12", "农户 13"])
EVENTS = st.lists(
    st.one_of(
        st.fixed_dictionaries({"do": st.just("household"), "name": NAMES, "bad": BAD}),
        st.fixed_dictionaries({"do": st.just("known"), "name": NAMES}),
        st.fixed_dictionaries({"do": st.just("batch"), "bad": BAD, "new": st.booleans()}),
        st.fixed_dictionaries(
            {"do": st.just("inspection"), "of": OF, "bad": BAD, "photos": st.integers(0, 2)}
        ),
        st.fixed_dictionaries(
            {"do": st.just("move"), "of": OF, "move": st.sampled_from(["hold", "recall"])}
        ),
        st.fixed_dictionaries({"do": st.sampled_from(["amend", "discard", "taken"]), "of": OF}),
        st.fixed_dictionaries(
            {
                "do": st.just("sync"),
                "faults": st.lists(st.sampled_from(WIRE), max_size=12),
                "disk": st.lists(st.sampled_from(DISK), max_size=12),
            }
        ),
        st.fixed_dictionaries({"do": st.just("wait"), "ms": st.integers(0, 400_000)}),
        st.fixed_dictionaries({"do": st.just("clock"), "ms": st.integers(-(10**8), 10**8)}),
        st.fixed_dictionaries({"do": st.sampled_from(["sign_out", "sign_in", "new_session"])}),
    ),
    max_size=40,
)


class Phone:
    def __init__(self) -> None:
        node = shutil.which("node")
        assert node, "the engine's Node is here, too"
        self._process = subprocess.Popen(
            [node, str(Path(__file__).with_name("phone.js"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def play(self, events: list[Json] | Json) -> Json:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(events) + "\n")
        self._process.stdin.flush()
        answer: Json = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="module")
def phone() -> Iterator[Phone]:
    device = Phone()
    yield device
    device.close()


def held_back(record: Json, by_key: dict[str, Json]) -> bool:
    """Whether it waits for one that has to be corrected, perhaps over others."""
    needs = [by_key[key] for key in record["needs"] if key in by_key]
    return any(need["state"] == "refused" or held_back(need, by_key) for need in needs)


def check(end: Json) -> None:
    by_key = {record["key"]: record for record in end["records"]}
    assert end["disk"] == len(by_key), "memory and disk are the same"
    for record in end["records"]:
        if record["state"] == "sent":
            name = {"shot": "photo", "bytes": "photo"}.get(record["kind"], record["kind"])
            if record["kind"] == "move":
                assert record["batch"] in end["moves"]
            else:
                answered = record["answer"]["id"] if name == "household" else record["id"]
                assert f"{name}:{answered}" in end["has"]
            if record["kind"] == "bytes":
                assert record["id"] in end["bytes"]
        elif record["state"] == "refused":
            assert record["why"], "with its reason"
            assert record["code"]
        else:
            assert held_back(record, by_key), f"{record['key']} waits for nothing"
        if record["kind"] == "bytes" and record["state"] != "sent":
            assert record["id"] in end["kept"], "a photo stays until the server has it"
    assert end["orphans"] == 0, "nothing is sent before what it hangs on"
    assert end["lost"] == []
    assert len(set(end["has"])) == len(end["has"]) == end["made"]


@given(EVENTS)
@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_in_the_end_every_record_is_there_once_or_says_why_not(
    phone: Phone, events: list[Json]
) -> None:
    check(phone.play(events))


def sent_in_spite_of(phone: Phone, events: list[Json], broken: Json) -> Json:
    """Its end, if all is there and everything is sent."""
    end = phone.play([*events, {"do": "sync", "faults": [], "disk": []} | broken])
    check(end)
    assert {record["state"] for record in end["records"]} == {"sent"}, broken
    return end


def test_a_day_in_the_field_with_every_fault_at_every_step(phone: Phone) -> None:
    """A batch, a test with a photo, a recall; each step of the first pass goes wrong once."""
    day: list[Json] = [
        {"do": "batch"},
        {"do": "inspection", "of": 0, "photos": 1},
        {"do": "move", "of": 0, "move": "recall"},
    ]
    for at in range(9):
        for fault in WIRE:
            end = sent_in_spite_of(phone, day, {"faults": ["ok"] * at + [fault]})
            assert len(end["has"]) == 3
        for fault in DISK:
            sent_in_spite_of(phone, day, {"disk": ["ok"] * at + [fault]})


def test_a_refused_batch_holds_back_its_own_tests_and_nothing_else(phone: Phone) -> None:
    end = phone.play(
        [
            {"do": "batch", "bad": 422},
            {"do": "inspection", "of": 0, "photos": 1},
            {"do": "batch"},
            {"do": "inspection", "of": 1, "photos": 1},
            {"do": "sync", "faults": [], "disk": []},
        ]
    )
    check(end)
    states = {record["key"]: record["state"] for record in end["records"]}
    assert states["batch:id0"] == "refused"
    assert states["inspection:id1"] == "waiting"
    assert states["inspection:id3"] == states["bytes:id3p0"] == "sent"


ADDED: list[Json] = [
    {"do": "household", "name": "农户 12"},
    {"do": "batch", "new": True},
    {"do": "inspection", "of": 0, "photos": 0},
]
ALL_IS_SENT: Json = {"do": "sync", "faults": [], "disk": []}


def test_a_household_goes_before_the_batch_that_is_its_first(phone: Phone) -> None:
    """... whatever goes wrong with either."""
    for at in range(4):
        for fault in WIRE:
            end = sent_in_spite_of(phone, ADDED, {"faults": ["ok"] * at + [fault]})
            assert end["has"] == ["household:id0", "batch:id1", "inspection:id2"]


def test_a_batch_goes_to_the_household_that_another_phone_added_first(phone: Phone) -> None:
    end = phone.play([{"do": "known", "name": "农户 12"}, *ADDED, {"do": "batch", "new": True}])
    check(end)
    bodies = [record["body"] for record in end["records"] if record["kind"] == "batch"]
    assert [json.loads(body)["producer_id"] for body in bodies] == ["id0", "id0"]
    assert [key for key in end["has"] if key.startswith("household:")] == ["household:id0"]


def test_a_refused_household_keeps_its_batch_waiting_until_it_is_corrected(phone: Phone) -> None:
    refused = [ADDED[0] | {"bad": 422}, *ADDED[1:], {"do": "batch"}, ALL_IS_SENT]
    end = phone.play(refused)
    check(end)
    states = {record["key"]: record["state"] for record in end["records"]}
    assert states == {
        "household:id0": "refused",
        "batch:id1": "waiting",
        "inspection:id2": "waiting",
        "batch:id3": "sent",
    }
    end = phone.play([*refused, {"do": "amend", "of": 0}])
    check(end)
    assert {record["state"] for record in end["records"]} == {"sent"}


@pytest.mark.parametrize("what", ["amend", "discard"])
def test_another_account_of_the_phone_neither_corrects_nor_discards(
    phone: Phone, what: str
) -> None:
    events: list[Json] = [{"do": "batch", "bad": 422}, {"do": "sync", "faults": [], "disk": []}]
    theirs = phone.play([*events, {"do": what, "of": 0, "by": "b"}, {"do": "batch"}])
    assert [record["state"] for record in theirs["records"]] == ["refused", "sent"]
    own = phone.play([*events, {"do": what, "of": 0, "by": "a"}, {"do": "batch"}])
    assert {record["state"] for record in own["records"]} == {"sent"}


def test_a_corrected_batch_lets_its_tests_go(phone: Phone) -> None:
    refused: list[Json] = [
        {"do": "batch", "bad": 422},
        {"do": "inspection", "of": 0, "photos": 0},
        {"do": "sync", "faults": [], "disk": []},
    ]
    end = phone.play([*refused, {"do": "amend", "of": 0}])
    check(end)
    assert [record["state"] for record in end["records"]] == ["sent", "sent"]


def test_a_batch_whose_id_is_taken_gets_another_and_its_tests_follow(phone: Phone) -> None:
    end = phone.play(
        [
            {"do": "batch"},
            {"do": "inspection", "of": 0, "photos": 1},
            {"do": "taken", "of": 0},
            {"do": "sync", "faults": [], "disk": []},
            {"do": "amend", "of": 0},
        ]
    )
    check(end)
    [test] = [record for record in end["records"] if record["kind"] == "inspection"]
    assert test["batch"].startswith("fresh")
    assert {record["state"] for record in end["records"]} == {"sent"}


def test_what_was_tried_stays_as_it_is_until_the_server_has_said_no(phone: Phone) -> None:
    """It may be there already: a second version under its id would be refused for ever."""
    tried: list[Json] = [{"do": "batch"}, {"do": "sync", "faults": ["cut_after"], "disk": []}]
    end = phone.play([*tried, {"do": "amend", "of": 0}, {"do": "discard", "of": 0}])
    check(end)
    [batch] = end["records"]
    assert (batch["state"], batch["draft"].get("value")) == ("sent", None)


def pause(phone: Phone, fault: str, tries: int) -> float:
    """Seconds until the next try after so many that failed."""
    failing: list[Json] = [
        {"do": "sync", "faults": [fault], "disk": []},
        {"do": "wait", "ms": 400_000},
    ] * tries
    end = phone.play([{"do": "batch"}, *failing[:-1], {"do": "stop"}])
    [batch] = end["records"]
    assert (batch["state"], batch["tries"]) == ("waiting", tries)
    return float(batch["notBefore"] - end["now"]) / 1000


def test_pauses_double_from_two_seconds_to_five_minutes(phone: Phone) -> None:
    """Half of each is fixed, half is chance, which is 0.5 here: three quarters of 2, 4, 8 ... s."""
    waits = [pause(phone, "s500", tries) for tries in range(1, 11)]
    assert waits == [0.75 * min(300, 2**n) for n in range(1, 11)]


def test_a_server_that_says_when_is_asked_then(phone: Phone) -> None:
    assert pause(phone, "s429", 1) == 7
    assert pause(phone, "s429", 5) == 24, "but never sooner than the pause has grown to"


@pytest.mark.parametrize("fault", ["expired"])
def test_signed_out_is_no_try(phone: Phone, fault: str) -> None:
    end = phone.play(
        [{"do": "batch"}, {"do": "sync", "faults": [fault], "disk": []}, {"do": "stop"}]
    )
    [batch] = end["records"]
    assert (batch["state"], batch["tries"], batch["notBefore"]) == ("waiting", 0, 0)


# --- when a record was made ----------------------------------------------------------------------

HOUR = 3_600_000
SPAN = st.integers(-(10**6) * HOUR, 10**6 * HOUR)
NOW = 1_790_000_000_000


def timed(phone: Phone, ago: int, offset: int, record: Json) -> tuple[int, int | None]:
    """(ms before now by the server's clock, seconds the phone's was moved) of what the phone, at
    `offset` now, says to have made so long ago."""
    made = NOW - offset - ago
    answer = phone.play({"timed": [{"made": made, **record}, offset, NOW - offset]})
    return NOW - answer["at"], answer["moved"]


@given(SPAN, SPAN, SPAN, st.integers(0, 10**6 * HOUR), st.booleans())
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_time_lies_in_the_future_or_before_what_was_known_and_what_is_amended_is_told(
    phone: Phone, ago: int, offset: int, then: int, since: int, doubt: bool
) -> None:
    record = {"offset": then, "since": NOW - since, "doubt": doubt}
    age, moved = timed(phone, ago, offset, record)
    assert 0 <= age <= since
    if moved is None:
        assert abs(age - ago) < 120_000
    assert not doubt or moved == 0


@pytest.mark.parametrize(
    ("ago", "offset", "record", "expected"),
    [
        (HOUR, 0, {}, (HOUR, None)),
        (HOUR, 9 * HOUR, {"offset": 9 * HOUR}, (HOUR, None)),
        (10 * HOUR, 0, {"offset": 9 * HOUR}, (HOUR, 32_400)),
        (-8 * HOUR, 0, {"offset": -9 * HOUR}, (HOUR, -32_400)),
        (-8 * HOUR, 0, {"offset": 0}, (0, 0)),
        (10 * HOUR, 0, {"offset": 0, "since": NOW - 2 * HOUR, "doubt": True}, (2 * HOUR, 0)),
    ],
    ids=["right", "wrong all along", "was slow", "was fast", "fast unseen", "set back unseen"],
)
def test_a_time_is_put_right_where_it_is_known_and_bounded_where_not(
    phone: Phone, ago: int, offset: int, record: Json, expected: tuple[int, int | None]
) -> None:
    assert timed(phone, ago, offset, record) == expected

"""The model behind docs/capacity.md: it keeps DynamoDB's limits, sells nothing twice, and waits as
the code does; and the page is what `make capacity` would write."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.api.edge import routing
from chalicelib.repositories import store
from infra.capacity import store as model
from infra.capacity.costs import stated, units
from infra.capacity.crowd import (
    BEFORE,
    PAY_UNITS,
    PLACE_UNITS,
    SCAN_UNITS,
    Design,
    Result,
    after,
    buyers,
)
from infra.capacity.report import DOCUMENT, PLAYED, document
from infra.capacity.runs import CHEAP, RUNS, summary

PLAYED_BEFORE = json.loads(PLAYED.read_text())


def test_the_page_is_what_the_script_would_write() -> None:
    assert [played["run"] for played in PLAYED_BEFORE] == [run.title for run in RUNS]
    assert DOCUMENT.read_text() == document(PLAYED_BEFORE), "run `make capacity`"


def test_what_it_shows_of_the_small_runs_is_what_they_come_to() -> None:
    assert [summary(run) for run in CHEAP] == PLAYED_BEFORE[: len(CHEAP)], "run `make capacity`"


def test_no_key_gives_in_at_ten_thousand_orders_a_second() -> None:
    shown = {played["run"]: played for played in PLAYED_BEFORE}
    assert shown["10,000 orders/s, now"]["gives in"] == "none"
    assert shown["10,000 orders/s, before"]["gives in"] != "none"


def test_the_model_writes_what_was_measured() -> None:
    def written(pattern: str) -> float:
        return units(stated()[pattern][2], 1)

    assert written("place an order") == sum(PLACE_UNITS) + 4
    assert written("pay it") == PAY_UNITS + 6
    assert written("count a scan") == sum(SCAN_UNITS) + 1


def test_the_model_waits_as_the_code_does() -> None:
    assert (model.TRIES, model.FIRST_PAUSE, model.LONGEST_PAUSE) == (
        store.TRIES,
        store._FIRST_PAUSE,
        store._LONGEST_PAUSE,
    )
    assert model.REQUEST_SECONDS == routing.REQUEST_SECONDS


designs = st.builds(
    Design,
    name=st.just("any"),
    slots=st.integers(1, 40),
    shards=st.integers(1, 8),
    customer_shards=st.integers(1, 4),
    kept=st.sampled_from([0.0, 2.0]),
    counted=st.none(),
)


@settings(max_examples=25)
@given(
    designs,
    st.integers(1, 800),
    st.integers(1, 700),
    st.none() | st.integers(1, 20),
    st.integers(0, 1000),
)
def test_no_partition_serves_more_than_it_can_and_nothing_is_sold_twice(
    design: Design, rate: int, packs: int, partitions: int | None, seed: int
) -> None:
    result = buyers(design, rate, 1.5, packs=packs, partitions=partitions, seed=seed)
    limits = {"write": model.WRITES, "read": model.READS}
    for (what, _), seconds in result.stage.store.used.items():
        assert max(seconds.values()) <= limits[what]
    stage, orders = result.stage, result.outcomes["order"]
    assert min(stage.left) >= 0
    assert len(stage.placed) == stage.sold <= packs
    assert orders.done == stage.sold + stage.sold_out
    assert orders.done + orders.unavailable == int(rate * 1.5), "everyone has an answer"


def test_a_run_with_the_same_seed_is_the_same() -> None:
    def seconds(result: Result) -> list[float]:
        return result.outcomes["order"].seconds

    assert seconds(buyers(BEFORE, 200, 1)) == seconds(buyers(BEFORE, 200, 1))
    assert seconds(buyers(after(200), 200, 1, seed=1)) != seconds(buyers(after(200), 200, 1))

"""What the server must have of the records that a phone took down."""

import hashlib

from chalicelib.config import settings
from tests.world import Json, World, ok


def inspections_of(world: World, batch_id: str) -> list[Json]:
    return world.cadre.everything(f"/v1/batches/{batch_id}/inspections")


def check_server(world: World, records: dict[str, Json]) -> None:
    """Each sent record is there once, as it was typed, its photos to the byte; no other is."""
    sent = [record for record in records.values() if record["state"] == "sent"]
    photos = {
        record["id"]: record["draft"] for record in records.values() if record["kind"] == "bytes"
    }
    for record in sent:
        if record["kind"] == "batch":
            answer = ok(world.cadre.get(f"/v1/batches/{record['id']}"))
            for name in ("lot", "product_id", "producer_id", "harvested_on", "quantity"):
                assert answer[name] == record["draft"][name]
        if record["kind"] == "inspection":
            (answer,) = (
                it for it in inspections_of(world, record["batch"]) if it["id"] == record["id"]
            )
            check_test(answer, record["draft"])
            for photo_id in record["draft"]["photos"]:
                content = (settings().data / "photos" / photo_id).read_bytes()
                assert hashlib.sha256(content).hexdigest() == photos[photo_id]["sha256"]
    unsent = {record["id"] for record in records.values() if record["state"] != "sent"}
    batches = world.cadre.everything("/v1/batches")
    tests = [it["id"] for batch in batches for it in inspections_of(world, batch["id"])]
    assert not unsent & {*tests, *(batch["id"] for batch in batches)}
    assert len(tests) == len(set(tests))


def check_test(inspection: Json, draft: Json) -> None:
    values = [
        (measurement["metric"], measurement["value"]) for measurement in inspection["measurements"]
    ]
    assert values == [
        (measurement["metric"], measurement["value"]) for measurement in draft["measurements"]
    ]
    assert (inspection["stage"], inspection["photos"]) == (draft["stage"], draft["photos"])
    assert inspection["photos_waiting"] == []
    assert inspection["supersedes"] == (draft["supersedes"] or None)

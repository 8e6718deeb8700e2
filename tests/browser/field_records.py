"""What the server must have of the records that a phone took down."""

import hashlib

from chalicelib.config import settings
from tests.world import Json, World, ok


def inspections_of(world: World, batch_id: str) -> list[Json]:
    return world.cadre.everything(f"/v1/batches/{batch_id}/inspections")


def check_server(world: World, records: dict[str, Json]) -> None:
    """Each sent record is there once, as it was typed, its photos to the byte; no other is."""
    sent = [one for one in records.values() if one["state"] == "sent"]
    photos = {one["id"]: one["draft"] for one in records.values() if one["kind"] == "bytes"}
    for one in sent:
        if one["kind"] == "batch":
            found = ok(world.cadre.get(f"/v1/batches/{one['id']}"))
            for name in ("lot", "product_id", "producer_id", "harvested_on", "quantity"):
                assert found[name] == one["draft"][name]
        if one["kind"] == "inspection":
            (found,) = (it for it in inspections_of(world, one["batch"]) if it["id"] == one["id"])
            check_test(found, one["draft"])
            for photo_id in one["draft"]["photos"]:
                content = (settings().data / "photos" / photo_id).read_bytes()
                assert hashlib.sha256(content).hexdigest() == photos[photo_id]["sha256"]
    unsent = {one["id"] for one in records.values() if one["state"] != "sent"}
    batches = world.cadre.everything("/v1/batches")
    tests = [it["id"] for one in batches for it in inspections_of(world, one["id"])]
    assert not unsent & {*tests, *(one["id"] for one in batches)}
    assert len(tests) == len(set(tests))


def check_test(found: Json, draft: Json) -> None:
    values = [(one["metric"], one["value"]) for one in found["measurements"]]
    assert values == [(one["metric"], one["value"]) for one in draft["measurements"]]
    assert (found["stage"], found["photos"]) == (draft["stage"], draft["photos"])
    assert found["photos_waiting"] == []
    assert found["supersedes"] == (draft["supersedes"] or None)

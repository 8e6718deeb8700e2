#!/usr/bin/env bash
# Package: epcis-event-hash-generator 1.9.3 (GS1's reference for the hash id of an EPCIS 2.0 event).
# One would guess: a document of two events gives two hashes, or an error.
# What happens: an event whose time has a fraction that rounds up to the next second (…59.9996) is
#   logged and left out; the call succeeds with one hash.
# Who is hurt: whoever pairs hashes with events by their order, or proves with them that nothing is
#   missing. Write times to the millisecond.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check epcis-event-hash-generator==1.9.3
"$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
import json
from importlib.metadata import version

from epcis_event_hash_generator.hash_generator import epcis_hashes_from_events
from epcis_event_hash_generator.json_to_py import event_list_from_epcis_document_str


def event(time: str) -> dict[str, object]:
    return {
        "type": "ObjectEvent",
        "eventTime": time,
        "eventTimeZoneOffset": "+08:00",
        "epcList": ["urn:epc:id:sgtin:9521141.012345.1"],
        "action": "OBSERVE",
        "bizStep": "shipping",
    }


def hashes(*times: str) -> int:
    document = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-30T00:00:00Z",
        "epcisBody": {"eventList": [event(time) for time in times]},
    }
    events = event_list_from_epcis_document_str(json.dumps(document))
    return len(epcis_hashes_from_events(events, "sha256"))


print("epcis-event-hash-generator", version("epcis-event-hash-generator"))
whole = hashes("2026-11-30T07:59:58.000+08:00", "2026-11-30T07:59:59.999+08:00")
fewer = hashes("2026-11-30T07:59:58.000+08:00", "2026-11-30T07:59:59.9996+08:00")
print("two events to the millisecond:", whole, "hashes")
print("two events, one at …59.9996:  ", fewer, "hash")
assert (whole, fewer) == (2, 1), "it behaves differently now"
PYTHON

#!/usr/bin/env bash
# Package: epcis-event-hash-generator 1.9.3 (GS1's reference for the hash id of an EPCIS 2.0 event).
# One would guess: events that differ in an order number or a lot have different hashes.
# What happens: text that looks like a number goes through a float, also in extensions. Order numbers
#   of 18 digits that differ in the last one, and the lots 0012 and 12, give the same hash.
# Who is hurt: whoever finds doubles among trace events by their hash: the second order's event is
#   thrown away. Write such values with letters before them, or as URIs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check epcis-event-hash-generator==1.9.3
"$folder/venv/bin/python" - <<'PYTHON'
import json
from importlib.metadata import version

from epcis_event_hash_generator.hash_generator import epcis_hashes_from_events
from epcis_event_hash_generator.json_to_py import event_list_from_epcis_document_str


def hash_of(order: str, lot: str) -> str:
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-11-30T08:00:00.000+08:00",
        "eventTimeZoneOffset": "+08:00",
        "epcList": ["urn:epc:id:sgtin:9521141.012345.1"],
        "action": "OBSERVE",
        "bizStep": "shipping",
        "shop:order": order,
        "shop:lot": lot,
    }
    document = {
        "@context": [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            {"shop": "https://shop.example.org/voc/"},
        ],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-30T00:00:00Z",
        "epcisBody": {"eventList": [event]},
    }
    events = event_list_from_epcis_document_str(json.dumps(document))
    return epcis_hashes_from_events(events, "sha256")[0]


print("epcis-event-hash-generator", version("epcis-event-hash-generator"))
first, second = hash_of("123456789012345678", "A"), hash_of("123456789012345679", "A")
print("order …678:", first)
print("order …679:", second)
padded, plain = hash_of("SH1", "0012"), hash_of("SH1", "12")
print("lot 0012:  ", padded)
print("lot 12:    ", plain)
told_apart = hash_of("SH1", "L12") != hash_of("SH1", "L0012")
assert first == second and padded == plain and told_apart, "it behaves differently now"
PYTHON

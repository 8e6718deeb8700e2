"""Which household a producer is: sealed before it is stored; and those of a village by name."""

from chalicelib.domain.catalogue import Producer
from chalicelib.domain.households import alike

from .items import SCOPE
from .reading import all_listed
from .sealing import keyed_hash, seal, unseal
from .tables import ProducerItem, ProducerNameItem

AT_ONCE = 100
"""Producers of a village that are read together."""


def closed(producer: Producer) -> Producer:
    """As it is stored."""
    code = producer.household_code
    sealed = None if code is None else seal(code, f"PRODUCER#{producer.id}")
    return producer.model_copy(update={"household_code": None, "sealed_household": sealed})


def opened(producer: Producer) -> Producer:
    """With its household's code in the clear, also where an older release stored it so."""
    if producer.sealed_household is None:
        return producer
    code = unseal(producer.sealed_household, f"PRODUCER#{producer.id}")
    return producer.model_copy(update={"household_code": code, "sealed_household": None})


def named(village_id: str, name: str, producer_id: str) -> ProducerNameItem:
    """What keeps the name for this producer."""
    return ProducerNameItem.of(
        keyed_hash("producer name", village_id, alike(name)).hex(), producer_id
    )


def of_village(village_id: str) -> list[Producer]:
    """All of them, opened. One of a moment ago may not be among them."""
    partitions = [f"VILLAGE#{village_id}#PRODUCER"]
    items = all_listed(ProducerItem, SCOPE, partitions, limit=AT_ONCE, newest_first=False)
    return [opened(item.doc) for item in items]

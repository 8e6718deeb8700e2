"""Which household a producer is: sealed before it is stored."""

from chalicelib.domain.catalogue import Producer

from .sealing import seal, unseal


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

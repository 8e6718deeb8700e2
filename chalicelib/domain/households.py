"""Which producer of a village is meant by a name and a number that were typed in the field."""

from collections.abc import Sequence

from .catalogue import NewProducer, Producer
from .errors import Refusal
from .fields import LONGEST_NAME
from .text import half_width

LONGEST_NUMBER = 120
"""Characters of a household's code."""


def alike(name: str) -> str:
    """A name or number as people hear it: 农户12 and 农户 １２ are one."""
    return "".join(half_width(name, max(LONGEST_NAME, LONGEST_NUMBER)).casefold().split())


def meant(body: NewProducer, known: Sequence[Producer]) -> Producer | None:
    """The producer that has this name, and this number if one was typed; None: it is a new one.

    known: of its village, with their numbers in the clear.
    Raises "household_number_differs" where the name stands with another number or with none,
    "household_name_differs" where the number stands with another name.
    """
    name, number = alike(body.display_name), alike(body.household_code or "")
    named = [producer for producer in known if alike(producer.display_name) == name]
    numbered = [
        producer for producer in known if number and alike(producer.household_code or "") == number
    ]
    both = [producer for producer in named if not number or producer in numbered]
    if both:
        return both[0]
    if named:
        raise Refusal("household_number_differs", name=named[0].display_name)
    if numbered:
        raise Refusal("household_name_differs", name=numbered[0].display_name)
    return None

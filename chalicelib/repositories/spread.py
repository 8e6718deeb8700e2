"""Over how many shards the orders of a shop may lie in the indexes."""

from botocore.exceptions import ClientError

from . import store
from .connection import connection
from .reading import get
from .tables import SpreadItem, spread_key


def widen(shop_id: str, shards: int) -> None:
    """Remember that orders may lie on as many shards, for the shop and for all shops.

    Written before the offer opens: a list that looks too widely is right, one that looks too
    narrowly is not.
    """
    if shards <= 1:
        return
    connection()
    for key in (spread_key(shop_id), spread_key(None)):
        item = SpreadItem(*key)
        try:
            store.call(
                "UpdateItem",
                **item.get_update_kwargs_from_instance(
                    actions=[SpreadItem.shards.set(shards), SpreadItem.kind.set(SpreadItem)],
                    condition=SpreadItem.shards.does_not_exist() | (SpreadItem.shards < shards),
                ),
            )
        except ClientError as error:  # it is at least as wide already
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise


def shards_of(shop_id: str | None) -> int:
    """Of one shop, or with None of all."""
    item = get(SpreadItem, spread_key(shop_id))
    return int(item.shards) if item else 1

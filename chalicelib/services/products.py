"""Products, their inspection plans and after-sales rules."""

from collections.abc import Iterable

from chalicelib.domain.access import Actor, Call, check_village, may_use
from chalicelib.domain.errors import not_found
from chalicelib.domain.journal import Change
from chalicelib.domain.products import CHANGING, NewProduct, Product
from chalicelib.repositories.journal import changes as journal
from chalicelib.repositories.journal import latest
from chalicelib.repositories.once import as_seen, fingerprint, is_change, same
from chalicelib.repositories.reading import ListPage, get, get_many, listing, load_item, of_kind
from chalicelib.repositories.tables import ProductItem, VillageItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying

from ..repositories.items import OFFICE, SCOPE


@retrying
def put(call: Call, product_id: str, body: NewProduct) -> tuple[Product, bool]:
    """The product, and whether it is new. A changed plan or rule becomes a new version.

    Raises "not_found" out of scope, where for a cadre also the county's is; what
    Product.changed does.
    """
    request_fingerprint = fingerprint(body)
    item = get(ProductItem, key_of("product", product_id))
    if item is None:
        product = Product(
            id=product_id,
            plan_version=1,
            rule_version=1,
            created_by=call.actor.id,
            created_at=call.now,
            updated_at=call.now,
            village_id=_owner(call.actor, body),
            **{name: getattr(body, name) for name in CHANGING},
        )
        UnitOfWork(call).create(ProductItem.of(product, fingerprint=request_fingerprint)).commit()
        return product, True
    check_village(call.actor, item.doc.village_id, "product")
    if item.fingerprint == request_fingerprint:
        return item.doc, False
    changed = item.doc.changed(body, call.now)
    was, now = item.doc.shelf_life_days, changed.shelf_life_days
    after = ProductItem.of(changed, fingerprint=request_fingerprint)
    UnitOfWork(call).replace(item, after, _why(item.doc, body), note=was != now).commit()
    return changed, False


def make(call: Call, product_id: str, body: NewProduct) -> Product:
    """A new product, where sending it again changes nothing. Raises what `put` does,
    "different_content"."""
    item = get(ProductItem, key_of("product", product_id))
    if item is None:
        return put(call, product_id, body)[0]
    check_village(call.actor, item.doc.village_id, "product")
    return same(item, product_id, fingerprint(body)).doc


def _why(before: Product, body: NewProduct) -> str:
    """What a product's journal tells beside its versions."""
    was, now = before.shelf_life_days, body.shelf_life_days
    if was == now:
        return body.name
    return f"{body.name}：保鲜期 {was or '—'} 天改为 {now or '—'} 天"


@retrying
def change(call: Call, product_id: str, body: NewProduct, seen: str, why: str = "") -> Product:
    """What somebody changes who looked at it before; all that changes is journalled.

    Raises "not_found" out of scope, "changed_meanwhile"; what Product.changed does.
    """
    item = _load(product_id)
    check_village(call.actor, item.doc.village_id, "product")
    if not is_change(item.doc, body, seen):
        return item.doc
    changed = item.doc.changed(body, call.now)
    after = ProductItem.of(changed, fingerprint=fingerprint(body))
    about = "；".join(text for text in (_why(item.doc, body), why) if text)
    UnitOfWork(call).replace(item, after, about, note=True).commit()
    return changed


def with_history(actor: Actor, product_id: str) -> tuple[Product, str, list[Change]]:
    """A product that the actor may change, what a form remembers of it, and what was changed.

    Raises "not_found".
    """
    item = _load(product_id)
    check_village(actor, item.doc.village_id, "product")
    return item.doc, as_seen(item.doc, NewProduct), latest(item)


def _owner(actor: Actor, body: NewProduct) -> str | None:
    """The village whose product it becomes; None for the county's. Raises "not_found"."""
    if body.village_id is None:
        return None if actor.role == "county" else actor.village_ids[0]
    check_village(actor, body.village_id, "village")
    if get(VillageItem, key_of("village", body.village_id)) is None:
        raise not_found("village")
    return body.village_id


def _load(product_id: str) -> ProductItem:
    return load_item(ProductItem, "product", product_id)


def _usable(actor: Actor, product_id: str) -> ProductItem:
    item = _load(product_id)
    if not may_use(actor, item.doc.village_id):
        raise not_found("product")
    return item


def product(actor: Actor, product_id: str) -> Product:
    """The county's, or one of the actor's villages. Raises "not_found"."""
    return _usable(actor, product_id).doc


def of_batch(product_id: str) -> Product:
    """Of a batch that the actor has in sight, whoever made the product."""
    return _load(product_id).doc


def several(product_ids: Iterable[str]) -> list[Product]:
    """Of batches that the actor has in sight."""
    keys = [key_of("product", product_id) for product_id in product_ids]
    return [item.doc for item in of_kind(ProductItem, get_many(keys, consistent=False), keys)]


def changes(
    actor: Actor, product_id: str, limit: int, cursor: str | None
) -> tuple[list[Change], str | None]:
    """Who changed the plan or the rule, and when. Raises "not_found"."""
    item = _usable(actor, product_id)
    first = item.doc.model_copy(update={"plan_version": 1, "rule_version": 1})
    birth = Change(old=None, new=first.state, by=item.doc.created_by, at=item.doc.created_at)
    return journal(item, birth, limit=limit, cursor=cursor)


def products(actor: Actor, limit: int, cursor: str | None) -> ListPage[ProductItem]:
    """The county's and those of the actor's villages; for the county those of all villages."""
    if actor.role == "county":
        beside = [(OFFICE, "PRODUCT#VILLAGE")]
    else:
        beside = [(SCOPE, f"VILLAGE#{village_id}#PRODUCT") for village_id in actor.village_ids]
    page = listing(
        ProductItem,
        OFFICE,
        ["PRODUCT"],
        limit=limit,
        cursor=cursor,
        newest_first=False,
        beside=beside,
    )
    # A village's that an earlier release wrote anew stands in the county's list until it is next.
    usable = [item for item in page.items if may_use(actor, item.doc.village_id)]
    return ListPage(usable, page.next_cursor)

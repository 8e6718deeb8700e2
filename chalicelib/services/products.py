"""Products, their inspection plans and after-sales rules."""

from ..domain.access import Call
from ..domain.errors import Refusal, not_found
from ..domain.journal import Change
from ..domain.products import NewProduct, Product
from ..repositories.journal import changes as journal
from ..repositories.once import fingerprint
from ..repositories.reading import Page, get, listing
from ..repositories.tables import OFFICE, ProductItem, key_of
from ..repositories.transaction import Work, retrying


@retrying
def put(call: Call, product_id: str, body: NewProduct) -> tuple[Product, bool]:
    """The product, and whether it is new. A changed plan or rule becomes a new version.

    Raises "different_content" for another unit: quantities already recorded are in it.
    """
    print_ = fingerprint(body)
    item = get(ProductItem, key_of("product", product_id))
    if item is None:
        product = Product(
            id=product_id,
            plan_version=1,
            rule_version=1,
            created_by=call.actor.id,
            created_at=call.now,
            updated_at=call.now,
            **{name: getattr(body, name) for name in NewProduct.model_fields},
        )
        Work(call).create(ProductItem.of(product, fingerprint=print_)).commit()
        return product, True
    if item.fingerprint == print_:
        return item.doc, False
    if body.unit != item.doc.unit:
        raise Refusal("different_content", id=product_id)
    changed = item.doc.changed(body, call.now)
    Work(call).replace(item, ProductItem.of(changed, fingerprint=print_), body.name).commit()
    return changed, False


def product(product_id: str) -> Product:
    item = get(ProductItem, key_of("product", product_id))
    if item is None:
        raise not_found("product")
    return item.doc


def changes(product_id: str, limit: int, cursor: str | None) -> tuple[list[Change], str | None]:
    """Who changed the plan or the rule, and when."""
    item = get(ProductItem, key_of("product", product_id))
    if item is None:
        raise not_found("product")
    first = item.doc.model_copy(update={"plan_version": 1, "rule_version": 1})
    birth = Change(old=None, new=first.state, by=item.doc.created_by, at=item.doc.created_at)
    return journal(item, birth, limit=limit, cursor=cursor)


def products(limit: int, cursor: str | None) -> Page[ProductItem]:
    return listing(ProductItem, OFFICE, ["PRODUCT"], limit=limit, cursor=cursor, newest_first=False)

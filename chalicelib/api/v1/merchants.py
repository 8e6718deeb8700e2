"""By which account of a payment provider a shop is paid."""

from chalicelib.domain.fields import Model
from chalicelib.domain.merchants import NewMerchant
from chalicelib.services import merchants as service

from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class MerchantAnswer(Model):
    """Keys are never read back."""

    provider: str
    mchid: str
    enabled: bool


@routes.api(
    "PUT",
    "/v1/shops/{shop_id}/merchants/{provider}",
    "merchant:write",
    body=NewMerchant,
    answer=MerchantAnswer,
)
def put_merchant(
    edge: Edge, body: NewMerchant, shop_id: str, provider: str
) -> tuple[MerchantAnswer, bool]:
    """Enter by which account of a payment provider a shop is paid"""
    merchant, is_new = service.put_merchant(edge.call, shop_id, provider, body)
    return MerchantAnswer(**MerchantAnswer.taken_from(merchant)), is_new

"""Whose credentials a charge is made with, and whose notification it is."""

from chalicelib.domain.charges import ProviderPayment
from chalicelib.providers import Merchant


def of_shop(shop_id: str, provider: str) -> Merchant | None:
    """By whom a shop's buyers may be asked for money now; None without one, or switched off."""
    return None


def of_charge(charge: ProviderPayment) -> Merchant | None:
    """Who knows a charge, also where the shop asks by another one by now."""
    return None


def signed_by(provider: str, public_key_id: str) -> list[Merchant]:
    """Whose provider signs by this key: several shops may have one merchant."""
    return []

"""Whether keys can be a merchant's and its provider's, and how they are kept."""

from contextlib import suppress
from dataclasses import replace

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from chalicelib.domain.errors import Invalid

from .. import Merchant

SMALLEST = 2048
"""Bits of RSA, which the provider's own name for its signatures says."""


def checked(merchant: Merchant) -> Merchant:
    """The merchant with its keys in the form that the library reads, which is not every form in
    which they are sent around. Raises Invalid."""
    errors: list[tuple[str, str, str]] = []
    private, public = _private(merchant.private_key), _public(merchant.public_key)
    if private is None:
        errors.append(
            (
                "private_key",
                "应为商户私钥 apiclient_key.pem 的全文（BEGIN PRIVATE KEY 开头，RSA 2048 位以上）",
                "must be all of apiclient_key.pem, the merchant's private key (RSA, 2048 bits)",
            )
        )
    if public is None:
        errors.append(
            (
                "public_key",
                "应为微信支付公钥 pub_key.pem 的全文（BEGIN PUBLIC KEY 开头），不是商户证书",
                "must be all of pub_key.pem, the provider's public key, not a certificate",
            )
        )
    elif private and private.public_key().public_numbers() == public.public_numbers():
        errors.append(
            (
                "public_key",
                "这是商户自己的公钥；应为商户平台里下载的微信支付公钥",
                "is the merchant's own; it must be the provider's, from the merchant platform",
            )
        )
    if errors or private is None or public is None:
        raise Invalid(*errors)
    pem, plain = Encoding.PEM, NoEncryption()
    return replace(
        merchant,
        private_key=private.private_bytes(pem, PrivateFormat.PKCS8, plain).decode(),
        public_key=public.public_bytes(pem, PublicFormat.SubjectPublicKeyInfo).decode(),
    )


def _private(text: str) -> RSAPrivateKey | None:
    with suppress(ValueError, TypeError, UnsupportedAlgorithm):
        key = load_pem_private_key(text.encode(), None)
        if isinstance(key, RSAPrivateKey) and key.key_size >= SMALLEST:
            return key
    return None


def _public(text: str) -> RSAPublicKey | None:
    with suppress(ValueError, UnsupportedAlgorithm):
        key = load_pem_public_key(text.encode())
        if isinstance(key, RSAPublicKey) and key.key_size >= SMALLEST:
            return key
    return None

#!/usr/bin/env bash
# Package: wechatpayv3 2.0.4 (client of WeChat Pay's API v3), with cryptography 50.0.2, which it uses.
# One would guess: a key file that cryptography and OpenSSL read is read: also one whose lines end as
#   Windows ends them, and an RSA key under its own older heading (BEGIN RSA PRIVATE KEY).
# What happens: unless the text begins with exactly "-----BEGIN PRIVATE KEY-----" and a bare line
#   feed, the heading is put before it once more, and loading fails with "failed to load private
#   key." and no cause. The provider's public key is treated in the same way.
# Who is hurt: a county that pastes or uploads the right file from a Windows machine and looks for
#   the fault in the key. Bring keys into one form (PKCS #8, line feeds) before they are handed over.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check wechatpayv3==2.0.4 cryptography==50.0.2
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from wechatpayv3 import WeChatPay, WeChatPayType

key = generate_private_key(65537, 2048)
public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
usual = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
older = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def outcome(private_key: str, public_key: str) -> str:
    load_pem_private_key(private_key.encode(), None)  # the library beneath reads it
    try:
        WeChatPay(
            WeChatPayType.NATIVE,
            mchid="1900000109",
            private_key=private_key,
            cert_serial_no="5157F09EFDC096DE15EBE81A47057A72",
            appid="wx0123456789abcdef",
            apiv3_key="0" * 32,
            public_key=public_key,
            public_key_id="PUB_KEY_ID_0119000001092026113000",
        )
    except Exception as error:
        return str(error)
    return "loaded"


def windows(pem: str) -> str:
    return pem.replace("\n", "\r\n")


outcomes = {
    "PKCS #8, line feeds": outcome(usual, public),
    "the same, Windows line ends": outcome(windows(usual), public),
    "BEGIN RSA PRIVATE KEY": outcome(older, public),
    "public key, Windows line ends": outcome(usual, windows(public)),
}
print("wechatpayv3", version("wechatpayv3"), "cryptography", version("cryptography"))
for what, came in outcomes.items():
    print(f"{what:30} {came}")
assert list(outcomes.values()) == [
    "loaded",
    "failed to load private key.",
    "failed to load private key.",
    "failed to load public key.",
], "it behaves differently now"
PYTHON

#!/usr/bin/env bash
# Package: wechatpayv3 2.0.4 (client of WeChat Pay's API v3), with requests 2.34.2.
# One would guess: a refund is asked about by the number under which it was requested. The provider
#   allows digits, letters and _ - | * @ in an out_refund_no.
# What happens: `query_refund` signs the path with the number as it is, while requests sends "|" as
#   "%7C": the signature is of another path than the one that arrives. The refund itself, whose
#   number goes in the body, is accepted; only asking about it fails.
# Who is hurt: a shop whose refund numbers join two parts by "|": it refunds, and can never learn
#   whether the money arrived. Use letters, digits and "-" or "_" alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check wechatpayv3==2.0.4 requests==2.34.2 cryptography==50.0.2
"$folder/venv/bin/python" - <<'PYTHON'
import re
import threading
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from wechatpayv3 import WeChatPay, WeChatPayType

key = generate_private_key(65537, 2048)
arrived: list[tuple[str, bool]] = []


class Provider(BaseHTTPRequestHandler):
    """Checks the caller's signature over what arrived, as the provider documents it."""

    def do_GET(self) -> None:
        parts = dict(re.findall(r'(\w+)="([^"]*)"', self.headers["Authorization"]))
        signed = f"GET\n{self.path}\n{parts['timestamp']}\n{parts['nonce_str']}\n\n"
        try:
            key.public_key().verify(b64decode(parts["signature"]), signed.encode(), PKCS1v15(), SHA256())
            arrived.append((self.path, True))
        except InvalidSignature:
            arrived.append((self.path, False))
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


server = HTTPServer(("127.0.0.1", 0), Provider)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = WeChatPay(
    WeChatPayType.NATIVE,
    mchid="1900000109",
    private_key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    cert_serial_no="5157F09EFDC096DE15EBE81A47057A72",
    appid="wx0123456789abcdef",
    apiv3_key="0" * 32,
    public_key=key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    public_key_id="PUB_KEY_ID_0119000001092026113000",
)
client._core._gate_way = f"http://127.0.0.1:{server.server_port}"
print("wechatpayv3", version("wechatpayv3"), "requests", version("requests"))
for number in ("R20261130-1", "R20261130_1", "R20261130*1", "R20261130@1", "R20261130|1"):
    client.query_refund(out_refund_no=number)
    path, good = arrived[-1]
    print(f"{number:12} arrives as {path.rpartition('/')[2]:14} signature", "right" if good else "WRONG")
assert [good for _, good in arrived] == [True] * 4 + [False], "it behaves differently now"
PYTHON

"""The sandbox's keys, and what is signed and sealed by them: as the provider does it, without the
code that the adapter does it by."""

import base64
import json
import re
import secrets
import time
from dataclasses import asdict, dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

SIGNED_AS = "WECHATPAY2-SHA256-RSA2048"
_FIELDS = ("mchid", "nonce_str", "signature", "timestamp", "serial_no")
_LATEST_SECONDS = 300


@dataclass(frozen=True)
class Keys:
    """A merchant as the provider knows it, with the merchant's own half, which only a sandbox has.

    own: the merchant's private key. platform: the provider's, that it signs with for this merchant.
    """

    mchid: str
    appid: str
    serial_no: str
    public_key_id: str
    apiv3_key: str
    own: str
    platform: str
    app_secret: str = ""

    @classmethod
    def new(cls, mchid: str) -> "Keys":
        return cls(
            mchid=mchid,
            appid=f"wx{secrets.token_hex(8)}",
            serial_no=secrets.token_hex(20).upper(),
            public_key_id=f"PUB_KEY_ID_0{mchid}2026{secrets.randbelow(10**14):014}",
            apiv3_key=secrets.token_hex(16),
            own=_pem(generate_private_key(65_537, 2048)),
            platform=_pem(generate_private_key(65_537, 2048)),
            app_secret=secrets.token_hex(16),
        )

    @property
    def entered(self) -> dict[str, str]:
        """What a county enters of it, but for where the sandbox is asked."""
        public = _key(self.platform).public_key()
        return {
            "mchid": self.mchid,
            "appid": self.appid,
            "serial_no": self.serial_no,
            "private_key": self.own,
            "apiv3_key": self.apiv3_key,
            "public_key_id": self.public_key_id,
            "public_key": public.public_bytes(
                Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
            ).decode(),
            **({"app_secret": self.app_secret} if self.app_secret else {}),
        }

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def _pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@lru_cache(32)
def _key(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    return key


def signed(keys: Keys, body: bytes, *, at: float | None = None) -> dict[str, str]:
    """The headers that sign an answer or a notification. at: another time than now."""
    timestamp, nonce = str(int(time.time() if at is None else at)), secrets.token_hex(16)
    text = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
    signature = _key(keys.platform).sign(text, PKCS1v15(), SHA256())
    return {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": keys.public_key_id,
        "Wechatpay-Signature": base64.b64encode(signature).decode(),
        "Wechatpay-Signature-Type": SIGNED_AS,
    }


def authorization(header: str) -> dict[str, str] | None:
    """The fields of an Authorization header; None if it has others, or another kind."""
    kind, _, rest = header.partition(" ")
    fields = dict(re.findall(r'(\w+)="([^"]*)"', rest))
    return fields if kind == SIGNED_AS and set(fields) == set(_FIELDS) else None


def is_signed(keys: Keys, fields: dict[str, str], method: str, path: str, body: bytes) -> bool:
    """Whether the merchant asked for this, just now."""
    if fields["serial_no"] != keys.serial_no or not fields["timestamp"].isdecimal():
        return False
    if abs(time.time() - int(fields["timestamp"])) > _LATEST_SECONDS:
        return False
    head = f"{method}\n{path}\n{fields['timestamp']}\n{fields['nonce_str']}\n".encode()
    try:
        _key(keys.own).public_key().verify(
            base64.b64decode(fields["signature"]), head + body + b"\n", PKCS1v15(), SHA256()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def sealed(keys: Keys, content: dict[str, object], kind: str) -> dict[str, str]:
    """The resource of a notification."""
    nonce = secrets.token_hex(6)
    text = json.dumps(content, ensure_ascii=False).encode()
    box = AESGCM(keys.apiv3_key.encode()).encrypt(nonce.encode(), text, kind.encode())
    return {
        "original_type": kind,
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(box).decode(),
        "associated_data": kind,
        "nonce": nonce,
    }

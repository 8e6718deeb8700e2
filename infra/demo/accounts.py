"""The demo's three accounts, and the two files that a newcomer reads.

The passwords are written before the accounts are made and read again by a second start, so that
file and accounts never differ.
"""

import json
import os
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

from chalicelib.config import CommandRefused
from chalicelib.domain.access import Actor, Call
from chalicelib.domain.accounts import NewAccount
from chalicelib.domain.errors import Refusal
from chalicelib.services import accounts

from .catalogue import SHOP, VILLAGES
from .clock import uid

ACCOUNTS_FILE = "demo-accounts.json"
LINKS_FILE = "demo-links.json"

Who = Literal["county", "cadre", "seller"]
NAMES: dict[Who, str] = {"county": "县乡村振兴办", "cadre": "驻村工作队", "seller": "联播店客服"}
ALL_VILLAGES = tuple(uid(f"village/{name}") for name in VILLAGES)


@dataclass(frozen=True)
class Cast:
    """Who acts in the story. The cadre looks after all villages, the shop sells for all."""

    county: Actor
    cadre: Actor
    seller: Actor


def _actor(who: Who, **scope: Any) -> Actor:
    return Actor(id=uid(f"account/{who}"), role=who, username=who, name=NAMES[who], **scope)


CAST = Cast(
    county=_actor("county"),
    cadre=_actor("cadre", village_ids=ALL_VILLAGES),
    seller=_actor("seller", village_ids=ALL_VILLAGES, shop_id=SHOP),
)


def write(path: Path, content: object) -> None:
    """Whole or not at all, and for the owner's eyes only."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def passwords(folder: Path, whom: Collection[Who] = tuple(NAMES)) -> dict[Who, str]:
    """From the file; who is not in it yet is added first."""
    path = folder / ACCOUNTS_FILE
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if new := [who for who in whom if who not in kept]:
        kept |= {who: {"username": who, "password": secrets.token_urlsafe(12)} for who in new}
        write(path, kept)
    return {who: kept[who]["password"] for who in whom}


def is_open(who: Who) -> bool:
    try:
        accounts.account(uid(f"account/{who}"))
    except Refusal:
        return False
    return True


def open_account(who: Who, password: str, now: datetime) -> None:
    """Raises Refused when the account is there already and its password is not the file's."""
    actor: Actor = getattr(CAST, who)
    body = NewAccount(
        username=who,
        password=SecretStr(password),
        role=who,
        name=actor.name,
        village_ids=list(actor.village_ids) if who == "cadre" else [],
        shop_id=actor.shop_id,
    )
    try:
        accounts.put(Call(CAST.county, now), actor.id, body)
    except Refusal as refusal:
        raise CommandRefused(
            f"The demo account {who} exists, and {ACCOUNTS_FILE} does not hold its password:"
            " start with SHANHUO_DEMO=0, or with another data folder and table."
        ) from refusal

"""The ring of master keys: what a rotation leaves readable, and whom it shuts out."""

import base64
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from chalicelib import config
from chalicelib.config import CommandRefused, ring
from chalicelib.domain.access import Actor, Call
from chalicelib.domain.accounts import Credentials
from chalicelib.domain.errors import Refusal
from chalicelib.repositories import photos
from chalicelib.repositories.sealing import (
    access_key,
    derived_id,
    seal,
    seal_bytes,
    seal_for_url,
    unseal,
    unseal_bytes,
    unseal_from_url,
)
from chalicelib.services import accounts
from tests.books import Books
from tests.busy_clients import BusyClients
from tests.world import World

OWNER = "ORDER#1"


class Keys:
    """The process's own keys, and others after each `add`."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch
        self.all = [self.new()]
        self.use(*self.all)

    @staticmethod
    def new() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    def use(self, *keys: str) -> None:
        """As a process that starts now."""
        self.patch.setenv("SHANHUO_SECRET", " ".join(keys))
        ring.cache_clear()

    def add(self) -> None:
        self.all.append(self.new())
        self.use(*self.all)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keys]:
    yield Keys(monkeypatch)
    monkeypatch.undo()
    ring.cache_clear()


def test_what_was_sealed_names_its_key_and_stays_readable_after_rotations(keys: Keys) -> None:
    text, link, raw = seal("顾小满", OWNER), seal_for_url("一", OWNER), seal_bytes(b"rows", OWNER)
    assert text.partition(".")[0] == next(iter(ring().named("seal")))
    for _ in range(3):
        keys.add()
        assert unseal(text, OWNER) == "顾小满"
        assert unseal_from_url(link, OWNER) == "一"
        assert unseal_bytes(raw, OWNER) == b"rows"
        assert seal("顾小满", OWNER).partition(".")[0] == list(ring().named("seal"))[-1]


def test_what_was_sealed_before_keys_had_names_is_of_the_first(keys: Keys) -> None:
    nonce = bytes(12)
    sealed = nonce + AESGCM(ring().lasting("seal")).encrypt(nonce, b"old", OWNER.encode())
    keys.add()
    assert unseal(base64.b64encode(sealed).decode(), OWNER) == "old"
    assert unseal_bytes(sealed, OWNER) == b"old"


def test_a_name_that_nobody_knows_opens_nothing(keys: Keys) -> None:
    text, link = seal("x", OWNER), seal_for_url("x", OWNER)
    keys.use(keys.new())
    with pytest.raises(InvalidTag):
        unseal(text, OWNER)
    assert unseal_from_url(link, OWNER) is None
    assert unseal_from_url("nonsense.AAAA", OWNER) is None


def test_ids_and_buyers_keys_stay_what_they_are(keys: Keys) -> None:
    before = derived_id("customer", "shop", "13800000000"), access_key("order", "1")
    keys.add()
    assert (derived_id("customer", "shop", "13800000000"), access_key("order", "1")) == before


def signed_in() -> str:
    given = Credentials(username=NAME, password=SecretStr(PASSWORD))
    return accounts.sign_in(CALL, given, "192.0.2.1")[0]


NOW = datetime.now(UTC)
CALL = Call(Actor(id="nobody"), NOW)
NAME = "county-office"
PASSWORD = ""


@pytest.fixture
def account(keys: Keys, table: None, monkeypatch: pytest.MonkeyPatch) -> None:
    password, is_new = accounts.open_county(NAME, NOW)
    assert is_new
    monkeypatch.setattr(f"{__name__}.PASSWORD", password)


def test_a_session_outlives_one_rotation_and_ends_with_the_second(
    keys: Keys, account: None
) -> None:
    session = signed_in()
    keys.add()
    assert accounts.actor_of(session, NOW.timestamp()).username == NAME
    newer = signed_in()
    keys.add()
    assert accounts.actor_of(newer, NOW.timestamp()).username == NAME
    with pytest.raises(Refusal, match="unauthenticated"):
        accounts.actor_of(session, NOW.timestamp())


def test_a_link_outlives_one_rotation_and_ends_with_the_second(keys: Keys) -> None:
    link = photos.link_signature("PUT", "p", int(NOW.timestamp()) + 900)
    keys.add()
    assert photos.signature_holds("PUT", "p", link, NOW)
    assert not photos.signature_holds("GET", "p", link, NOW)
    keys.add()
    assert not photos.signature_holds("PUT", "p", link, NOW)


def test_a_process_that_ran_before_a_rotation_reads_the_ring_again(
    keys: Keys, account: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process already seals and signs with a key that this one has not seen."""
    old = ring()
    keys.add()
    sealed, session = seal("顾小满", OWNER), signed_in()
    link = photos.link_signature("PUT", "p", int(NOW.timestamp()) + 900)

    def as_before() -> None:
        ring.cache_clear()
        monkeypatch.setenv("SHANHUO_SECRET", keys.all[0])
        assert ring().keys == old.keys
        monkeypatch.setenv("SHANHUO_SECRET", " ".join(keys.all))
        monkeypatch.setattr(config, "AGAIN_SECONDS", -1)

    as_before()
    assert unseal(sealed, OWNER) == "顾小满"
    as_before()
    assert accounts.actor_of(session, NOW.timestamp()).username == NAME
    as_before()
    assert photos.signature_holds("PUT", "p", link, NOW)


def test_the_ring_is_not_read_again_for_every_forgery(keys: Keys) -> None:
    before = ring()
    for _ in range(3):
        assert not photos.signature_holds("PUT", "p", "99999999999.0", NOW)
    assert ring() is before


@pytest.mark.parametrize("given", ["no base64!", "c2hvcnQ=", " "])
def test_keys_that_are_none_stop_the_start_with_a_sentence(keys: Keys, given: str) -> None:
    keys.use(keys.new(), given) if given.strip() else keys.use(given)
    with pytest.raises(CommandRefused, match="SHANHUO_SECRET"):
        ring()


def test_a_county_account_gets_a_new_password_and_another_role_does_not(account: None) -> None:
    session = signed_in()
    password, is_new = accounts.open_county(NAME, NOW)
    assert (is_new, password == PASSWORD) == (False, False)
    with pytest.raises(Refusal, match="unauthenticated"):
        accounts.actor_of(session, NOW.timestamp())


def test_a_rotation_under_load_ends_no_session_and_loses_nothing(keys: Keys, server: str) -> None:
    """16 clients at work keep their tokens, buyers their keys, upload links their signatures."""
    busy = BusyClients(World(server), 5)
    busy.work(112, midway=keys.add)
    busy.work(48)
    busy.finish()
    busy.check(Books.read())

"""The signature of a request: botocore's, byte for byte. Whose keys make it."""

from datetime import UTC, datetime
from unittest.mock import patch

import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from botocore.exceptions import NoCredentialsError
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.wire.signing import Credentials, Signer, credentials

VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=60)
SPACED = st.lists(VISIBLE, min_size=1, max_size=4).flatmap(
    lambda words: st.sampled_from([" ", "  ", "\t "]).map(lambda gap: gap.join(words))
)
WHOSE = st.builds(Credentials, VISIBLE, VISIBLE, st.none() | VISIBLE)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
KEYS = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"


@settings(max_examples=2000)
@given(
    service=NAMES,
    region=NAMES,
    host=NAMES,
    values=st.dictionaries(NAMES.map("X-Amz-{}".format), SPACED, max_size=3),
    body=st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode()),
    whose=WHOSE,
    at=MOMENTS,
)
def test_a_signature_is_botocores(
    service: str,
    region: str,
    host: str,
    values: dict[str, str],
    body: bytes,
    whose: Credentials,
    at: datetime,
) -> None:
    headers = {"Host": host, "Content-Type": "application/x-amz-json-1.0", **values}
    request = AWSRequest("POST", f"https://{host}/", headers, body)
    with patch("botocore.auth.get_current_datetime", lambda: at):
        SigV4Auth(BotocoreCredentials(*whose), service, region).add_auth(request)
    signed = Signer(service, region).sign(headers, body, whose, at.timestamp())
    assert signed == dict(request.headers.items())


def test_a_day_and_a_key_that_were_changed_are_noticed() -> None:
    signer, noon = Signer("dynamodb", "cn-north-1"), datetime(2026, 11, 30, 12, tzinfo=UTC)
    made = [
        signer.sign({"Host": "a"}, b"", Credentials("a", secret), noon.timestamp() + later)
        for later in (0, 86_400, 0)
        for secret in ("old", "new", "old")
    ]
    alone = [
        Signer("dynamodb", "cn-north-1").sign({"Host": "a"}, b"", Credentials("a", secret), at)
        for at in (noon.timestamp(), noon.timestamp() + 86_400, noon.timestamp())
        for secret in ("old", "new", "old")
    ]
    assert made == alone


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (*KEYS, "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    return monkeypatch


def test_keys_of_the_environment_need_nothing_else(environment: pytest.MonkeyPatch) -> None:
    for name, value in zip(KEYS, ("key", "secret", "token"), strict=True):
        environment.setenv(name, value)
    with patch.object(botocore.session, "get_session", side_effect=AssertionError):
        assert credentials()() == ("key", "secret", "token")


def test_keys_that_botocore_renews_are_asked_for_each_time(
    environment: pytest.MonkeyPatch,
) -> None:
    kept = BotocoreCredentials("first", "secret", "token")
    with patch.object(botocore.session.Session, "get_credentials", lambda _: kept):
        whose = credentials()
    assert whose() == ("first", "secret", "token")
    kept.access_key = "second"
    assert whose() == ("second", "secret", "token")


def test_who_has_no_keys_is_told_so(environment: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoCredentialsError):
        credentials()

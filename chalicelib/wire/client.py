"""A client of AWS's services that speak JSON: botocore's work for a fraction of its CPU.

It sends a request again when the fault may pass, refuses an answer that was damaged on its way, and
raises botocore's own exceptions.
"""

import json
import os
import random
import select
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import botocore
from botocore import exceptions
from botocore.retries.quota import RetryQuota

from .signing import Credentials, Signer

TRIES = 3
_FIRST_PAUSE = 0.05
"""Seconds at most; each later one twice as long (as AWS's SDKs do for DynamoDB)."""
_TRY_COST = 5
"""What a second or third try takes of the 500 tokens that all threads share. So a store that is
away is not asked three times by everybody (AWS SDKs Reference Guide, "Retry behavior")."""
_MOST_IDLE = 64
_LONGEST_LINE, _MOST_HEADERS = 65_536, 100
_PORTS = {"http": 80, "https": 443}
_FAR_OFF = 240
"""Seconds between two clocks: AWS refuses a signature that is five minutes old."""
_WRONG_TIME = {"InvalidSignatureException", "RequestExpired", "SignatureDoesNotMatch"}
_PASSING = {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestTimeout"}
_PASSING |= {"RequestLimitExceeded", "TransactionInProgressException", "LimitExceededException"}


class Service(NamedTuple):
    """How a service is addressed.

    name: as in addresses and signatures. target: stands before an operation's name. version: of
    its JSON. variable: the environment's, that may name another address than AWS's (as for all of
    AWS's SDKs).
    """

    name: str
    target: str
    version: str
    variable: str

    def url(self, region: str) -> str:
        """Regions in China are a partition of their own."""
        partition = ".cn" if region.startswith("cn-") else ""
        elsewhere = os.environ.get(self.variable) or os.environ.get("AWS_ENDPOINT_URL")
        return elsewhere or f"https://{self.name}.{region}.amazonaws.com{partition}"


DYNAMODB = Service("dynamodb", "DynamoDB_20120810", "1.0", "AWS_ENDPOINT_URL_DYNAMODB")
SECRETS_MANAGER = Service(
    "secretsmanager", "secretsmanager", "1.1", "AWS_ENDPOINT_URL_SECRETS_MANAGER"
)


class Answer(NamedTuple):
    """What came back. headers: by their names in small letters."""

    status: int
    headers: dict[str, str]
    content: bytes


class Wire:
    """The connections to one service at one address, for all threads of a process."""

    _request_signer = None
    """PynamoDB looks at a client's, to see whether its credentials went missing."""

    def __init__(
        self,
        service: Service,
        region: str,
        whose: Callable[[], Credentials],
        url: str | None = None,
        *,
        connect_seconds: float = 1,
        read_seconds: float = 3,
        headers: dict[str, str] | None = None,
    ) -> None:
        """whose: gives the credentials of the moment. url: the service's, if it is not AWS's own.
        headers: sent with each request, unsigned."""
        self.url = url or service.url(region)
        address = urlsplit(self.url)
        content_type = f"application/x-amz-json-{service.version}"
        self._target = service.target
        self._signed = {"Content-Type": content_type, "Host": address.netloc}
        self._unsigned = {"User-Agent": "shanhuo", **(headers or {})}
        self._signer = Signer(service.name, region)
        self._whose = whose
        self._seconds = connect_seconds, read_seconds
        self._place = str(address.hostname), address.port or _PORTS[address.scheme]
        self._trusting = _trusting() if address.scheme == "https" else None
        self._idle: list[socket.socket] = []
        self._quota = RetryQuota()
        self._clock_offset = 0.0

    def call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """The answer to one operation. Raises ClientError, with the answer as botocore has it, and
        BotoCoreError.
        """
        if operation == "TransactWriteItems":  # done once, however often it arrives
            parameters = {"ClientRequestToken": str(uuid4()), **parameters}
        body = json.dumps(parameters, separators=(",", ":")).encode()
        tried = 0
        while True:
            tried += 1
            try:
                answer = self._read(operation, self.exchange(operation, body))
            except (exceptions.ClientError, exceptions.BotoCoreError) as error:
                again = tried < TRIES and self._may_pass(error)
                if not again or not self._quota.acquire(_TRY_COST):
                    raise
            else:
                self._quota.release(_TRY_COST if tried > 1 else 1)
                return answer
            pause(random.uniform(0, _FIRST_PAUSE * 2 ** (tried - 1)))  # noqa: S311

    _make_api_call = call
    """What PynamoDB calls: the seam where botocore's client would stand."""

    def exchange(self, operation: str, body: bytes) -> Answer:
        """One request and what came back. Raises BotoCoreError where nothing did."""
        to_sign = {**self._signed, "X-Amz-Target": f"{self._target}.{operation}"}
        signed = self._signer.sign(to_sign, body, self._whose(), time.time() + self._clock_offset)
        headers = signed | self._unsigned | {"Content-Length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection = self._connection()
        try:
            # both at once: the other side wakes but once for it
            connection.sendall(f"POST / HTTP/1.1\r\n{head}\r\n".encode() + body)
            answer = _answer(connection)
        except TimeoutError as error:
            connection.close()
            raise exceptions.ReadTimeoutError(endpoint_url=self.url, error=error) from error
        except (OSError, ValueError, LookupError) as error:
            connection.close()
            raise exceptions.ConnectionClosedError(endpoint_url=self.url, error=error) from error
        if len(self._idle) < _MOST_IDLE and answer.headers.get("connection") != "close":
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    def close(self) -> None:
        """End the connections that wait; it can be asked again."""
        while self._idle:
            self._idle.pop().close()

    def _connection(self) -> socket.socket:
        """The last one that was kept, unless the server has ended it meanwhile, or a new one."""
        while self._idle:
            try:
                kept = self._idle.pop()
            except IndexError:  # another thread took the last one
                break
            if not _has_news(kept):
                return kept
            kept.close()
        connect_seconds, read_seconds = self._seconds
        try:
            new = socket.create_connection(self._place, connect_seconds)
            new.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._trusting:
                new = self._trusting.wrap_socket(new, server_hostname=self._place[0])
        except OSError as error:
            late = isinstance(error, TimeoutError)
            kind = exceptions.ConnectTimeoutError if late else exceptions.EndpointConnectionError
            raise kind(endpoint_url=self.url, error=error) from error
        new.settimeout(read_seconds)
        return new

    def _read(self, operation: str, answer: Answer) -> dict[str, Any]:
        actual = str(zlib.crc32(answer.content))
        expected = answer.headers.get("x-amz-crc32", actual)
        if expected != actual:
            raise exceptions.ChecksumError(
                checksum_type="crc32", expected_checksum=expected, actual_checksum=actual
            )
        try:
            content = json.loads(answer.content)
        except ValueError:
            content = None
        if not isinstance(content, dict):  # a gateway's page, or nothing
            if answer.status < 300:
                raise exceptions.ConnectionClosedError(endpoint_url=self.url)
            content = {}
        if answer.status < 300:
            return content
        code = str(content.get("__type") or answer.status).rpartition("#")[2]
        message = content.get("message") or content.get("Message") or ""
        metadata = {"HTTPStatusCode": answer.status, "HTTPHeaders": answer.headers}
        content |= {"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}
        raise exceptions.ClientError(content, operation)

    def _may_pass(self, error: Exception) -> bool:
        """Whether the next try may have a better answer."""
        if not isinstance(error, exceptions.ClientError):
            return True
        code, metadata = error.response["Error"]["Code"], error.response["ResponseMetadata"]
        if code in _WRONG_TIME:
            return self._set_clock(metadata["HTTPHeaders"].get("date", ""))
        return code in _PASSING or metadata["HTTPStatusCode"] >= 500

    def _set_clock(self, date: str) -> bool:
        """Sign by the server's clock from now on, if this machine's is so far off that signatures
        are refused. True if it was."""
        try:
            offset = parsedate_to_datetime(date).timestamp() - time.time()
        except ValueError:
            return False
        wrong = abs(offset - self._clock_offset) > _FAR_OFF
        self._clock_offset = offset if wrong else self._clock_offset
        return wrong


def _answer(connection: socket.socket) -> Answer:
    """Read one answer. Raises ValueError for what is no HTTP or was cut off, and LookupError for an
    answer without a length, which is a gateway's: AWS gives each answer's length.

    `http.client` would do, but takes twice the CPU of signing a request.
    """
    with connection.makefile("rb") as stream:
        status = int(stream.readline(_LONGEST_LINE).split(None, 2)[1])
        headers = {}
        for _ in range(_MOST_HEADERS):
            name, colon, value = stream.readline(_LONGEST_LINE).decode("latin-1").partition(":")
            if not colon:
                break
            headers[name.lower()] = value.strip()
        length = int(headers["content-length"])
        content = stream.read(length)
    if len(content) < length:
        raise ValueError("cut off")
    return Answer(status, headers, content)


def _has_news(connection: socket.socket) -> bool:
    """Whether a waiting connection has something to read: that can only be its end."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def _trusting() -> ssl.SSLContext:
    """The certificates that this machine trusts; botocore's own where it has none."""
    context = ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE"))
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(Path(botocore.__file__).with_name("cacert.pem"))
    return context


def pause(seconds: float) -> None:
    time.sleep(seconds)

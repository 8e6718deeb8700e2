"""The local HTTP server, as HTTP clients see it: a tiny app behind a real socket."""

import gzip
import http.client
import os
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from chalice.app import MultiDict, Request, Response

from chalicelib.api.edge.application import Application
from infra import connection as connections
from infra.connection import BODY_LIMIT, PHOTO_LIMIT
from infra.server import HOST, Server
from tests.waits import LONG_WAIT

HEAD = b"POST /echo/x HTTP/1.1\r\nHost: x\r\n"
PICTURE = b"\x89PNG\r\n"
LONG = {"page": "text/html; charset=utf-8", "data": "application/json", "picture": "image/png"}
ANY = ["*/*"]


def tiny_app(at_work: threading.Event | None = None) -> Application:
    """at_work: set by /slow, which has then been asked and has not answered yet."""
    app = Application(app_name="tiny")

    def current() -> Request:
        assert app.current_request
        return app.current_request

    @app.route("/plain")
    def plain() -> dict[str, Any]:
        return {"from": current().context["identity"]["sourceIp"]}

    @app.route("/echo/{name}", methods=["POST", "PUT"], content_types=ANY)
    def echo(name: str) -> dict[str, Any]:
        request = current()
        query = request.query_params or MultiDict({})
        return {
            "name": name,
            "size": len(request.raw_body),
            "query": {key: query.getlist(key) for key in query},
            "accept": request.headers.get("accept"),
        }

    @app.route("/photos/{name}", methods=["PUT"], content_types=ANY)
    def photo(name: str) -> dict[str, int]:
        return {"size": len(current().raw_body)}

    @app.route("/long/{kind}")
    def long(kind: str) -> Response:
        content = b"x" * 2000 if kind == "picture" else "货" * 2000
        return Response(content, headers={"Content-Type": LONG[kind]})

    @app.route("/picture")
    def picture() -> Response:
        return Response(PICTURE, headers={"Content-Type": "image/png"})

    @app.route("/cookies")
    def cookies() -> Response:
        return Response("ok", headers={"Content-Type": "text/html", "Set-Cookie": ["a=1", "b=2"]})

    @app.route("/slow/{name}")
    def slow(name: str) -> dict[str, str]:
        if at_work:
            at_work.set()
        time.sleep(0.3)
        return {"path": name, "request": (current().uri_params or {})["name"]}

    return app


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of a server that reads the rest of a body by its bytes alone: how many seconds it takes to
    send it is the machine's affair."""
    server = Server(HOST, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections, "DRAIN_SECONDS", LONG_WAIT)
        patch.setattr(connections, "DRAIN_PAUSE_SECONDS", LONG_WAIT)
        with server.running(tiny_app()):
            yield server.port


@pytest.fixture
def url(port: int) -> str:
    return f"http://{HOST}:{port}"


def raw(port: int, request: bytes) -> tuple[int, bytes]:
    """Status and body of the answer to these bytes; (0, b"") when the connection just closes."""
    with socket.create_connection((HOST, port), timeout=LONG_WAIT) as connection:
        connection.sendall(request)
        answer = b""
        while data := connection.recv(65_536):
            answer += data
    head, _, body = answer.partition(b"\r\n\r\n")
    return (int(head.split()[1]), body) if head else (0, b"")


def code_of(response: requests.Response) -> str:
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert response.json()["status"] == response.status_code
    code: str = response.json()["code"]
    return code


def test_the_client_address_reaches_the_app(url: str) -> None:
    assert requests.get(f"{url}/plain", timeout=LONG_WAIT).json() == {"from": HOST}


@pytest.mark.parametrize(
    "path", ["/", "/nope", "/plain/more", "/echo/", "/%ff%00/%", "/plain;x", "/%2e%2e/etc"]
)
def test_an_unknown_address_is_not_found(url: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}):
        answer = requests.get(url + path, headers=headers, timeout=LONG_WAIT)
        assert (answer.status_code, code_of(answer)) == (404, "not_found")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_trailing_slash_is_tolerated(url: str) -> None:
    assert requests.get(f"{url}/plain/", timeout=LONG_WAIT).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PATCH", "TRACE", "BREW"])
def test_another_method_is_refused_with_those_allowed(url: str, method: str) -> None:
    answer = requests.request(method, f"{url}/plain", timeout=LONG_WAIT)
    assert (answer.status_code, code_of(answer)) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_head_is_get_without_its_body(url: str) -> None:
    got, head = (
        requests.get(f"{url}/plain", timeout=LONG_WAIT),
        requests.head(f"{url}/plain", timeout=LONG_WAIT),
    )
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(got.content))
    assert requests.head(f"{url}/nope", timeout=LONG_WAIT).status_code == 404


def test_options_tells_what_is_allowed(url: str) -> None:
    answer = requests.options(f"{url}/echo/x", timeout=LONG_WAIT)
    assert (answer.status_code, answer.headers["Allow"]) == (204, "OPTIONS, POST, PUT")
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("accept", [None, "", "*/*", "image/*", "image/png", "text/html"])
def test_a_picture_comes_whatever_is_accepted(url: str, accept: str | None) -> None:
    with requests.Session() as session:
        answer = session.get(f"{url}/picture", headers={"Accept": accept}, timeout=LONG_WAIT)  # type: ignore[dict-item]
    assert (answer.status_code, answer.content) == (200, PICTURE)
    assert answer.headers["Content-Type"] == "image/png"


def test_what_a_client_accepts_still_comes_first(url: str) -> None:
    answer = requests.post(
        f"{url}/echo/x", headers={"Accept": "application/json"}, timeout=LONG_WAIT
    )
    assert answer.json()["accept"].startswith("application/json,")


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        *(("gzip", True), ("br, GZIP ;q=0.5, *;q=0", True), ("*", True), ("gzip;q=1", True)),
        *(("gzip;q=0", False), ("gzip; q=0.000, br", False), ("br", False), ("", False)),
        *(("gzipped", False), (";q=,,", False)),
    ],
)
def test_a_page_is_packed_for_whoever_takes_it(port: int, accepted: str, packed: bool) -> None:
    for kind, encoding in (("page", packed), ("data", packed), ("picture", False)):
        connection = http.client.HTTPConnection(HOST, port, timeout=LONG_WAIT)
        connection.request("GET", f"/long/{kind}", headers={"Accept-Encoding": accepted})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        assert answer.getheader("Content-Encoding") == ("gzip" if encoding else None)
        assert answer.getheader("Vary") == (None if kind == "picture" else "Accept-Encoding")
        whole = gzip.decompress(content) if encoding else content
        assert whole == (b"x" * 2000 if kind == "picture" else "货".encode() * 2000)


def test_two_cookies_are_two_headers(port: int) -> None:
    connection = http.client.HTTPConnection(HOST, port, timeout=LONG_WAIT)
    connection.request("GET", "/cookies")
    answer = connection.getresponse()
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    connection.close()


def test_paths_and_queries_arrive_as_they_were_sent(url: str, port: int) -> None:
    answer = requests.post(f"{url}/echo/a%2Fb?k=1&k=%E6%A2%A8&empty", timeout=LONG_WAIT)
    assert answer.json()["name"] == "a%2Fb"
    assert answer.json()["query"] == {"k": ["1", "梨"], "empty": [""]}
    status, body = raw(
        port, "POST /echo/你 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    )
    assert (status, b"%E4%BD%A0" in body) == (200, True)


@pytest.mark.parametrize("above", [1, 4_000_000, 40_000_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_the_client_of_too_large_a_body_sees_why(url: str, above: int, chunked: bool) -> None:
    for method, path, limit in (
        ("POST", "/echo/x", BODY_LIMIT),
        ("PUT", "/photos/x", PHOTO_LIMIT),
        ("POST", "/nope", BODY_LIMIT),
    ):
        body = bytes(limit + above)
        data = iter([body[: limit // 2], body[limit // 2 :]]) if chunked else body
        answer = requests.request(method, url + path, data=data, timeout=LONG_WAIT)
        assert (answer.status_code, code_of(answer)) == (413, "body_too_large")
        assert answer.json()["limit_bytes"] == limit


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_exactly_the_limit_is_taken(url: str, chunked: bool) -> None:
    for method, path, limit in (
        ("POST", "/echo/x", BODY_LIMIT),
        ("PUT", "/photos/x", PHOTO_LIMIT),
    ):
        data = iter([bytes(limit)]) if chunked else bytes(limit)
        headers = {"Content-Type": "image/jpeg"}
        answer = requests.request(method, url + path, data=data, headers=headers, timeout=LONG_WAIT)
        assert (answer.status_code, answer.json()["size"]) == (200, limit)


@pytest.mark.parametrize("how", [[], ["-H", "Expect:"], ["-H", "Transfer-Encoding: chunked"]])
def test_curl_sees_why_too(url: str, how: list[str], tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    (tmp_path / "body").write_bytes(bytes(10_000_000))
    command = ["curl", "-sS", "-m", str(LONG_WAIT), "--data-binary", f"@{tmp_path / 'body'}", *how]
    done = subprocess.run([*command, f"{url}/echo/x"], capture_output=True, check=True)
    assert b"body_too_large" in done.stdout


def test_a_body_declared_too_large_is_refused_before_it_is_sent(port: int) -> None:
    head = HEAD + b"Content-Length: 9999999\r\nExpect: 100-continue\r\n\r\n"
    assert raw(port, head)[0] == 413


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"
GET = b"GET /plain HTTP/1.1\r\nHost: x\r\n"
NO_REQUEST: dict[str, bytes] = {
    # the request line
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    "a method alone": b"GET\r\n\r\n",
    "no version": b"GET /plain\r\nHost: x\r\n\r\n",
    "no such version": b"GET /plain HTTP/9.9\r\nHost: x\r\n\r\n",
    "a version that is none": b"GET /plain HTTP/x\r\nHost: x\r\n\r\n",
    "two spaces": b"GET  /plain HTTP/1.1\r\nHost: x\r\n\r\n",
    "a tab": b"GET\t/plain\tHTTP/1.1\r\nHost: x\r\n\r\n",
    "a target with a space": b"GET /plain x HTTP/1.1\r\nHost: x\r\n\r\n",
    "a target with NUL": b"GET /pl\0ain HTTP/1.1\r\nHost: x\r\n\r\n",
    "a method with a colon": b"GET: /plain HTTP/1.1\r\nHost: x\r\n\r\n",
    "a long target": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a broken absolute target": b"GET http://[/plain HTTP/1.1\r\nHost: x\r\n\r\n",
    "an absolute target of another kind": b"GET ftp://x/plain HTTP/1.1\r\nHost: x\r\n\r\n",
    "an absolute target with a name in it": b"GET http://a@x/plain HTTP/1.1\r\nHost: x\r\n\r\n",
    "a target without a slash": b"GET plain HTTP/1.1\r\nHost: x\r\n\r\n",
    "a tunnel": b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a fragment": b"GET /plain#x HTTP/1.1\r\nHost: x\r\n\r\n",
    # ends of lines
    "LF ends the request line": b"GET /plain HTTP/1.1\nHost: x\r\n\r\n",
    "LF ends a header": GET + b"A: b\nC: d\r\n\r\n",
    "LF ends the head": GET + b"A: b\r\n\n",
    "CR ends a header": GET + b"A: b\rContent-Length: 5\r\n\r\n",
    "CR ends the request line": b"GET /plain HTTP/1.1\rHost: x\r\n\r\n",
    "CR CR LF": GET + b"A: b\r\r\n\r\n",
    "two empty lines first": b"\r\n\r\n" + GET + b"\r\n",
    # headers
    "no colon": GET + b"this is no header\r\n\r\n",
    "no name": GET + b": b\r\n\r\n",
    "a space before the colon": GET + b"Content-Length : 5\r\n\r\n",
    "a tab before the colon": GET + b"Content-Length\t: 5\r\n\r\n",
    "a space before the name": b"GET /plain HTTP/1.1\r\n Host: x\r\n\r\n",
    "folded": GET + b"X: folded\r\n over two lines\r\n\r\n",
    "folded by a tab": GET + b"X: folded\r\n\tover two lines\r\n\r\n",
    "NUL in a value": GET + b"A: b\0c\r\n\r\n",
    "a control in a value": GET + b"A: b\x1bc\r\n\r\n",
    "DEL in a value": GET + b"A: b\x7fc\r\n\r\n",
    "NUL in a name": GET + b"A\0: b\r\n\r\n",
    "Chinese in a name": GET + "名: b\r\n\r\n".encode(),
    "a bracket in a name": GET + b"A[: b\r\n\r\n",
    "too many": GET + b"A: b\r\n" * 200 + b"\r\n",
    "too long": GET + b"A: " + b"b" * 70_000 + b"\r\n\r\n",
    "too long together": GET + (b"A: " + b"b" * 7_000 + b"\r\n") * 10 + b"\r\n",
    # whose request it is
    "no host": b"GET /plain HTTP/1.1\r\n\r\n",
    "two hosts": GET + b"Host: x\r\n\r\n",
    "two different hosts": GET + b"hOST: y\r\n\r\n",
    "two hosts in one": b"GET /plain HTTP/1.1\r\nHost: x, y\r\n\r\n",
    "a host with a path": b"GET /plain HTTP/1.1\r\nHost: x/y\r\n\r\n",
    "a host with Chinese": "GET /plain HTTP/1.1\r\nHost: 山\r\n\r\n".encode(),
    # how long it is
    "a length in words": HEAD + b"Content-Length: abc\r\n\r\n",
    "a length below 0": HEAD + b"Content-Length: -5\r\n\r\n",
    "a length with a plus": HEAD + b"Content-Length: +5\r\n\r\nhello",
    "a length in hex": HEAD + b"Content-Length: 0x5\r\n\r\nhello",
    "a length with an underscore": HEAD + b"Content-Length: 1_0\r\n\r\nhellohello",
    "no length": HEAD + b"Content-Length:\r\n\r\n",
    "Arabic digits": HEAD + "Content-Length: ٣\r\n\r\n".encode() + b"abc",
    "more digits than fit": HEAD + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "the same length twice": HEAD + b"Content-Length: 2\r\ncontent-length: 2\r\n\r\nab",
    "the same length twice in one": HEAD + b"Content-Length: 2, 2\r\n\r\nab",
    "an absolute target with an odd host": b"GET http://a<b/plain HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lengths in one": HEAD + b"Content-Length: 1, 2\r\n\r\nab",
    "a length and chunks": CHUNKED + b"Content-Length: 2\r\n\r\n0\r\n\r\n",
    "chunks and a length": HEAD
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks twice": CHUNKED + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "another encoding": HEAD + b"Transfer-Encoding: gzip\r\n\r\nab",
    "an encoding and chunks": HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunks in an encoding": HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunks in quotes": HEAD + b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n',
    "chunks in an old version": b"POST /echo/x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"0\r\n\r\n",
    # chunks
    "a size in words": CHUNKED + b"\r\nzz\r\nab",
    "a size below 0": CHUNKED + b"\r\n-1\r\nab",
    "a size with 0x": CHUNKED + b"\r\n0x2\r\nab\r\n0\r\n\r\n",
    "a size with a plus": CHUNKED + b"\r\n+2\r\nab\r\n0\r\n\r\n",
    "a size with a space before": CHUNKED + b"\r\n 2\r\nab\r\n0\r\n\r\n",
    "a size with a space after": CHUNKED + b"\r\n2 \r\nab\r\n0\r\n\r\n",
    "no size": CHUNKED + b"\r\n\r\nab\r\n0\r\n\r\n",
    "no size but an extension": CHUNKED + b"\r\n;a=b\r\nab\r\n0\r\n\r\n",
    "a size longer than any": CHUNKED + b"\r\n" + b"0" * 16 + b"2\r\nab\r\n0\r\n\r\n",
    "a size without end": CHUNKED + b"\r\n" + b"1" * 2_000,
    "LF ends a size": CHUNKED + b"\r\n2\nab\r\n0\r\n\r\n",
    "CR in an extension": CHUNKED + b"\r\n2;a\rb\r\nab\r\n0\r\n\r\n",
    "a chunk longer than its size": CHUNKED + b"\r\n2\r\nabcd\r\n",
    "LF ends a chunk": CHUNKED + b"\r\n2\r\nab\n0\r\n\r\n",
    "LF ends the chunks": CHUNKED + b"\r\n2\r\nab\r\n0\r\n\n",
    "a trailer that is none": CHUNKED + b"\r\n0\r\nGET / HTTP/1.1\r\n\r\n",
    "too many trailers": CHUNKED + b"\r\n0\r\n" + b"A: b\r\n" * 99,
}
"""What another program between client and server could read otherwise than we."""


@pytest.mark.parametrize("text", NO_REQUEST.values(), ids=NO_REQUEST)
def test_what_is_no_request_is_a_bad_request(port: int, text: bytes) -> None:
    """And what comes behind it on the same connection is not answered."""
    status, answer = raw(port, text + b"GET /plain HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (status, b'"bad_request"' in answer, b'"from"' in answer) == (400, True, False)


@pytest.mark.parametrize(
    "header",
    [
        "A: 山货".encode(),
        b"A: \xff",
        b"A:",
        b"A:  b\tc ",
        b"!#$%&'*+-.^_`|~9: b",
        b"Cookie: \xe5=1",
    ],
)
def test_what_a_header_may_hold_is_taken(port: int, header: bytes) -> None:
    assert raw(port, GET + header + b"\r\nConnection: close\r\n\r\n")[0] == 200


def test_an_empty_line_too_many_after_a_body_is_passed_over(port: int) -> None:
    two = HEAD + b"Content-Length: 2\r\n\r\nab\r\n" + GET + b"Connection: close\r\n\r\n"
    status, body = raw(port, two)
    assert (status, b'"from"' in body) == (200, True)


def test_an_old_client_names_no_host_and_gets_one_answer(port: int) -> None:
    status, body = raw(port, b"GET /plain HTTP/1.0\r\n\r\n" + GET + b"\r\n")
    assert (status, body.count(b'"from"')) == (200, 1)


def test_an_absolute_target_overrules_the_host(port: int) -> None:
    for target in (b"http://example.org", b"HTTPS://example.org:1/"):
        head = b"GET %b HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n" % target
        assert raw(port, head)[0] == 404


def test_a_client_that_waits_for_a_word_gets_it_before_the_answer(port: int) -> None:
    with socket.create_connection((HOST, port), timeout=LONG_WAIT) as connection:
        connection.sendall(HEAD + b"Content-Length: 2\r\nExpect: 100-Continue\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ab")
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_head_sends_no_body_that_the_next_answer_would_begin_with(port: int) -> None:
    status, rest = raw(
        port,
        b"HEAD /plain HTTP/1.1\r\nHost: x\r\n\r\n" + GET + b"Connection: close\r\n\r\n",
    )
    assert (status, rest.startswith(b"HTTP/1.1 200 ")) == (200, True)


def test_chunks_with_extensions_and_trailers_are_read(port: int) -> None:
    head = HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    status, body = raw(port, head + b"3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n")
    assert (status, b'"size":13' in body) == (200, True)


def test_a_proxy_style_target_is_understood(port: int) -> None:
    head = b"GET http://example.org/plain?x=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert raw(port, head)[0] == 200


def test_one_connection_carries_many_requests(port: int) -> None:
    status, body = raw(
        port,
        b"POST /echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"
        b"GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"
        b"GET /plain HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    assert (status, body.count(b"HTTP/1.1 404"), body.count(b"HTTP/1.1 200")) == (200, 1, 1)


@contextmanager
def until_all_are_left(port: int) -> Iterator[None]:
    """In the end waits for the server to be done with all connections that came meanwhile: the
    next one is let in behind them."""
    before = set(threading.enumerate())
    yield
    assert requests.get(f"http://{HOST}:{port}/plain", timeout=LONG_WAIT).ok
    for thread in set(threading.enumerate()) - before:
        thread.join(LONG_WAIT)
        assert not thread.is_alive()


def leave(port: int, request: bytes) -> None:
    """With a reset, as a phone out of range may."""
    with socket.create_connection((HOST, port)) as connection:
        connection.sendall(request)
        reset = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)


def test_a_client_that_leaves_is_no_news(port: int, caplog: pytest.LogCaptureFixture) -> None:
    sent = (
        b"GET /slow/x HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab",
        b"GET /pla",
        b"",
    )
    with until_all_are_left(port):
        for request in sent:
            leave(port, request)
    assert caplog.records == []


def test_a_client_that_leaves_a_refusal_is_no_news(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Its system resets the connection when the answer comes, before the server has ended it."""
    with until_all_are_left(port):
        for _ in range(20):
            with socket.create_connection((HOST, port)) as connection:
                connection.sendall(b"GET /plain\r\n")
    assert caplog.records == []


def test_simultaneous_requests_do_not_mix(url: str) -> None:
    def ask(number: int) -> dict[str, str]:
        answer: dict[str, str] = requests.get(f"{url}/slow/{number}", timeout=LONG_WAIT).json()
        return answer

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(ask, range(64)))
    assert answers == [{"path": str(n), "request": str(n)} for n in range(64)]


def test_a_small_answer_does_not_wait_for_an_acknowledgement(port: int) -> None:
    connection = http.client.HTTPConnection(HOST, port, timeout=LONG_WAIT)
    took = []
    for _ in range(50):
        began = time.perf_counter()
        connection.request("POST", "/echo/x", body=b"x")
        connection.getresponse().read()
        took.append(time.perf_counter() - began)
    connection.close()
    assert min(took[10:]) < 0.03, "each takes 40 ms by Nagle's algorithm, on a busy machine too"


def test_requests_under_way_are_answered_before_the_end() -> None:
    server, at_work = Server(HOST, 0), threading.Event()
    answers: list[requests.Response] = []

    def ask() -> None:
        answers.append(requests.get(f"http://{HOST}:{server.port}/slow/x", timeout=LONG_WAIT))

    with server.running(tiny_app(at_work)):
        asking = threading.Thread(target=ask)
        asking.start()
        assert at_work.wait(LONG_WAIT)
    asking.join()
    assert [answer.status_code for answer in answers] == [200]
    assert answers[0].headers["Connection"] == "close"
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://{HOST}:{server.port}/plain", timeout=LONG_WAIT)


def test_the_access_log_keeps_keys_to_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "SHANHUO_ACCESS_LOG", "1")
    server = Server(HOST, 0)
    with server.running(tiny_app()):
        requests.get(f"http://{HOST}:{server.port}/plain?key=secret", timeout=LONG_WAIT)
    line = capsys.readouterr().err
    assert line.startswith("GET /plain 200 ")
    assert "secret" not in line

"""A real server, asked as strangers ask: other names, other sites, no token, crooked paths."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import time
from contextlib import closing

import pytest

from platforms import messages
from platforms.app import asgi, server

NAME = "plans.county.example"
SOCKET = {
    "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("closed")
    (folder / "secret.txt").write_text("canary")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    log = (folder / "log").open("wb")
    running = subprocess.Popen(
        server.command(number, "yueqing", hosts=[NAME], upload_mb=1),
        cwd=folder, stdout=log, stderr=log, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    try:
        for _ in range(900):
            assert running.poll() is None, (folder / "log").read_text()
            try:
                asked(number, "/_stcore/health")
                break
            except OSError:
                time.sleep(0.1)
        yield number
    finally:
        running.terminate()
        running.wait(timeout=20)
        log.close()


def asked(port, path, headers=None, method="GET", body=None):
    """Return status, headers and the beginning of an answer, of a path sent as it is written."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.putrequest(method, path, skip_host="Host" in (headers or {}))
        for name, value in (headers or {}).items():
            line.putheader(name, value)
        if body is not None:
            line.putheader("Content-Length", str(len(body)))
        line.endheaders(body)
        answer = line.getresponse()
        # what is open for good has no end to read
        content = b"" if answer.status == 101 else answer.read()
        return answer.status, answer.headers, content


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/static/index.html", "/map-runtime/x"])
def test_a_strange_name_reads_nothing(port, path):
    status, _, content = asked(port, path, {"Host": "evil.example"})
    assert (status, content) == (403, b"")


@pytest.mark.parametrize("host", ["localhost", f"{NAME}:443", NAME.upper()])
def test_its_own_names_are_answered(port, host):
    assert asked(port, "/_stcore/health", {"Host": host})[0] == 200


@pytest.mark.parametrize("host", ["", f"{NAME}.evil.example", f"{NAME}@evil.example", "evil,x"])
def test_what_only_looks_like_its_name_is_refused(port, host):
    assert asked(port, "/", {"Host": host})[0] in {400, 403}


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        (NAME, f"https://{NAME}", 101),
        (NAME, "https://evil.example", 403),
        (NAME, "null", 403),
        (NAME, f"https://{NAME}:8443", 403),
        (f"{NAME}:8443", f"https://{NAME}:8443", 101),
        (NAME, "http://localhost", 403),
        ("127.0.0.1:8900", "http://127.0.0.1:8900", 101),
        ("127.0.0.1:8900", "http://127.0.0.1:9999", 403),
        ("127.0.0.1:8900", "http://localhost:8900", 403),
        ("127.0.0.1:8900", "http://localhost:9999", 403),
        ("evil.example", "http://evil.example", 403),
    ],
)
def test_a_socket_is_opened_from_its_own_pages_only(port, host, origin, status):
    headers = {**SOCKET, "Host": host, "Origin": origin}
    assert asked(port, "/_stcore/stream", headers)[0] == status


def test_an_upload_without_a_token_is_refused(port):
    path = "/_stcore/upload_file/session/file"
    assert asked(port, path, method="PUT", body=b"x")[0] == 403
    assert asked(port, path, {"X-Xsrftoken": "guessed"}, "PUT", b"x")[0] == 403
    assert asked(port, path, method="DELETE")[0] == 403


def test_nothing_is_sent_from_another_page(port):
    headers = {"Origin": "http://127.0.0.1:9", "Host": f"127.0.0.1:{port}"}
    for path in ("/_stcore/upload_file/session/file", "/map-measure/token"):
        for method in ("PUT", "POST", "DELETE"):
            status, _, content = asked(port, path, headers, method, b"x")
            assert (status, content) == (403, b"")
    own = {**headers, "Origin": f"http://127.0.0.1:{port}"}
    assert asked(port, "/map-measure/token", own, "POST", b"x")[0] == 404


def test_an_upload_to_no_visit_is_refused_in_our_words(port):
    cookie = asked(port, "/_stcore/health")[1]["set-cookie"].partition(";")[0]
    token = {"Cookie": cookie, "X-Xsrftoken": cookie.partition("=")[2]}
    path = "/_stcore/upload_file/session/file"
    status, _, content = asked(port, path, token, "PUT", b"x")
    assert (status, content.decode()) == (400, messages.text("app.sent.unknown"))
    status, _, content = asked(port, path, token, "PUT", b"x" * 5_000_000)
    # four files of the largest size
    assert (status, content.decode()) == (413, messages.text("app.sent.large", most=4))


@pytest.mark.parametrize(
    "path", ["/oauth2callback?code=1", "/auth/login?provider=x", "/auth/logout", "/auth/logout/"]
)
def test_without_sign_in_its_addresses_are_not_there(port, path):
    assert asked(port, path)[::2] == (404, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/media/../../../../etc/passwd",
        "/media/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "/component/x/../../../../etc/passwd",
        "//etc/passwd",
        "/app/static/secret.txt",
        "/secret.txt",
        "/static/%00",
    ],
)
def test_a_crooked_path_leads_nowhere(port, path):
    status, _, content = asked(port, path)
    assert b"root:" not in content
    assert b"canary" not in content
    # every path that is none of a file is the page itself, which asks for its data by the socket
    assert status in {400, 404} or b'<div id="root">' in content, (status, content[:200])
    if ".." in path or "%2e" in path:
        assert status in {400, 404}


@pytest.mark.parametrize(
    "path", ["/static/", "/static/js/", "/media/", "/component/", "/app/static/"]
)
def test_no_folder_is_listed(port, path):
    status, headers, content = asked(port, path)
    if status == 301:
        assert headers["location"] == path.rstrip("/")
        status, headers, content = asked(port, path.rstrip("/"))
    assert status in {400, 404} or b'<div id="root">' in content
    assert b"index." not in content or b'<div id="root">' in content


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/x/_stcore/metrics"]
)
def test_the_inside_is_not_told(port, path):
    assert asked(port, path)[0] == 404
    assert asked(port, path, method="POST", body=b"{}")[0] in {404, 405}


def test_the_browser_is_told_of_no_other_site(port):
    told = json.loads(asked(port, "/_stcore/host-config")[2])
    assert told["allowedOrigins"] == ["http://localhost"]
    assert told["useExternalAuthToken"] is told["enableCustomParentMessages"] is False


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/nothing/here", "/_stcore/metrics"])
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_has_each_header_once(port, path, host):
    headers = asked(port, path, {"Host": host})[1]
    for name, value in asgi.HEADERS.items():
        assert headers.get_all(name) == [value], name
    policy = headers["content-security-policy"]
    for part in ("frame-ancestors 'none'", "object-src 'none'", "base-uri 'self'"):
        assert part in policy
    assert "camera=()" in headers["permissions-policy"]


def test_another_site_may_not_read(port):
    headers = asked(port, "/_stcore/health", {"Origin": "https://evil.example"})[1]
    assert headers.get("access-control-allow-origin") in {None, f"http://localhost:{port}"}


@pytest.mark.parametrize("asks", ["", "?lang=en&at=plots:SP-0001"])
def test_the_name_of_the_first_page_leads_to_its_bare_address(port, asks):
    status, told, _ = asked(port, f"/map{asks}")
    assert (status, told["location"]) == (307, f"./{asks}")
    assert "content-security-policy" in told
    # what is no page of that name is not sent anywhere
    assert asked(port, "/map-measure/x")[0] != 307
    assert asked(port, "//elsewhere.example/x/map")[1]["location"] in {None, "./"}

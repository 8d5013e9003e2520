"""The shipped nginx.conf before the app: TLS, uploads, the open socket, the headers."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from platforms.app import asgi
from platforms.app.server import command

ROOT = Path(__file__).parents[2]
NAME = "plans.county.example"
CERTIFICATE: list[Path] = []
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
]


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def nginx(folder, *words):
    argv = ["nginx", "-e", f"{folder}/error.log", "-p", str(folder), "-c", f"{folder}/main.conf"]
    return [*argv, *words]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    """Two apps behind nginx with the shipped file: ports of plain HTTP, of TLS and of the apps."""
    folder = tmp_path_factory.mktemp("proxy")
    plain, secure, app, other = (free_port() for _ in range(4))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    CERTIFICATE[:] = [folder / "fullchain.pem"]
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for ours, theirs in (
        ("/etc/ssl/platforms", str(folder)),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("listen 443", f"listen 127.0.0.1:{secure}"),
        ("8501", str(app)),
        ("8502", str(other)),
    ):
        assert ours in site
        site = site.replace(ours, theirs)
    (folder / "site.conf").write_text(site)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "main.conf").write_text(
        f"daemon off; pid {folder}/pid; worker_processes 1;\n"
        f"events {{ worker_connections 1024; }}\n"
        f"http {{ access_log off; {temporary} include /etc/nginx/mime.types;"
        f" include {folder}/site.conf; }}\n"
    )
    if os.geteuid() == 0:
        text = (folder / "main.conf").read_text()
        (folder / "main.conf").write_text("user root;\n" + text)
    told = subprocess.run(nginx(folder, "-t"), capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "warn" not in told.stderr
    with contextlib.ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("wb"))
        apps = [command(one, "yueqing", hosts=[NAME], upload_mb=100) for one in (app, other)]
        for words in (nginx(folder), *apps):
            one = subprocess.Popen(
                words, cwd=folder, stdout=log, stderr=log,
                env={**os.environ, "PLATFORMS_STORE": str(folder / "store")},
            )  # fmt: skip
            stack.callback(one.wait, 30)
            stack.callback(one.terminate)
        for _ in range(600):
            with contextlib.suppress(OSError):
                # each process by its seat
                seats = [{"Cookie": f"platforms_seat={one}"} for one in (app, other)]
                told = [asked(secure, "/_stcore/health", headers=one)[0] for one in seats]
                if told == [200, 200]:
                    break
            time.sleep(0.1)
        else:
            pytest.fail((folder / "log").read_text())
        yield plain, secure, app, other


def asked(port, path, host=NAME, *, tls=True, headers=None):
    certificate = CERTIFICATE[0] if tls else None
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    if tls:
        trust = ssl.create_default_context(cafile=certificate)
        raw = socket.create_connection(("127.0.0.1", port), timeout=20)
        line.sock = trust.wrap_socket(raw, server_hostname=NAME)
    with contextlib.closing(line):
        line.request("GET", path, headers={"Host": host, **(headers or {})})
        answer = line.getresponse()
        return answer.status, answer.headers, b"" if answer.status == 101 else answer.read()


def test_the_answers_have_the_headers_once_and_hold_to_tls(proxy):
    _, secure, *_ = proxy
    status, headers, body = asked(secure, "/")
    assert (status, b'id="root"' in body) == (200, True)
    for name, value in asgi.HEADERS.items():
        assert headers.get_all(name) == [value], name
    assert headers.get_all("strict-transport-security") == ["max-age=31536000"]
    assert headers["server"] in {"nginx", "uvicorn"}
    token = asked(secure, "/_stcore/health")[1].get_all("set-cookie")
    assert token
    assert all("secure" in one.casefold() for one in token)
    assert all("samesite=lax" in one.casefold() for one in token)
    assert asked(secure, "/_stcore/metrics")[0] == 404


def seat_of(headers):
    told = [one for one in headers.get_all("set-cookie") or [] if one.startswith("platforms_seat=")]
    assert len(told) < 2
    return (told or [None])[0]


def test_a_visitor_stays_with_the_process_where_they_were_first(proxy):
    _, secure, *apps = proxy
    told = {seat_of(asked(secure, "/")[1]) for _ in range(40)}
    assert told == {f"platforms_seat={one}; Path=/; HttpOnly; Secure; SameSite=Lax" for one in apps}
    for one in apps:
        kept = {"Cookie": f"platforms_seat={one}"}
        assert seat_of(asked(secure, "/", headers=kept)[1]) is None
    # a cookie that is none of ours leads nowhere else, and another is told
    for wrong in ("22", "8.8.8.8:80", f"{apps[0]}@evil.example", "../", ""):
        status, headers, _ = asked(secure, "/", headers={"Cookie": f"platforms_seat={wrong}"})
        assert (status, seat_of(headers) is None) == (200, False), wrong


def test_plain_http_leads_to_tls(proxy):
    plain, *_ = proxy
    status, headers, _ = asked(plain, "/plots?x=1", tls=False)
    assert (status, headers["location"]) == (308, f"https://{NAME}/plots?x=1")


def test_another_name_gets_no_answer(proxy):
    plain, secure, app, _ = proxy
    for port, tls in ((plain, False), (secure, True)):
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            asked(port, "/", "evil.example", tls=tls)
    assert asked(app, "/", "evil.example", tls=False)[0] == 403
    upgrade = {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    for origin, status in ((f"https://{NAME}", 101), ("https://evil.example", 403)):
        given = asked(secure, "/_stcore/stream", headers={**upgrade, "Origin": origin})
        assert given[0] == status


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_people_work_through_it(proxy, tmp_path):
    _, secure, *_ = proxy
    small = tmp_path / "area.geojson"
    small.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"A1"},'
        '"geometry":{"type":"Polygon","coordinates":[[[120.95,28.1],[120.951,28.1],'
        "[120.951,28.101],[120.95,28.101],[120.95,28.1]]]}}]}"
    )
    url, refused = f"https://{NAME}:{secure}", []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors",
                f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
            ],
        )  # fmt: skip
        page = browser.new_page()
        page.set_default_timeout(90_000)
        page.on("console", lambda m: "Policy" in m.text and refused.append(m.text))
        page.goto(f"{url}/plots")
        page.wait_for_selector(".ip-title")
        # larger than what nginx keeps in memory, and than its own limit of 1 MB
        large = {
            "name": "a.zip",
            "mimeType": "application/zip",
            "buffer": b"PK\3\4" + b"\0" * 3_000_000,
        }
        box = page.locator('[data-testid="stFileUploader"] input[type=file]').first
        box.set_input_files(large)
        page.wait_for_selector(".ip-error")
        assert "a.zip" in page.inner_text(".ip-error")
        page.goto(f"{url}/plots")
        page.wait_for_selector(".ip-title")
        page.locator('[data-testid="stFileUploader"] input[type=file]').first.set_input_files(small)
        page.wait_for_selector("text=area.geojson")
        page.wait_for_selector("[data-platforms-map]")
        assert page.locator(".ip-error").count() == 0
        browser.close()
    assert refused == []

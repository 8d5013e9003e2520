from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from streamlit import file_util

import platforms as ip
from platforms.app import at_hand
from platforms.app.at_hand import AtHand

INDEX = (Path(file_util.get_static_dir()) / "index.html").read_bytes()


@pytest.fixture(autouse=True)
def _offered(monkeypatch):
    monkeypatch.setattr(at_hand, "_OFFERED", [])


def ask(app, path, method="GET"):
    """Return status, headers and body of an answer."""
    told = []

    async def send(message):
        told.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": []}
    asyncio.run(app(scope, None, send))
    head, *bodies = told
    body = b"".join(one.get("body", b"") for one in bodies)
    return head["status"], dict(head["headers"]), body


def streamlit(body, kind=b"text/html; charset=utf-8", status=200):
    """Return an app that sends a body in two pieces, as a file is sent."""

    async def app(scope, receive, send):
        headers = [
            (b"content-type", kind),
            (b"content-length", str(len(body)).encode()),
            (b"etag", b'"one"'),
            (b"cache-control", b"no-cache"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body[:10], "more_body": True})
        await send({"type": "http.response.body", "body": body[10:], "more_body": False})

    return app


def test_a_file_of_streamlits_is_the_one_on_disk_and_never_asked_for_again():
    file = next((Path(file_util.get_static_dir()) / "static" / "js").glob("BidiComponent.*.js"))
    status, headers, body = ask(AtHand(streamlit(b"other")), f"/static/js/{file.name}")
    assert (status, body) == (200, file.read_bytes())
    assert headers[b"content-type"].startswith(b"text/javascript")
    assert b"immutable" in headers[b"cache-control"]
    assert headers[b"content-length"] == str(len(body)).encode()


@pytest.mark.parametrize(
    "path", ["/static/js/../index.html", "/static/js/none.js", "/static/../../x.js", "//static/js"]
)
def test_what_is_not_held_is_left_to_streamlit(path):
    assert ask(AtHand(streamlit(b"its own answer", b"text/plain")), path)[2] == b"its own answer"


def test_another_method_is_left_to_streamlit():
    app = AtHand(streamlit(b"its own answer", b"text/plain"))
    held = next(path for path in app.files if path.endswith(".js"))
    assert ask(app, held, "HEAD")[2] == b"its own answer"


def test_the_runtime_is_one_module_that_brings_its_styles():
    assert not at_hand.is_offered()
    app = AtHand(streamlit(b""))
    assert at_hand.is_offered()
    script, css = ip.runtime_assets("component")
    body = ask(app, f"/{at_hand.runtime_path()}")[2].decode()
    assert body.startswith(script)
    assert ".pm-root" in css
    assert ".pm-root" in body[len(script) :]


def test_every_page_names_what_it_will_ask_for_and_all_of_that_is_held():
    app = AtHand(streamlit(INDEX))
    status, headers, body = ask(app, "/land")
    assert status == 200
    assert headers[b"content-length"] == str(len(body)).encode()
    # the page on disk may stay the same when what is named changes
    assert b"etag" not in headers
    links = re.findall(rb'<link rel="modulepreload" crossorigin href="\./([^"]+)">', body)
    named = [link.decode() for link in links]
    assert len(named) == len(set(named))
    assert named.count(at_hand.runtime_path()) == 1
    assert any(name.startswith("static/js/BidiComponent.") for name in named)
    assert all(f"/{name}" in app.files for name in named)
    bare = re.sub(rb'<link rel="modulepreload"[^>]*>', b"", body)
    assert bare == re.sub(rb'<link rel="modulepreload"[^>]*>', b"", INDEX)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"<html>another page</html>", b"text/html", 200),
        (INDEX, b"text/plain", 200),
        (INDEX, b"text/html", 404),
    ],
)
def test_other_answers_pass_unchanged(body, kind, status):
    found = ask(AtHand(streamlit(body, kind, status)), "/")
    assert (found[0], found[2]) == (status, body)
    assert found[1][b"etag"] == b'"one"'

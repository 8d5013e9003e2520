"""What a visit sends has a limit over all its files, and goes when the visit is over."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from streamlit import config
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.web.server.starlette.starlette_routes import create_upload_routes

from platforms import messages
from platforms.app import server, uploads

MB = 1 << 20
XSRF = "server.enableXsrfProtection"
FORM = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n%s\r\n--b--\r\n'


class Visits:
    """The open visits of a server."""

    def __init__(self):
        self.uploaded_file_mgr = MemoryUploadedFileManager("/_stcore/upload_file")
        self.open = {"visit", "other"}

    def is_active_session(self, visit):
        return visit in self.open


@pytest.fixture
def visits(monkeypatch):
    made = Visits()
    monkeypatch.setattr(uploads, "exists", lambda: True)
    monkeypatch.setattr(uploads, "get_instance", lambda: made)
    monkeypatch.setattr(uploads.sys, "argv", ["x", "--visit-mb=2", "--workspace=y"])
    return made


@pytest.fixture
def put(visits):
    before = {name: config.get_option(name) for name in ("server.maxUploadSize", XSRF)}
    config.set_option("server.maxUploadSize", 1)
    config.set_option(XSRF, False)
    routes = create_upload_routes(visits, visits.uploaded_file_mgr, None)
    app = Starlette(routes=routes, middleware=[Middleware(uploads.Uploads)])

    def send(file, size, visit="visit", lang="en", *, told=True):
        path = f"/_stcore/upload_file/{visit}/{file}"
        body = FORM % (b"x" * size)
        headers = {
            "content-type": "multipart/form-data; boundary=b",
            "referer": f"http://testserver/plots?lang={lang}",
            **({"content-length": str(len(body))} if told else {}),
        }
        return asyncio.run(answer_of(app, path, headers, body))

    yield send
    for name, value in before.items():
        config.set_option(name, value)


async def answer_of(app, path, headers, body):
    """Return status and text of a PUT whose body comes in pieces."""
    pieces = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    told = []

    async def receive():
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message):
        told.append(message)

    scope = {
        "type": "http", "method": "PUT", "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1",
        "server": ("testserver", 80), "client": ("127.0.0.1", 1),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    await app(scope, receive, send)
    text = b"".join(one.get("body", b"") for one in told[1:]).decode()
    return told[0]["status"], text


def held(visits, visit="visit"):
    return sorted(visits.uploaded_file_mgr.file_storage.get(visit, {}))


@pytest.mark.parametrize("told", [True, False])
def test_a_visit_sends_files_up_to_its_limit(put, visits, told):
    assert put("a", 900_000, told=told)[0] == 204
    assert put("b", 900_000, told=told)[0] == 204
    status, text = put("c", 900_000, told=told)
    assert status == 413
    assert "2 MB" in text
    assert held(visits) == ["a", "b"]
    # another visit has its own, the same file takes its own place, and what is gone leaves room
    assert put("a", 900_000, "other")[0] == 204
    assert put("b", 900_000, told=told)[0] == 204
    visits.uploaded_file_mgr.remove_file("visit", "b")
    assert put("c", 900_000, told=told)[0] == 204


def test_what_was_read_long_ago_makes_room(put, visits, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(uploads.Uploads, "clock", staticmethod(lambda: now[0]))
    for name in "ab":
        assert put(name, 900_000)[0] == 204
        now[0] += 200.0
    # the first came 400 s ago and the second 200 s
    assert put("c", 900_000)[0] == 204
    assert held(visits) == ["b", "c"]
    assert put("d", 900_000)[0] == 413
    assert held(visits) == ["b", "c"]
    now[0] += 101.0
    assert put("d", 900_000)[0] == 204
    assert held(visits) == ["c", "d"]


def test_empty_files_are_not_without_number(put, visits):
    statuses = {put(str(number), 0)[0] for number in range(40)}
    assert statuses == {204, 413}
    assert len(held(visits)) == 2 * MB / 65536


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_refusal_is_said_in_our_words(put, lang):
    for size, visit, status, entry in (
        (9, "gone", 400, "unknown"),
        (MB + 9, "visit", 413, "large"),
    ):
        known = {"zh": "zh_CN"}.get(lang, lang)
        said = messages.text(f"app.sent.{entry}", known, most=2)
        assert put("a", size, visit, lang) == (status, said)
        assert "streamlit" not in said.casefold()


def test_the_files_of_a_visit_that_ended_are_forgotten(visits):
    manager = visits.uploaded_file_mgr
    for visit in visits.open:
        manager.add_file(visit, UploadedFileRec("a", "a.csv", "text/csv", b"x"))
    seen = {}
    uploads.forget_ended(seen, 0.0, 120.0)
    visits.open.remove("visit")
    uploads.forget_ended(seen, 120.0, 120.0)
    assert held(visits) == ["a"]
    uploads.forget_ended(seen, 121.0, 120.0)
    assert (held(visits), held(visits, "other")) == ([], ["a"])
    uploads.forget_ended(seen, 122.0, 120.0)
    assert list(seen) == ["other"]


def test_the_limit_of_a_visit_is_a_setting():
    assert uploads.visit_mb(["--visit-mb=7"]) == 7
    assert uploads.visit_mb([]) == 4 * config.get_option("server.maxUploadSize")
    assert server.command(8601, visit_mb=7)[-2:] == ["--", "--visit-mb=7"]


@pytest.mark.parametrize("given", ["0", "99", "-1", "1e3", "many", "９９９", "9" * 30])
def test_a_limit_that_cannot_be_meant_starts_no_server(given, monkeypatch, capsys):
    monkeypatch.setenv(server.VISIT, given)
    with pytest.raises(SystemExit) as ended:
        server.main(["--upload-mb", "100", "--no-browser"])
    assert ended.value.code == 2
    assert given in capsys.readouterr().err

from __future__ import annotations

import asyncio
import gc
import json
from dataclasses import dataclass

import pytest
import streamlit as st
from starlette.applications import Starlette

import platforms as ip
from platforms import messages
from platforms.app import opened, state
from platforms.app.plots import drawing, measuring

RING = [[120.96, 28.13], [120.97, 28.13], [120.97, 28.14], [120.96, 28.14]]


@pytest.fixture
def session(monkeypatch):
    """A session of its own on a server that has the address."""
    held: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", held)
    monkeypatch.setattr(measuring, "_OFFERED", [])
    measuring.offer()
    return held


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[bytes, bytes]
    body: bytes

    def json(self):
        return json.loads(self.body)


@pytest.fixture
def ask():
    """Ask at an address: ``ask(address, body)``."""
    app = Starlette(routes=[measuring.ROUTE])

    def asked(address, body, method="POST"):
        told = []
        given = body if isinstance(body, bytes) else json.dumps(body).encode()
        parts = [{"type": "http.request", "body": given}]

        async def send(message):
            told.append(message)

        async def receive():
            return parts.pop()

        scope = {"type": "http", "method": method, "path": f"/{address}", "headers": []}
        scope |= {"query_string": b"", "root_path": "", "app": app}
        asyncio.run(app(scope, receive, send))
        head, *bodies = told
        return Answer(
            head["status"], dict(head["headers"]), b"".join(one["body"] for one in bodies)
        )

    return asked


@pytest.fixture
def yueqing(monkeypatch):
    city = ip.Workspace.open("yueqing")
    monkeypatch.setattr(opened, "workspace", lambda: city)
    monkeypatch.setattr(state, "has_plots", lambda: False)
    monkeypatch.setattr(state, "select", lambda _: None)
    return city


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_the_answer_is_what_the_run_shows(session, ask, yueqing, lang):
    before = messages.language()
    messages.set_language(lang)
    try:
        address = drawing.measure_for_map()
        drawing.take_drawing({"id": "a-4", "ring": RING})
        told = drawing.drawing_for_map()
    finally:
        messages.set_language(before)
    answer = ask(address, {"id": "a-4", "ring": RING})
    assert answer.status == 200
    assert answer.json() == json.loads(json.dumps(told))
    area = ip.measure_ring(RING, yueqing).area_m2
    assert f"{area:,.2f}" in answer.body.decode() or f"{area:.2f}" in answer.body.decode()
    # the server's own language is as it was, and nothing was kept of the question
    assert messages.language() == before
    assert answer.headers[b"cache-control"] == b"no-store"


def test_the_plots_of_the_session_are_what_corners_are_joined_to(session, ask, yueqing):
    seen = []
    address = measuring.measure_address(lambda drawn, ring: seen.append((drawn, ring)) or {})
    ask(address, {"id": 7, "ring": [[1, 2, 1]]})
    assert seen == [("7", [[1, 2, 1]])]


def test_a_later_run_measures_at_the_same_address(session, ask):
    first = measuring.measure_address(lambda _, __: {"lang": "one"})
    assert measuring.measure_address(lambda _, __: {"lang": "two"}) == first
    assert ask(first, {"id": "a", "ring": []}).json() == {"lang": "two"}


def test_what_cannot_be_measured_is_told_and_not_raised(session, ask, yueqing):
    address = drawing.measure_for_map()
    answer = ask(address, {"id": "a", "ring": [["x", 1], [2]]})
    assert answer.status == 200
    assert answer.json()["bad"] is True
    assert answer.json()["note"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[]", 400), (b'{"id": "a"}', 400), (b'{"id": 1, "ring": 2}', 400),
     (b" " * 1_000_001, 413)],
)  # fmt: skip
def test_other_questions_are_refused(session, ask, body, status):
    address = measuring.measure_address(lambda _, __: {})
    assert ask(address, body).status == status


def test_nobody_else_measures_and_the_address_ends_with_the_session(session, ask):
    address = measuring.measure_address(lambda _, __: {})
    assert ask("map-measure/guessed", {"id": "a", "ring": []}).status == 404
    assert ask(address, b"", "GET").status == 405
    session.clear()
    gc.collect()
    assert ask(address, {"id": "a", "ring": []}).status == 404


def test_without_the_address_a_run_measures(monkeypatch):
    monkeypatch.setattr(measuring, "_OFFERED", [])
    assert measuring.measure_address(lambda _, __: {}) is None

"""Plots by tile: told to the session that looks at them, and to nobody else."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pytest
import shapely
import streamlit as st
from starlette.applications import Starlette

import platforms as ip
from platforms.app.plots import serving
from platforms.errors import ConflictError
from platforms.outputs.maps.map_document import map_document
from platforms.outputs.maps.map_parts import Column, MapLayer, Sheet

COUNT = 40
COLUMNS = [
    Column(name="plot_id", title="编号", role="hidden"),
    Column(name="name", title="名称", role="title"),
    Column(name="verdict", title="结论"),
    Column(name="area_m2", title="面积", type="number"),
]


def document(area=1000.0):
    frame = gpd.GeoDataFrame(
        {
            "plot_id": [f"P{i}" for i in range(COUNT)],
            "name": [f"地块 {i}" for i in range(COUNT)],
            "verdict": ["low_efficiency", "not"] * (COUNT // 2),
            "area_m2": area,
        },
        geometry=[shapely.box(x := 121 + i / 1000, 28, x + 0.0005, 28.0005) for i in range(COUNT)],
        crs=4490,
    )
    county = gpd.GeoDataFrame(geometry=[shapely.box(120.8, 27.8, 121.3, 28.4)], crs=4490)
    layer = MapLayer(
        name="plots", title="地块", frame=frame, key="plot_id", columns=COLUMNS, tiled=True
    )
    return map_document([layer], Sheet(title="试", county=county))


@pytest.fixture
def session(monkeypatch):
    """A session of its own on a server that has the addresses; a map carries few plots."""
    held: dict[str, object] = {}
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", "20")
    monkeypatch.setattr(st, "session_state", held)
    monkeypatch.setattr(serving, "_OFFERED", [])
    monkeypatch.setattr(serving, "_ANSWERS", serving._Answers())
    serving.offer()
    return held


@dataclass
class Answer:
    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""

    def json(self):
        packed = self.headers.get(b"content-encoding") == b"gzip"
        return json.loads(gzip.decompress(self.body) if packed else self.body)


def ask(address, *, query=b"", headers=(), gone=False) -> Answer:
    """Ask at an address, and go away at once where ``gone``."""
    app = Starlette(routes=serving.ROUTES)
    told = Answer()

    async def send(message):
        if message["type"] == "http.response.start":
            told.status, told.headers = message["status"], dict(message["headers"])
        else:
            told.body += message["body"]

    async def receive():
        if not gone:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "path": f"/{address}", "headers": list(headers)}
    asyncio.run(app(scope | {"query_string": query, "root_path": ""}, receive, send))
    return told


def test_a_map_that_carries_all_its_plots_asks_for_none(session, monkeypatch):
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", "500000")
    assert serving.services_for(document()) is None
    assert serving.services_for(None) is None
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", "20")
    monkeypatch.setattr(serving, "_OFFERED", [])
    assert serving.services_for(document()) is None
    assert session == {}


def test_tiles_add_up_to_all_plots(session):
    made = document()
    told = serving.services_for(made)["plots"]
    assert (told["of"], told["left"]) == (made.id, None)
    answer = ask(f"{told['path']}/0/0/0")
    assert answer.status == 200
    body = answer.json()
    assert (body["plots"], body["shown"], body["fingerprint"]) == (COUNT, 0, told["fingerprint"])
    below = [ask(f"{told['path']}/1/{x}/{y}").json() for x in (0, 1) for y in (0, 1)]
    assert sum(one["plots"] for one in below) == COUNT


def test_an_answer_that_is_known_is_not_sent_again_and_none_is_kept_for_strangers(session):
    path = serving.services_for(document())["plots"]["path"]
    first = ask(f"{path}/5/26/13")
    assert first.headers[b"cache-control"] == b"private, no-cache"
    tag = first.headers[b"etag"]
    again = ask(f"{path}/5/26/13", headers=[(b"if-none-match", tag)])
    assert (again.status, again.body) == (304, b"")
    assert ask(f"{path}/5/26/14", headers=[(b"if-none-match", tag)]).status == 200


@pytest.mark.parametrize("place", ["18/0/0", "0/1/0", "3/8/0", "3/0/8", "1/0", "a/0/0"])
def test_a_tile_that_is_none_is_not_answered(session, place):
    path = serving.services_for(document())["plots"]["path"]
    assert ask(f"{path}/{place}").status == 404


def test_only_the_session_that_looks_is_answered(session, monkeypatch):
    path = serving.services_for(document())["plots"]["path"]
    _, token, of = path.split("/")
    assert ask(f"map-plots/{'x' * len(token)}/{of}/0/0/0").status == 404
    # another session has another secret, and does not see what this one looks at
    monkeypatch.setattr(st, "session_state", {})
    other = serving.services_for(document(area=5.0))["plots"]["path"].split("/")
    assert other[1] != token
    assert ask(f"map-plots/{other[1]}/{of}/0/0/0").status == 404
    # and with the session its address goes
    session.clear()
    gc.collect()
    assert ask(f"{path}/0/0/0").status == 404


def test_other_data_are_never_sent_from_an_older_address(session):
    old = serving.services_for(document())["plots"]
    new = serving.services_for(document(area=5.0))["plots"]
    assert old["fingerprint"] != new["fingerprint"]
    assert ask(f"{old['path']}/0/0/0").json()["fingerprint"] == old["fingerprint"]
    assert ask(f"{new['path']}/0/0/0").json()["fingerprint"] == new["fingerprint"]


def test_a_session_holds_few_layers(session):
    paths = [serving.services_for(document(area=float(n)))["plots"]["path"] for n in range(1, 12)]
    answered = [ask(f"{path}/0/0/0").status for path in paths]
    assert answered == [404] * 3 + [200] * 8


def test_a_filter_has_tiles_of_its_own_that_are_made_once(session):
    made = document()
    mask = np.arange(COUNT) < 30
    told = serving.services_for(made, {"plots": mask}, "thirty")["plots"]
    again = serving.services_for(made, {"plots": mask}, "thirty")["plots"]
    assert told == again
    # no rule gives classes here but those of the style
    assert sum(told["left"]) == 30
    assert ask(f"{told['path']}/0/0/0").json()["plots"] == 30
    held = session["plot-service"].layers
    assert len(held) == 1
    assert serving.services_for(made)["plots"]["fingerprint"] != told["fingerprint"]


def test_one_plot_and_a_search(session):
    path = serving.services_for(document())["plots"]["path"]
    one = ask(f"{path}/one", query=b"id=P7").json()
    assert one["features"] == 1
    assert ask(f"{path}/one", query=b"id=nobody").status == 404
    assert ask(f"{path}/one").status == 404
    assert ask(f"{path}/find", query=b"text=P39").json() == [{"id": "P39", "name": "地块 39"}]
    assert ask(f"{path}/find", query=b"text=" + b"x" * 61).status == 404


def test_whoever_went_away_costs_nothing(session, monkeypatch):
    path = serving.services_for(document())["plots"]["path"]

    def made(*_):
        pytest.fail("made for nobody")

    monkeypatch.setattr(serving._ANSWERS, "get", made)
    assert ask(f"{path}/0/0/0", gone=True).status == 499


def test_answers_are_kept_within_a_bound(monkeypatch):
    monkeypatch.setattr(serving, "_MOST_BYTES", 10)
    held, made = serving._Answers(), []

    def make(name):
        return lambda: (made.append(name), b"12345")[1]

    for name in "abac":
        held.get((name,), make(name))
    assert made == ["a", "b", "c"]
    held.get(("b",), make("b"))
    assert made[-1] == "b"


def test_an_extent_is_given_as_a_page_that_counts_what_it_leaves_out(session, tmp_path):
    noted = []
    told = serving.services_for(document(), note=lambda name, data: noted.append((name, data)))
    path = told["plots"]["path"]
    # the first five begin west of here
    answer = ask(f"{path}/page", query=b"bbox=120.9,27.9,121.0047,28.1")
    assert (answer.status, answer.headers[b"x-map-plots"]) == (200, b"5-35")
    assert b"attachment" in answer.headers[b"content-disposition"]
    assert [len(data) for _, data in noted] == [len(answer.body)]
    file = tmp_path / "a.html"
    file.write_bytes(answer.body)
    layer = next(one for one in ip.read_page(file).content["layers"] if one["id"] == "plots")
    assert layer["features"] == 5


def test_an_extent_that_no_page_holds_is_refused_in_words(session):
    path = serving.services_for(document())["plots"]["path"]
    wide = ask(f"{path}/page", query=b"bbox=120.9,27.9,121.2,28.1")
    assert wide.status == 422
    assert "40 宗" in wide.json()["message"]
    assert "最多带 20 宗" in wide.json()["message"]
    assert ask(f"{path}/page", query=b"bbox=1,2,3").status == 404
    assert ask(f"{path}/page", query=b"bbox=2,1,1,2").status == 422


def test_plots_of_a_store_that_was_written_since_are_told_apart(session, monkeypatch):
    made = document()
    path = serving.services_for(made)["plots"]["path"]

    def newer(*_):
        raise ConflictError("map.errors.newer", workspace="here")

    monkeypatch.setattr(type(made.tiles["plots"]), "packed", newer)
    answer = ask(f"{path}/3/1/1")
    assert answer.status == 409
    assert "刚有改动" in answer.json()["message"]

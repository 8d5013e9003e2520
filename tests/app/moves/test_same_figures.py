"""One relocation of the sample shows the same digits wherever it is shown."""

from __future__ import annotations

import json
import re

import pyogrio
import pytest
from openpyxl import load_workbook

import platforms as ip
from platforms.app.sheet import Sheet
from platforms.cli import main
from platforms.units import half_up


@pytest.fixture(scope="module")
def city():
    return ip.Workspace.open("yueqing")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the command line says, and the scenario that it keeps."""
    folder = tmp_path_factory.mktemp("same")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLATFORMS_STORE", str(folder / "kept"))
        said = []
        patch.setattr("platforms.cli.relocate.echo_json", said.append)
        path = folder / "moves.gpkg"
        assert main(["relocate", "--json", "--save-as", "same", "-o", str(path)]) == 0
        kept = ip.open_store("yueqing").kept("same").scenario
    return json.loads(json.dumps(said[0])), kept, path


@pytest.fixture(scope="module")
def found(city):
    return ip.relocate(ip.relocation_data(city), effort=ip.SearchEffort())


def _pairs(rows, *names):
    return sorted(tuple(row[name] for name in names) for row in rows)


def _table(path, sheet, first):
    rows = list(load_workbook(path)[sheet].iter_rows(values_only=True))
    at = next(number for number, row in enumerate(rows) if row[0] == first)
    return [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :] if row[0] is not None]


def test_python_and_the_command_line_find_the_same(told, found):
    own = json.loads(json.dumps(found.to_record()))
    said = {name: value for name, value in told[0].items() if name != "scenario"}
    assert {**own, "seconds": 0} == {**said, "seconds": 0}


def test_sheet_layers_and_scenario_have_the_digits_of_the_json(told, found, city, tmp_path):
    said, kept, layers = told
    moved = _pairs(said["assignments"], "firm_id", "park_id", "km", "mu")
    why = _pairs(said["unassigned"], "firm_id", "message")
    path = ip.save_relocation(found, tmp_path / "moves.xlsx", workspace=city)
    firms = _table(path, "企业", "企业编号")
    gone = [row for row in firms if row["园区编号"] is not None]
    assert _pairs(gone, "企业编号", "园区编号", "直线距离（公里）", "用地（亩）") == moved
    stays = [row for row in firms if row["原因"] is not None]
    assert _pairs(stays, "企业编号", "说明") == why
    plan = {row["项目"]: row["数值"] for row in _table(path, "方案", "项目")}
    assert plan["目标值"] == said["objective"]
    assert plan["下界"] == said["bound"]

    flows = pyogrio.read_dataframe(layers, layer="flows")
    assert _pairs(flows.to_dict("records"), "firm_id", "park_id", "km", "mu") == moved
    points = pyogrio.read_dataframe(layers, layer="firms")
    points = points[points["message"].notna()]
    assert _pairs(points.to_dict("records"), "firm_id", "message") == why

    flows = kept["flows"].to_dict("records")
    assert _pairs(flows, "firm_id", "park_id", "km", "mu") == moved
    for name in ("objective", "bound", "gap", "nearest", "gain"):
        assert kept.figures[name] == said[name]
    assert kept.figures["moved_firms"] == len(moved)


def test_page_and_app_have_the_digits_of_the_json_as_printed(told, found, city, tmp_path):
    said, kept, _ = told
    printed = [
        (row["firm_id"], half_up(row["mu"], 2), half_up(row["km"], 2))
        for row in said["assignments"]
    ]
    why = _pairs(said["unassigned"], "firm_id", "message")
    document = ip.relocation_document(city, found)
    for one in (document, ip.scenario_document(city, kept)):
        shown = Sheet(one, city)
        assert _pairs(shown.frame("flows").to_dict("records"), "firm_id", "mu", "km") == sorted(
            printed
        )
        stays = shown.frame("staying_firms").to_dict("records")
        assert _pairs(stays, "firm_id", "message") == why
    page = ip.save_html(document, tmp_path / "moves.html").read_text(encoding="utf-8")
    figures = {one["key"]: one["value"] for one in document.content["figures"]}
    headline = ip.relocation_figures(found)
    assert figures["firms"] == f"{len(said['assignments']):,}" == f"{headline['firms']:,}"
    for name in ("mu", "km_mean"):
        assert figures[name] == f"{half_up(headline[name], 2):,.2f}"
        assert re.search(rf'"value":\s*"{re.escape(figures[name])}"', page)

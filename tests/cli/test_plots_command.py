"""``platforms plots``: from a file into the store, out again, and into a run."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely

import platforms as ip
from platforms.cli import main


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))


def plots(capsys, *arguments):
    status = main(["plots", *map(str, arguments)])
    return status, *capsys.readouterr()


def test_plots_go_in_and_out(capsys, plots_file, tmp_path):
    assert "没有地块" in plots(capsys, "list")[1]
    assert "还没有" in plots(capsys, "history")[1]
    status, out, _ = plots(capsys, "take", plots_file, "--by", "王", "--why", "二调", "--json")
    told = json.loads(out)
    assert (status, told["added"], told["same"]) == (0, 2, 0)
    assert "相同 2 宗" in plots(capsys, "take", plots_file, "--by", "王")[1]
    status, out, _ = plots(capsys, "list", "--limit", 1)
    assert "共 2 宗" in out
    assert "另有 1 宗" in out
    bbox = json.loads(plots(capsys, "list", "--bbox", "121.97,28,122.1,28.3", "--json")[1])
    assert bbox["count"] == len(bbox["plots"])
    assert json.loads(plots(capsys, "list", "--at", "2020-01-01", "--json")[1])["plots"] == []
    past = plots(capsys, "history", "A")[1]
    assert "name：" in past
    assert " UTC " in past
    assert "图形面积：" in past
    assert "geometry" not in past
    copy = tmp_path / "out.geojson"
    assert plots(capsys, "export", copy)[0] == 0
    assert set(gpd.read_file(copy)["plot_id"]) == {"A", "L"}
    act = json.loads(plots(capsys, "remove", "A", "--by", "李", "--json")[1])["act"]
    assert "1 宗地恢复原样" in plots(capsys, "undo", act, "--by", "李")[1]
    assert "已撤销" not in plots(capsys, "undo", told["act"], "--by", "王")[1]
    acts = json.loads(plots(capsys, "history", "--json")[1])["acts"]
    assert [one["what"] for one in acts] == ["undo", "remove", "add"]


def test_a_conflict_names_who_came_between(capsys, plots_file, yueqing):
    told = json.loads(plots(capsys, "take", plots_file, "--by", "王", "--json")[1])
    ip.open_store(yueqing).plots.change("A", attributes={"name": "x"}, by="张")
    status, _, err = plots(capsys, "undo", told["act"], "--by", "王")
    assert status == 1
    assert "张" in err


@pytest.mark.parametrize("words", [("list", "--bbox", "1,2,3"), ("list", "--at", "gestern")])
def test_what_cannot_be_meant_is_wrong_usage(capsys, words):
    assert plots(capsys, *words)[0] == 2


def test_a_command_takes_the_plots_of_the_store(capsys, plots_file, yueqing):
    assert main(["measure", "store:"]) == 1
    assert "platforms plots take" in capsys.readouterr().err
    plots(capsys, "take", plots_file, "--by", "王")
    assert main(["measure", "store:", "--json"]) == 0
    mine = json.loads(capsys.readouterr().out)
    assert main(["measure", str(plots_file), "--json"]) == 0
    files = json.loads(capsys.readouterr().out)
    assert mine["source"]["driver"] == "store"
    # the plane is that of the workspace; the file's is another
    official = [(one["plot_id"], one["geodesic_m2"]) for one in mine["plots"]]
    assert official == [(one["plot_id"], one["geodesic_m2"]) for one in files["plots"]]
    assert main(["measure", "store:", "--encoding", "gbk"]) == 2
    shape = ip.open_store(yueqing).plots.frame().geometry.iloc[0]
    assert isinstance(shape, shapely.Polygon)

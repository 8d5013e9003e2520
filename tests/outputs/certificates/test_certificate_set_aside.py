"""A certificate and a sum say what of the file they do not cover."""

from __future__ import annotations

import json
import warnings

import platforms as ip
from platforms.cli.main import main

SQUARE = "POLYGON((593600 3110000,593600 3110100,593700 3110100,593700 3110000,593600 3110000))"
OPEN = "POINT(593600 3110000)"
BOW_TIE = "POLYGON((593800 3110000,593900 3110100,593900 3110000,593800 3110100,593800 3110000))"


def table(folder, *shapes):
    rows = [f'P{n},"{shape}"' for n, shape in enumerate(shapes, start=1)]
    path = folder / "plots.csv"
    path.write_text("\n".join(["plot_id,wkt", *rows]) + "\n", encoding="utf-8")
    return path


def test_a_certificate_says_that_rows_were_set_aside(tmp_path, yueqing):
    plots = ip.read_plots(table(tmp_path, SQUARE, OPEN), workspace=yueqing, crs="EPSG:4549")
    assert plots.rows == {"in": 2, "good": 1, "set_aside": 1}
    (page,) = ip.certificate_document(ip.survey(plots, workspace=yueqing)).pages
    assert any("2 条记录" in line and "1 条" in line for line in page.issues)


def test_a_certificate_of_a_whole_file_says_nothing_of_it(tmp_path, yueqing):
    plots = ip.read_plots(table(tmp_path, SQUARE), workspace=yueqing, crs="EPSG:4549")
    (page,) = ip.certificate_document(ip.survey(plots, workspace=yueqing)).pages
    assert not any("剔出" in line for line in page.issues)


def test_the_sum_names_what_it_leaves_out(tmp_path, capsys):
    path = table(tmp_path, SQUARE, OPEN, BOW_TIE)
    assert main(["measure", str(path), "--crs", "EPSG:4549"]) == 1
    assert "另有 1 条记录有错误被剔出、1 宗面积不明" in capsys.readouterr().out


def test_an_absurd_cell_warns_nobody(tmp_path, yueqing):
    path = tmp_path / "plots.csv"
    path.write_text(f'plot_id,证载面积,wkt\nA,1e308,"{SQUARE}"\n', encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plots = ip.read_plots(path, workspace=yueqing, crs="EPSG:4549")
    assert json.loads(plots.frame.to_json())["features"][0]["properties"]["plot_id"] == "A"

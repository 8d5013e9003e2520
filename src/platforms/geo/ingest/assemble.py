"""From the worker's rows to a frame of plots: ids, meanings, place, account of every row.

The frame's rows are those with a usable polygon, in the order of the file, numbered from 0.
Each row of the file is either there or an error in the table of issues; the two are counted
against each other.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from platforms.errors import CRSError, FormatError, PlatformsError
from platforms.geo.crs import CGCS2000, reproject
from platforms.geo.ingest.columns import COMPUTED, Meaning, recognise
from platforms.geo.ingest.georeference import Georeference, SurveyArea, georeference, to_degrees
from platforms.geo.ingest.ids import row_ids
from platforms.geo.ingest.mixed import explain_mixed
from platforms.geo.ingest.numbers import parse_number
from platforms.geo.ingest.placing import as_drawn, in_china, outside_county
from platforms.geo.ingest.raw import ROW, WKB, RawTable
from platforms.geo.ingest.resolution import name_resolution
from platforms.geo.ingest.seconds import name_second_columns
from platforms.geo.ingest.values import beyond_measure, interpret, unit_by_size
from platforms.geo.placed import Laid
from platforms.issues import IssueTable

if TYPE_CHECKING:
    from platforms.geo.datum import DatumShift

__all__ = ["Assembled", "assemble"]

_EXACT = 2**53
# what a spreadsheet writes into a text file for a long code
_POWER = r"\s*\d(\.\d+)?[eE]\+\d{2}\s*"


@dataclasses.dataclass(frozen=True)
class Assembled:
    """Plots of a worker's table.

    Attributes
    ----------
    frame
        Plots in EPSG:4490 with plot_id first.
    issues
        Faults.
    system
        The system of the file.
    plane
        The plane to measure in.
    laid
        The frame's shapes as they lie in the file's plane; None where it has none.
    unnamed, twice
        As :class:`platforms.geo.read.Plots` has them.
    """

    frame: gpd.GeoDataFrame
    issues: IssueTable
    system: Georeference
    plane: str
    laid: Laid | None
    unnamed: tuple[int, ...] = ()
    twice: tuple[str, ...] = ()


def assemble(
    raw: RawTable,
    *,
    file: str,
    crs: str | None,
    area: SurveyArea | None,
    shift: DatumShift | None = None,
) -> Assembled:
    """Make plots of a worker's table.

    Parameters
    ----------
    raw
        The table.
    file
        Name of the upload.
    crs
        System that the user named.
    area
        The county, where one is known.
    shift
        The user's way from an old datum or a city grid.

    Returns
    -------
    assembled
        The plots, and how they were read.

    Raises
    ------
    FormatError
        When no row has a usable polygon.
    CRSError
        When the system is open or refused.
    """
    shapes = shapely.from_wkb(np.asarray(raw.table[WKB].to_pylist(), dtype=object))
    attributes = _attributes(raw.table)
    issues = IssueTable()
    meanings = recognise(attributes.columns)
    rows = raw.table[ROW].to_pylist()
    # a drawing has no column of ids that could have gaps
    named = row_ids(attributes, rows if raw.driver != "DXF" else [], meanings, issues)
    ids, id_source = named.ids, named.source
    _add_faults(raw, ids, issues)
    if shapely.is_missing(shapes).all():
        raise _nothing_usable(raw, file)
    try:
        system = georeference(raw, shapes, issues, file=file, given=crs, area=area, shift=shift)
    except CRSError as error:
        raise explain_mixed(error, shapes, ids, file=file) from None
    if system.web:
        issues.add("web_mercator_read", "warning", crs=system.name)
    name_resolution(raw, shapes, ids, system, issues)
    drawn, shapes = shapes, to_degrees(shapes, system)
    shapes = in_china(shapes, ids, issues)
    if shapely.is_missing(shapes).all():
        raise FormatError("read.nothing_in_china", file=file)
    good = np.flatnonzero(~shapely.is_missing(shapes))
    bounds = shapely.total_bounds(shapes[good])
    plane = system.plane(bounds, area)
    placed = as_drawn(raw, drawn, good, system, plane)
    if area is not None and not issues.by_kind()["all_outside_county"]:
        outside_county(shapes, good, ids, issues, area, placed)
    frame = gpd.GeoDataFrame(
        attributes.iloc[good].reset_index(drop=True), geometry=shapes[good], crs=CGCS2000
    )
    kept = [ids[i] for i in good]
    # a column that became the id whole is not kept twice
    frame = _named(frame.drop(columns=id_source, errors="ignore"), kept, meanings, issues)
    if id_source:
        _exact(attributes[id_source], Meaning(id_source, "plot_id", "id"), issues)
    if id_source not in {"", "plot_id"}:
        frame.attrs["source_names"]["plot_id"] = id_source
    authority = plane.to_authority()
    told = ":".join(authority) if authority else plane.to_wkt()
    frame.attrs["plane"] = told
    located = IssueTable(_located(issues, file=file, layer=raw.layer))
    laid = None if placed is None else Laid(shapes[good], placed)
    bare = tuple(rows[i] for i in good.tolist() if named.own[i] is None)
    return Assembled(frame, located, system, told, laid, unnamed=bare, twice=named.twice)


def _located(issues: IssueTable, *, file: str, layer: str | None) -> list[Any]:
    return [dataclasses.replace(issue, file=file, layer=layer) for issue in issues]


def _attributes(table: pa.Table) -> pd.DataFrame:
    """Return the file's own columns with types that keep every digit."""
    columns: dict[str, pd.Series] = {}
    for name in table.column_names:
        if name in {ROW, WKB}:
            continue
        column = table[name]
        if pa.types.is_integer(column.type) and column.null_count:
            columns[name] = column.cast(pa.int64()).to_pandas(types_mapper=_whole)
        elif pa.types.is_boolean(column.type) and column.null_count:
            columns[name] = column.to_pandas(types_mapper=_whole)
        elif pa.types.is_date(column.type):
            columns[name] = column.cast(pa.timestamp("s")).to_pandas()
        elif pa.types.is_null(column.type):
            columns[name] = column.cast(pa.string()).to_pandas()
        else:
            columns[name] = column.to_pandas()
    return pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))


def _whole(kind: pa.DataType) -> Any:  # noqa: ANN401 pandas has no public name for it
    if pa.types.is_integer(kind):
        return pd.Int64Dtype()
    return pd.BooleanDtype() if pa.types.is_boolean(kind) else None


def _add_faults(raw: RawTable, ids: list[str], issues: IssueTable) -> None:
    numbers = raw.table[ROW].to_pylist()
    by_row = dict(zip(numbers, ids, strict=True))
    for fault in raw.faults:
        values = {k: v for k, v in fault.told.items() if k not in {"feature", "field"}}
        feature = by_row.get(fault.row) or (str(fault.row) if fault.row else None)
        severity = cast("Any", fault.severity)
        issues.add(fault.kind, severity, feature=feature, field=fault.field, **values)


def _nothing_usable(raw: RawTable, file: str) -> PlatformsError:
    if not raw.table.num_rows:
        return FormatError("read.no_rows", file=file)
    kinds = Counter(f.kind for f in raw.faults if f.severity == "error")
    types = sorted({str(f.told["type"]) for f in raw.faults if f.kind == "not_polygon"})
    types += ["LineString"] * (kinds["drawing_line_open"] > 0 and "LineString" not in types)
    if types and kinds["not_polygon"] + kinds["drawing_line_open"] == raw.table.num_rows:
        return FormatError("read.no_polygon_layer", file=file, types=types)
    first = next((f for f in raw.faults if f.severity == "error"), None)
    if first is None:
        return FormatError("read.no_rows", file=file)
    told = IssueTable()
    told.add(first.kind, "error", **first.told)
    reason = next(iter(told)).message()
    return FormatError("read.no_usable_row", file=file, rows=raw.table.num_rows, reason=reason)


def _named(
    frame: gpd.GeoDataFrame,
    ids: list[str],
    meanings: dict[str, list[Meaning]],
    issues: IssueTable,
) -> gpd.GeoDataFrame:
    """Give the columns our names and types; plot_id first, geometry last."""
    geometry = frame.geometry
    columns = {str(name): frame[name] for name in frame.columns if name != geometry.name}
    sources: dict[str, str] = {}

    def read(other: Meaning, cells: pd.Series) -> pd.Series:
        # what cannot be read of a column that is not taken is nobody's fault
        unsaid = IssueTable()
        if other.kind == "area":
            other, cells = _with_unit(other, cells, geometry, unsaid, ids)
        return interpret(cells, other, unsaid, ids)

    for column, found in meanings.items():
        meaning = found[0]
        cells, before = columns[meaning.source], columns
        if meaning.kind == "area":
            meaning, cells = _with_unit(meaning, cells, geometry, issues, ids)
        values = interpret(cells, meaning, issues, ids)
        sources[column] = meaning.source
        if meaning.kind == "area" and meaning.source != column:
            columns[column] = values
        else:
            columns = {column if n == meaning.source else n: c for n, c in columns.items()}
            columns[column] = values
        _exact(cells, meaning, issues)
        name_second_columns(values, found, before, read, issues, ids)
    for name in [n for n in columns if n in COMPUTED]:
        columns = {f"file_{n}" if n == name else n: c for n, c in columns.items()}
        issues.add("field_renamed", "info", field=name, name=f"file_{name}")
    columns.pop("plot_id", None)
    renamed = {c: s for c, s in sources.items() if c != s}
    if renamed:
        told = ", ".join(f"{s} → {c}" for c, s in renamed.items())
        issues.add("fields_recognised", "info", names=told)
    out = gpd.GeoDataFrame(
        {"plot_id": pd.array(ids, dtype="str"), **columns}, geometry=geometry.array, crs=CGCS2000
    )
    out.attrs["source_names"] = renamed
    return out


def _exact(cells: pd.Series, meaning: Meaning, issues: IssueTable) -> None:
    """Name a code that arrived as a float too large to be exact, or as a power of ten."""
    if meaning.kind in {"text", "id"}:
        if cells.dtype == np.float64:
            lost = int((cells.abs() >= _EXACT).sum())
        elif isinstance(cells.dtype, pd.StringDtype):
            lost = int(cells.str.fullmatch(_POWER).sum())
        else:
            lost = 0
        if lost:
            issues.add("code_digits_lost", "warning", field=meaning.source, count=lost)


def _with_unit(
    meaning: Meaning,
    cells: pd.Series,
    geometry: gpd.GeoSeries,
    issues: IssueTable,
    ids: list[str],
) -> tuple[Meaning, pd.Series]:
    """Find the unit of areas whose name and cells carry none, by comparing with the shapes.

    Cells that would be a thousand times their shape in that unit are named and left empty.
    """
    if meaning.unit:
        if meaning.unit not in {"m2", "㎡", "平方米"}:
            issues.add("area_unit", "info", field=meaning.source, unit=meaning.unit)
        return meaning, cells
    # cells with a unit of their own need none from here
    read = (parse_number(None if pd.isna(c) else c) for c in cells.tolist())
    numbers = np.array([np.nan if n is None else float(n) for n in read])
    if not np.isfinite(numbers).any():
        return meaning, cells
    flat = reproject(geometry.to_frame("geometry"), _equal_area(geometry))
    shapes = flat.geometry.to_numpy()
    # the parts of a ring that crosses itself cancel out: no size to compare with
    areas = np.where(shapely.is_valid(shapes), np.abs(shapely.area(shapes)), np.nan)
    unit = unit_by_size(numbers, areas)
    if not unit:
        issues.add("area_unit_open", "warning", field=meaning.source)
        return dataclasses.replace(meaning, unit="?"), cells
    issues.add("area_unit_by_size", "info", field=meaning.source, unit=unit)
    wild = beyond_measure(numbers, areas, unit)
    for at in np.flatnonzero(wild):
        value, field = str(cells.iloc[at])[:40], meaning.source
        issues.add("area_beyond", "warning", feature=ids[at], field=field, value=value, unit=unit)
    if wild.any():
        cells = cells.mask(wild)
    return dataclasses.replace(meaning, unit=unit), cells


def _equal_area(geometry: gpd.GeoSeries) -> object:
    from platforms.geo.crs import plane_for

    return plane_for(geometry.total_bounds.tolist())

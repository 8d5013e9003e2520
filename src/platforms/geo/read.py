"""The one door for reading what users bring.

A file goes in as it is, plots come out in EPSG:4490 with every fault named. The way: a copy
under our name, checks of the container, a look at the content, a worker process that reads
and judges every row, the decision on the coordinate system, the meaning of the columns.
Nothing is repaired silently, and rows in = rows good + rows set aside.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from platforms.errors import FormatError, InputError
from platforms.geo.ingest.limits import LIMITS, Limits
from platforms.geo.ingest.preflight import Upload, staged
from platforms.geo.ingest.sandbox import reading
from platforms.geo.ingest.sniff import Dataset, datasets

if TYPE_CHECKING:
    import geopandas as gpd

    from platforms.geo.datum import DatumShift
    from platforms.geo.ingest.georeference import SurveyArea
    from platforms.geo.placed import Laid
    from platforms.issues import IssueTable

__all__ = ["Limits", "Plots", "Source", "Upload", "choose_dataset", "inspect", "read_plots"]


@dataclasses.dataclass(frozen=True)
class Source:
    """Where plots came from and how that was read.

    Attributes
    ----------
    name
        Name of the file as its sender called it, for showing only.
    driver
        What read it: a GDAL driver, or the name of a format of ours.
    layer
        Layer, None where the format has none.
    encoding, encoding_basis
        Of its text; basis is ``given``, ``declared``, ``content``, ``ascii`` or ``format``.
    crs
        Coordinate system, ``EPSG:n`` where there is a code.
    crs_basis
        ``given`` by the user, also ``against_file`` (the file states another), stated by the
        ``file``, fixed by the ``format``, decided by
        ``magnitude`` and the county's place, brought by the user's ``parameters``, or the
        web map's offset that was taken off (``gcj02``, ``bd09``).
    features
        Rows in the file.
    sha256
        Digest of what was given, hexadecimal.
    plane
        Survey plane to measure in: ``EPSG:n`` or WKT.
    parameters
        Shift parameters in full, empty without any.
    parameters_rms_m
        What remains at the control points, metres; None without points to spare.
    certified
        Whether areas of this source may be certified: False for coordinates of web maps, and
        for web Mercator unless the user named that system.
    """

    name: str
    driver: str
    layer: str | None
    encoding: str
    encoding_basis: str
    crs: str
    crs_basis: str
    features: int
    sha256: str
    plane: str
    parameters: str = ""
    parameters_rms_m: float | None = None
    certified: bool = True

    def to_dict(self) -> dict[str, object]:
        """Return the fields as a dict, for JSON."""
        return dataclasses.asdict(self)


@dataclasses.dataclass(frozen=True)
class Plots:
    """Plots that were read.

    Attributes
    ----------
    frame
        EPSG:4490, index 0..n-1, ``plot_id`` first, ``geometry`` last. ``frame.attrs`` holds
        ``plane`` (where to measure) and ``source_names`` (our column to the file's name).
    issues
        Faults; each row that was set aside is an error there.
    source
        Where they came from.
    laid
        The shapes in the file's own plane, where it has one; used only with the very
        geometries of ``frame``, and made anew for any others.
    unnamed
        Rows of ``frame`` to which the file gives no id, by their number in the file: what they
        are called follows from the order of the rows.
    twice
        Ids that the file gives to several rows.
    """

    frame: gpd.GeoDataFrame
    issues: IssueTable
    source: Source
    laid: Laid | None = dataclasses.field(default=None, repr=False, compare=False)
    unnamed: tuple[int, ...] = dataclasses.field(default=(), repr=False, compare=False)
    twice: tuple[str, ...] = dataclasses.field(default=(), repr=False, compare=False)

    @property
    def rows(self) -> Mapping[str, int]:
        """Rows in the file, good ones, and those set aside."""
        good = len(self.frame)
        rows = self.source.features
        return {"in": rows, "good": good, "set_aside": rows - good}


def read_plots(
    path: str | os.PathLike[str] | Upload | Sequence[Upload],
    *,
    workspace: SurveyArea | Callable[[], SurveyArea] | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    helmert: str | os.PathLike[str] | None = None,
    strict: bool = False,
) -> Plots:
    """Read the plots of a file in any format that is known.

    Parameters
    ----------
    path
        A file (Shapefile, GeoJSON, GeoPackage, FileGDB, KML, KMZ, DXF, FlatGeobuf,
        GeoParquet, CSV, Excel, boundary-point TXT, or a zip of one), a folder, an upload, or
        several uploads that belong together.
    workspace
        Gives the county, which decides between systems that the numbers alone leave open. A
        function that opens it is called while the file is being read.
    crs
        Coordinate system, where the file states none or a wrong one: a code or a proj string;
        with ``:yx`` behind it, northing comes first; with ``!`` at the end the file states a
        wrong datum, which is otherwise refused. ``gcj02`` and ``bd09`` take off the
        offset of a web map.
    encoding
        Encoding of the text, where the file states none or a wrong one.
    layer
        Layer, or data set of a zip, where there are several.
    helmert
        Way from Xi'an 80, Beijing 54 or a city grid to CGCS2000: seven or four parameters, or
        a CSV of control points; see `platforms.geo.datum.read_shift`.
    strict
        Refuse the file when there is a warning or an error.

    Returns
    -------
    plots
        Frame, issues and source.

    Raises
    ------
    FormatError, LimitError
        When the file cannot be read or costs too much.
    CRSError
        When the coordinate system is open, refused or contradicted by the numbers.
    InputError
        When a layer must be chosen, and with ``strict`` for any fault.
    """
    plots = _read(path, area=workspace, crs=crs, encoding=encoding, layer=layer, helmert=helmert)
    if strict:
        plots.issues.raise_errors(strict=True)
    return plots


def inspect(
    path: str | os.PathLike[str] | Upload | Sequence[Upload],
    *,
    workspace: SurveyArea | Callable[[], SurveyArea] | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    helmert: str | os.PathLike[str] | None = None,
) -> Plots:
    """Look at a file as `read_plots` does, and never refuse it for its rows.

    Takes, returns and raises what `read_plots` does; nothing is changed or written.
    """
    return _read(path, area=workspace, crs=crs, encoding=encoding, layer=layer, helmert=helmert)


def _read(
    path: str | os.PathLike[str] | Upload | Sequence[Upload],
    *,
    area: SurveyArea | Callable[[], SurveyArea] | None,
    crs: str | None,
    encoding: str | None,
    layer: str | None,
    helmert: str | os.PathLike[str] | None = None,
    limits: Limits = LIMITS,
) -> Plots:
    shift = None if helmert is None else _shift(helmert)
    with staged(path, limits=limits) as stage:
        found, passed_over = datasets(stage.members, file=stage.name)
        dataset = choose_dataset(found, layer, file=stage.name)
        # a layer that named the data set does not also name a layer in it
        inner = None if len(found) > 1 else layer
        with reading(dataset, layer=inner, encoding=encoding, limits=limits) as result:
            # loading the libraries and the county takes as long as reading does
            from platforms.geo.ingest.assemble import assemble

            county = area() if callable(area) else area
            raw = result()
    dataset.tell_encoding(raw)
    for archive in passed_over:
        raw.fault("archive_passed_over", "warning", name=archive)
    made = assemble(raw, file=stage.name, crs=crs, area=county, shift=shift)
    if shift is not None and shift.open_m:
        metres = f"{shift.open_m:.1f}"
        made.issues.add("shift_convention_assumed", "warning", metres=metres)
    system = made.system
    features = raw.table.num_rows
    set_aside = {i.feature for i in made.issues if i.severity == "error"}
    if features != len(made.frame) + len(set_aside):
        raise FormatError("read.rows_unaccounted", file=stage.name)
    source = Source(
        stage.name,
        raw.driver,
        raw.layer,
        raw.encoding,
        raw.encoding_basis,
        system.name,
        system.basis,
        features,
        stage.sha256,
        made.plane,
        "" if shift is None else shift.text,
        None if shift is None else shift.rms_m,
        certified=system.certified,
    )
    return Plots(made.frame, made.issues, source, made.laid, made.unnamed, made.twice)


def _shift(helmert: str | os.PathLike[str]) -> DatumShift:
    from platforms.geo.datum import read_shift

    return read_shift(os.fspath(helmert))


def choose_dataset(found: list[Dataset], layer: str | None, *, file: str) -> Dataset:
    """Return the one data set that is meant; refuse where it is open or not there."""
    if len(found) == 1:
        return found[0]
    names = [dataset.name for dataset in found]
    chosen = [dataset for dataset in found if dataset.name == layer]
    if layer is not None and not chosen:
        raise InputError("read.layer_unknown", file=file, layer=layer, layers=names)
    if len(chosen) != 1:
        raise InputError("read.layer_open", file=file, layers=names)
    return chosen[0]

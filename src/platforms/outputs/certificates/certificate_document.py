"""What the area certificate of plots (面积量算成果) says, as text that HTML and PDF print alike.

One page group a plot: sketch, table of boundary points, all areas with their differences,
how the coordinates were understood, the method, the faults, and room for signatures. What is
printed is what was measured; edge lengths are those between the printed points, so that a
reader can check them by hand. A plot whose datum nobody vouches for gets no certificate, and
a sample plot says on every page that it is one.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd

from platforms import messages
from platforms.errors import CRSError, InputError
from platforms.geo.crs import describe, parse_crs, plane_for, reproject
from platforms.geo.exchange import boundary_rings, with_prefix
from platforms.geo.read import Source
from platforms.outputs.certificates.certificate_areas import AreaRow, adjusted_words, area_rows
from platforms.outputs.certificates.certificate_points import PointRow, edge_lengths, point_rows
from platforms.outputs.certificates.certificate_sketch import BESIDE, WHOLE, Sketch, sketch
from platforms.planning.survey import Survey
from platforms.version import VERSION

__all__ = ["CertificateDocument", "CertificatePage", "certificate_document"]

_FACTS = ("name", "firm_name", "credit_code", "land_use")
# a basis that has words of its own in the catalogue
_BASES = ("given", "against_file", "file", "format", "magnitude", "parameters")
_LONG = 300
# a table of this many lines stands beside the sketch, so that the plot fits one sheet
_BESIDE_ROWS = 18
# how columns were named says nothing of a plot, limits say nothing of its area, and what was
# declared of it stands in its own table, not beside what was declared of another
_NOT_TOLD = frozenset(
    {
        "declared_close", "domains_told", "field_renamed", "fields_recognised", "id_column",
        "names_completed", "names_from_map", "shp_names_cut", "txt_area_missing",
        "txt_area_stated",
    }
)  # fmt: skip


@dataclass(frozen=True)
class CertificatePage:
    """What is printed of one plot; every value is text, ready to be shown.

    Attributes
    ----------
    plot_id
        Its id.
    marks
        Warnings that stand on every page: sample data.
    facts, source, method
        Pairs of label and value.
    areas
        The areas with 亩, 公顷 and the difference to the official one.
    adjusted
        How the area was adjusted to a control total; empty where it was not.
    svg, sketch_note
        The sketch, and what it leaves out.
    beside
        Whether sketch and table stand side by side, as they do for few points.
    points
        Boundary points, northing first, eastings with zone number.
    issues
        Faults of this plot and of its file.
    """

    plot_id: str
    marks: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    areas: tuple[AreaRow, ...]
    adjusted: str
    svg: str
    sketch_note: str
    beside: bool
    points: tuple[PointRow, ...]
    source: tuple[tuple[str, str], ...]
    method: tuple[tuple[str, str], ...]
    issues: tuple[str, ...]


@dataclass(frozen=True)
class CertificateDocument:
    """A batch of certificates.

    Attributes
    ----------
    lang
        Language of the words.
    day
        Date of issue, ISO.
    version
        Of the program.
    sha256
        Digest of the input, which every page carries.
    pages
        One per plot.
    left_out
        Ids of plots without an area; they get no certificate.
    words
        Headings and labels by name.
    """

    lang: str
    day: str
    version: str
    sha256: str
    pages: tuple[CertificatePage, ...]
    left_out: tuple[str, ...]
    words: Mapping[str, str]


def certificate_document(
    survey: Survey, plot_ids: Sequence[str] | None = None, *, day: dt.date | None = None
) -> CertificateDocument:
    """Gather what certificates of plots say.

    Parameters
    ----------
    survey
        Measured plots; control-area columns are printed where there are such.
    plot_ids
        Plots to certify, in this order; default all that have an area.
    day
        Date of issue; default today.

    Returns
    -------
    document
        What :func:`platforms.save_certificate` prints.

    Raises
    ------
    CRSError
        When the datum of the plots is not certain enough to certify areas.
    InputError
        For an id that is not there, a plot named that has no area, and when none has one.
    """
    _refuse_uncertified(survey)
    frame, left_out = _chosen(survey.frame, plot_ids)
    own: dict[str, list[str]] = {}
    general: list[str] = []
    between = " " if messages.language() == "en" else ""
    for issue in survey.issues:
        words = _clean(f"{issue.message()}{between}{issue.action()}")
        if issue.feature is not None:
            own.setdefault(issue.feature, []).append(words)
        elif not _said_elsewhere(str(issue.values.get("kind") or issue.kind)):
            # who signs must know how areas and places were understood
            general.append(words)
    # who signs one plot must know that the file held others that could not be read
    set_aside = survey.source.features - len(survey.frame)
    if set_aside > 0:
        general.append(_t("set_aside", features=survey.source.features, count=set_aside))
    pages = tuple(
        _page(frame.iloc[[row]], survey, [*own.get(str(plot_id), []), *general])
        for row, plot_id in enumerate(frame["plot_id"])
    )
    told = messages.catalogue(messages.language(), "certificate")
    return CertificateDocument(
        lang=messages.language(),
        day=(day or dt.datetime.now(tz=dt.UTC).astimezone().date()).isoformat(),
        version=VERSION,
        sha256=survey.source.sha256,
        pages=pages,
        left_out=left_out,
        words={k.removeprefix("word."): v for k, v in told.items() if k.startswith("word.")},
    )


def _said_elsewhere(kind: str) -> bool:
    """Say whether a fault of the whole file says nothing of the areas of a plot."""
    return kind in _NOT_TOLD or kind.startswith("constraint_")


def _refuse_uncertified(survey: Survey) -> None:
    """Refuse areas on a datum that was declared to be shifted, such as GCJ-02."""
    told = (getattr(survey.source, "certified", True), survey.frame.attrs.get("certified", True))
    if not all(told):
        raise CRSError("certificate.not_certified", file=survey.source.name)


def _chosen(
    frame: gpd.GeoDataFrame, plot_ids: Sequence[str] | None
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    ids = frame["plot_id"].astype(str)
    measured = frame["area_m2"].notna().to_numpy()
    if plot_ids is None:
        if not measured.any():
            raise InputError("certificate.nothing")
        return frame[measured], tuple(ids[~measured])
    place = {plot_id: row for row, plot_id in enumerate(ids)}
    unknown = [plot_id for plot_id in plot_ids if plot_id not in place]
    if unknown:
        raise InputError("certificate.unknown_plot", plots=unknown, some=list(ids[:5]))
    rows = [place[plot_id] for plot_id in dict.fromkeys(plot_ids)]
    bare = [ids.iloc[row] for row in rows if not measured[row]]
    if bare or not rows:
        raise InputError("certificate.no_area", plots=bare)
    return frame.iloc[rows], ()


def _page(plot: gpd.GeoDataFrame, survey: Survey, issues: list[str]) -> CertificatePage:
    row = plot.iloc[0]
    plane = with_prefix(parse_crs(plot.attrs.get("plane") or plane_for(plot)))
    shape = reproject(plot, plane).geometry.iloc[0]
    rings = boundary_rings(shape)
    lengths = [edge_lengths(ring) for ring in rings]
    points = tuple(point_rows(rings, lengths))
    beside = len(points) + sum(bool(point.ring) for point in points) <= _BESIDE_ROWS
    size = BESIDE if beside else WHOLE
    drawn = sketch(rings, lengths, label=_t("word.sketch"), size=size)
    perimeter = sum(float(length) for ring in lengths for length in ring)
    count = sum(len(ring.points) for ring in rings)
    facts = [(name, row[name]) for name in _FACTS if name in plot and _known(row[name])]
    counts = {"points": f"{count}", "rings": f"{len(rings)}", "perimeter": f"{perimeter:,.2f} m"}
    return CertificatePage(
        plot_id=_clean(row["plot_id"]),
        marks=(_t("sample"),) if _is_sample(row) else (),
        facts=(
            (_t("fact.plot_id"), _clean(row["plot_id"])),
            *((_t(f"fact.{name}"), _clean(value)) for name, value in facts),
            *((_t(f"fact.{name}"), value) for name, value in counts.items()),
        ),
        areas=area_rows(row),
        adjusted=_clean(adjusted_words(row, plot.attrs.get("adjustment"))),
        svg=drawn.svg,
        sketch_note=_omitted(drawn),
        beside=beside,
        points=points,
        source=_source_facts(survey.source, describe(plane).label()),
        method=tuple(
            (_t(f"word.{name}"), _t(f"method.{name}"))
            for name in _METHODS
            if name != "adjusted" or "adjusted_m2" in plot
        ),
        issues=tuple(issues),
    )


_METHODS = ("official", "planar", "declared", "adjusted", "geodesic", "rounding", "lengths")


def _omitted(drawn: Sketch) -> str:
    told = {"points": drawn.points_omitted, "lengths": drawn.lengths_omitted}
    left = {name: count for name, count in told.items() if count}
    if not left:
        return ""
    return _t(f"omitted.{'both' if len(left) > 1 else next(iter(left))}", **left)


def _source_facts(source: Source, plane: str) -> tuple[tuple[str, str], ...]:
    basis = source.crs_basis
    words = _t(f"basis.{basis}") if basis in _BASES else _t("basis.other", basis=_clean(basis))
    facts = {
        "file": _clean(source.name),
        "sha256": _clean(source.sha256),
        "ellipsoid": _t("ellipsoid"),
        "plane": plane,
        "crs": _clean(_system(source.crs)),
        "crs_basis": words,
    }
    if source.parameters:
        rms = source.parameters_rms_m
        facts["parameters"] = _clean(source.parameters)
        facts["rms"] = _t("rms_none") if rms is None else _t("rms", rms=f"{rms:.3f}")
    return tuple((_t(f"source.{name}"), value) for name, value in facts.items())


def _system(crs: str) -> str:
    if not crs:
        return _t("unrecorded")
    if crs == "local":
        return _t("local")
    try:
        label = describe(crs).label()
    except CRSError:
        return crs
    return f"{label} {crs}" if crs.startswith("+") else label


def _is_sample(row: Mapping[str, object]) -> bool:
    code = str(row.get("credit_code") or "")
    return row.get("basis") == "sample" or code.startswith("SAMPLE")


def _known(value: object) -> bool:
    return not (value is None or value != value or str(value).strip() in {"", "<NA>"})  # noqa: PLR0124 nan


def _clean(value: object) -> str:
    """Return text that cannot turn the line round or hide in it, of bounded length."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    text = "".join(
        " " if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else c for c in str(value)
    )
    text = " ".join(text.split())
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"certificate.{entry}", None, **fields)

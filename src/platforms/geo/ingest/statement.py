"""What a file itself says of its coordinate system, and what becomes of it beside the user's word.

The user may be right against the file, since labels are wrong often enough; he is never
believed without a word. A system other than the stated one is a warning that names both. From
an old or unknown datum to CGCS2000 nothing is converted by saying so: there the user must say
in so many words that the label is wrong (``!`` behind the code), or bring parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from platforms.errors import CRSError
from platforms.geo.crs import describe, parse_crs

if TYPE_CHECKING:
    from pyproj import CRS

    from platforms.geo.ingest.raw import RawTable
    from platforms.issues import IssueTable

__all__ = ["AGAINST_MARK", "compare_stated", "is_implied", "stated_system"]

AGAINST_MARK = "!"
_WKT_STARTS = ("GEOG", "PROJ", "COMPD_CS", "BOUNDCRS", "COMPOUNDCRS", "GEODCRS", "EPSG:", "{")
_MAX_NESTING = 24
_WGS84 = 4326
_SAME_GROUND = frozenset({"cgcs2000", "wgs84"})


def stated_system(raw: RawTable, issues: IssueTable) -> CRS | None:
    """Return the system that the file states, None where it states none that can be read."""
    text = raw.crs.strip()
    if not text:
        return None
    deep = max(np.cumsum([(c in "[{") - (c in "]}") for c in text]), default=0) > _MAX_NESTING
    if deep or not text.upper().startswith(_WKT_STARTS):
        issues.add("crs_unreadable", "warning", where=raw.crs_from)
        return None
    try:
        crs = parse_crs(text)
    except CRSError:
        issues.add("crs_unreadable", "warning", where=raw.crs_from)
        return None
    system = describe(crs)
    if system.kind == "other" and system.datum == "other":
        issues.add("crs_unreadable", "warning", where=raw.crs_from)
        return None
    return crs


def is_implied(raw: RawTable, stated: CRS) -> bool:
    """Say whether nobody wrote the system down: GeoJSON without one is in WGS 84."""
    return raw.driver == "GeoJSON" and stated.to_epsg() == _WGS84


def compare_stated(
    raw: RawTable, given: CRS, issues: IssueTable, *, against: bool, text: str, file: str
) -> bool:
    """Say whether the user's system goes against the file's.

    Parameters
    ----------
    raw
        What the file says.
    given
        What the user says.
    issues
        Takes a warning that names both.
    against
        Whether the user said that the file's label is wrong, or brings parameters.
    text
        The user's words, for the message.
    file
        Name for messages.

    Raises
    ------
    CRSError
        Where the file's datum is not that of the user's system, without his word.
    """
    from platforms.issues import IssueTable

    stated = stated_system(raw, IssueTable())
    if stated is None or is_implied(raw, stated) or "undefined" in stated.name.lower():
        return False
    ours, theirs = describe(given), describe(stated)
    one_ground = ours.datum == theirs.datum or {ours.datum, theirs.datum} <= _SAME_GROUND
    places = ("kind", "central_meridian", "false_easting_m", "false_northing_m", "scale")
    same = one_ground and all(getattr(ours, p) == getattr(theirs, p) for p in places)
    if same and (ours.kind != "other" or given == stated):
        return False
    # a proj string with parameters of its own is the way out that is asked for
    if ours.datum == "bound" and theirs.datum != "bound":
        return False
    told = {"stated": _named(stated), "given": _named(given)}
    if theirs.datum not in _SAME_GROUND and not one_ground and not against:
        next_ = f"--crs {text}{AGAINST_MARK}"
        raise CRSError("read.crs_against_datum", file=file, next=next_, **told)
    issues.add("crs_against_file", "warning", stated=told["stated"], given=told["given"])
    return True


def _named(crs: CRS) -> str:
    system = describe(crs)
    code = "" if system.epsg else crs.to_epsg()
    return f"{system.label()} (EPSG:{code})" if code else system.label()

"""Positions as a file to hand on: GeoJSON in EPSG:4490 that every GIS opens.

Each feature says whose boundary it is, who gave it, by what, when, how it came about and how
accurate it is, and which earlier boundaries it follows; the file says of which workspace it is
and carries the hash of what it says. A file that somebody made by hand has no hash and is taken
all the same, after the same checks.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

from platforms.errors import FormatError, OutputError
from platforms.geo.ingest.limits import refuse_long_text
from platforms.geo.write import atomic_path
from platforms.layers.positions import Position, PositionSet

__all__ = ["export_positions", "import_positions"]

_FORMAT = "platforms-positions"
# what stands in the file: another ending would be read as another format
_ENDINGS = (".geojson", ".json")
_VERSION = 1
_CRS = "urn:ogc:def:crs:EPSG::4490"
_KNOWN_CRS = {_CRS, "EPSG:4490"}
# enough of a hash to tell the positions of one feature apart
_DIGITS = 12
_WORDS = ("layer", "feature_id", "basis", "author", "source", "stated")


def export_positions(
    positions: PositionSet, path: str | os.PathLike[str], *, overwrite: bool = False
) -> Path:
    """Write positions as a change set.

    Parameters
    ----------
    positions
        As ``open_store(ws).positions.current()`` gives them.
    path
        A ``.geojson`` file.
    overwrite
        Replace a file that is there.

    Raises
    ------
    OutputError
        For another ending, and when it cannot be written; nothing half-written is left.
    """
    target = Path(path)
    if target.suffix.lower() not in _ENDINGS:
        raise OutputError("sheet.ending_unknown", path=target.name, allowed=list(_ENDINGS))
    told = {
        "type": "FeatureCollection",
        "name": _FORMAT,
        "crs": {"type": "name", "properties": {"name": _CRS}},
        "platforms": {
            "version": _VERSION, "workspace": positions.workspace, "sha256": positions.sha256,
        },
        "features": [
            _feature(one, positions.follows.get(one.key, frozenset())) for one in positions
        ],
    }  # fmt: skip
    with atomic_path(target, overwrite=overwrite) as tmp:
        tmp.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return target


def _feature(one: Position, follows: frozenset[str]) -> dict[str, object]:
    said = {name: getattr(one, name) for name in _WORDS}
    # one text: other programs keep lists in many ways
    known = ";".join(sorted({sha256[:_DIGITS] for sha256 in (*follows, one.sha256)}))
    return {
        "type": "Feature",
        "properties": {**said, "accuracy_m": one.accuracy_m, "follows": known},
        "geometry": mapping(one.shape),
    }


def import_positions(path: str | os.PathLike[str], workspace: str = "") -> PositionSet:
    """Read a change set; nothing is kept yet.

    Parameters
    ----------
    path
        What :func:`export_positions` wrote, or a file of the same shape.
    workspace
        Name of the workspace that it is for where the file says none.

    Returns
    -------
    positions
        For :func:`platforms.check_position` and ``open_store(ws).positions.bring``.

    Raises
    ------
    FormatError
        When it is no such file, has another system of coordinates, lacks what a position must
        say (with the number of the feature), or was changed after it was written.
    """
    file = Path(path)
    try:
        refuse_long_text(file)
        tree = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise FormatError("positions.file_unreadable", path=file.name, reason=reason) from None
    except (ValueError, RecursionError):
        raise FormatError("positions.not_a_file", path=file.name) from None
    features = tree.get("features") if isinstance(tree, Mapping) else None
    if not isinstance(features, list):
        raise FormatError("positions.not_a_file", path=file.name)
    _check_system(tree, file.name)
    head = tree.get("platforms")
    head = head if isinstance(head, Mapping) else {}
    made = [_position(one, number, file.name) for number, one in enumerate(features, start=1)]
    seen: set[tuple[str, str]] = set()
    for number, key in enumerate((one.key for one in made), start=1):
        if key in seen:
            raise FormatError("positions.file_twice", path=file.name, number=number, feature=key[1])
        seen.add(key)
    follows = {one.key: _follows(feature) for one, feature in zip(made, features, strict=True)}
    found = PositionSet(str(head.get("workspace") or workspace), tuple(made), follows)
    if "sha256" in head and head["sha256"] != found.sha256:
        raise FormatError("positions.file_changed", path=file.name)
    return found


def _check_system(tree: Mapping[str, Any], name: str) -> None:
    """Refuse another system: without a word of it, GeoJSON may be GPS or worse."""
    crs = tree.get("crs")
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    said = properties.get("name") if isinstance(properties, Mapping) else None
    if said not in _KNOWN_CRS:
        raise FormatError("positions.file_crs", path=name, crs=said or "–")


def _follows(feature: Mapping[str, Any]) -> frozenset[str]:
    """Return the hashes that a feature names; other words say nothing."""
    said = feature["properties"].get("follows")
    return frozenset(said.split(";")) if isinstance(said, str) else frozenset()


def _position(feature: object, number: int, name: str) -> Position:
    wrong = {"path": name, "number": number}
    said = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(feature, Mapping) or not isinstance(said, Mapping):
        raise FormatError("positions.file_feature", **wrong, field="properties")
    for field in _WORDS:
        if not isinstance(said.get(field), str) or not said[field].strip():
            raise FormatError("positions.file_feature", **wrong, field=field)
    accuracy = said.get("accuracy_m")
    if isinstance(accuracy, bool) or not isinstance(accuracy, int | float | None):
        raise FormatError("positions.file_feature", **wrong, field="accuracy_m")
    try:
        outline = shapely.force_2d(shape(feature["geometry"]))
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError):
        raise FormatError("positions.file_feature", **wrong, field="geometry") from None
    return Position(
        **{field: str(said[field]) for field in _WORDS}, shape=outline,
        accuracy_m=None if accuracy is None else float(accuracy),
    )  # fmt: skip

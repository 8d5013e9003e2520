"""The areas of a map file whose rows were imported, as positions of those rows.

An attribute table goes into a layer, its areas do not: they are handed on as positions with
author, date and source, which are checked and stored like every other correction.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

from platforms.errors import InputError
from platforms.geo.ingest.preflight import Upload
from platforms.geo.read_tables import read_outlines
from platforms.issues import IssueTable
from platforms.layers.importing.preview import ImportPreview
from platforms.layers.positions import Position, PositionSet

__all__ = ["imported_outlines"]


def imported_outlines(
    path: str | os.PathLike[str] | Upload,
    preview: ImportPreview,
    *,
    author: str,
    stated: str,
    basis: Literal["drawn", "surveyed"] = "drawn",
    reading: Mapping[str, str] | None = None,
) -> tuple[PositionSet, IssueTable]:
    """Return the areas of a map file as positions of the rows that came with them.

    Parameters
    ----------
    path
        The file of the preview.
    preview
        Of :func:`platforms.preview_import`; tells which row is which feature.
    author
        Who says that the areas are right.
    stated
        Day of the drawing or survey, ISO 8601.
    basis
        ``drawn`` or ``surveyed``.
    reading
        ``layer``, ``encoding`` and ``crs`` of the file, where it does not tell.

    Returns
    -------
    positions, issues
        Of the layer of the preview, accuracy unknown, source the file; and what was seen of
        shapes and coordinates. Rows that were set aside have none.

    Raises
    ------
    FormatError, LimitError, CRSError
        When the areas cannot be read.
    InputError
        When the layer's features have no place.
    """
    if preview.card.geometry not in {"place", "point"}:
        raise InputError("importing.layer_no_place", layer=preview.layer)
    outlines, issues = read_outlines(path, area=preview.workspace, **(reading or {}))
    made = [
        Position(
            layer=preview.layer,
            feature_id=preview.ids[line],
            shape=shape,
            basis=basis,
            accuracy_m=None,
            author=author,
            source=preview.source.name,
            stated=stated,
        )
        for line, shape in outlines.items()
        if line in preview.ids
    ]
    return PositionSet(preview.workspace.name, tuple(made)), issues

"""The map as it leaves: only what its profile lists, drawn as fine as the profile allows.

Publishing takes away and never adds: areas and verdicts stay the attributes that were
certified, marks of sample and schematic layers stay, and what was taken away is told in the
file without the names or values of what is gone. A text that repeats a removed value goes too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import geopandas as gpd
import numpy as np
import shapely

from platforms import messages
from platforms.outputs.maps.map_encoding import pack_geometry
from platforms.outputs.maps.map_reading import (
    Layer,
    base_frames,
    columns_of,
    layer_frames,
    with_layers,
)
from platforms.outputs.maps.map_seal import MapDocument, sealed
from platforms.outputs.publication.checking import check_publication
from platforms.outputs.publication.coverage import detailed_layers
from platforms.outputs.publication.profile import (
    Contiguous,
    Coordinates,
    Profile,
    PublicationRules,
    profile_of,
)
from platforms.outputs.publication.repeated import Repeated
from platforms.outputs.publication.thinning import thinned

__all__ = ["publish"]

_NUMBER = "number"
# a degree of latitude, metres
_METRES = 111_320
_MAX_REVIEW = 60


def publish(
    document: MapDocument,
    profile: str = "internal",
    *,
    review_number: str = "",
    rules: PublicationRules | None = None,
) -> MapDocument:
    """Return a map as it may leave under a profile.

    Parameters
    ----------
    document
        Any map document. Not changed.
    profile
        ``internal`` marks it 内部资料 and keeps everything; ``public`` keeps the listed
        columns, thins and rounds shapes, and has the slot of the 审图号; or one of the rules.
    review_number
        The 审图号, printed in its slot.
    rules
        Of :func:`platforms.read_publication`; default those that come with the product.

    Returns
    -------
    document
        With ``content["publication"]``: ``profile``, ``title``, ``review_number``,
        ``removed`` and ``warnings`` (texts in the language of the map).

    Raises
    ------
    InputError
        For a profile that is not known.
    """
    chosen = profile_of(profile, rules)
    lang = "zh_CN" if document.content["lang"] == "zh-CN" else "en"
    number = " ".join(review_number.split())[:_MAX_REVIEW]
    issues = check_publication(document, profile, review_number=number, rules=rules)
    told: list[str] = []
    made = document
    if chosen.fields is not None:
        made = _listed(made, chosen, lang, told)
    if chosen.coordinates is not None:
        made = _coarser(made, chosen.coordinates, chosen.contiguous, lang, told)
    marks = [m for m in cast("Sequence[str]", made.content["marks"]) if m != "internal"]
    if chosen.mark.value == "internal":
        marks.append("internal")
    before = cast("Mapping[str, Sequence[str]]", document.content.get("publication") or {})
    publication = {
        "profile": profile,
        "title": chosen.name(lang),
        "review_number": number,
        # what an earlier publication took away is still away
        "removed": [*before.get("removed", ()), *told],
        "warnings": [one.message(lang) for one in issues if one.severity == "warning"],
    }
    return sealed({**made.content, "marks": marks, "publication": publication})


def _t(entry: str, lang: str, **fields: object) -> str:
    return messages.text(f"publication.{entry}", lang, **fields)


def _listed(document: MapDocument, profile: Profile, lang: str, told: list[str]) -> MapDocument:
    """Leave the listed layers and columns, and no text that repeats another value."""
    layers = cast("Sequence[Layer]", document.content["layers"])
    frames = layer_frames(document)
    repeated = Repeated()
    kept: list[Layer] = []
    gone = [str(one["title"]) for one in layers if not profile.keeps_layer(str(one["id"]))]
    changed: dict[str, gpd.GeoDataFrame] = {}
    for layer in layers:
        name = str(layer["id"])
        frame = frames[name]
        away = [one for one in columns_of(layer) if not profile.keeps(name, one.name)]
        repeated.take(layer, frame, {one.name for one in away})
        if not profile.keeps_layer(name):
            continue
        if away:
            told.append(_fields_told(layer, [one.title for one in away], lang))
        made, changed[name] = _fewer(layer, frame, {one.name for one in away}, lang)
        kept.append(made)
    if gone:
        told.append(_t("layers_gone", lang, layers=gone))
    content = {
        **document.content,
        "layers": kept,
        "tables": _tables(document, kept),
        "slides": _slides(document, {str(one["id"]) for one in kept}),
    }
    content, count = repeated.without(content)
    if count:
        told.append(_t("texts_gone", lang, n=count))
    return with_layers(MapDocument(document.id, content), changed)


def _fields_told(layer: Layer, titles: Sequence[str], lang: str) -> str:
    named = list(dict.fromkeys(titles))
    return _t("fields_gone", lang, layer=layer["title"], n=len(named), fields=named)


def _fewer(
    layer: Layer, frame: gpd.GeoDataFrame, away: set[str], lang: str
) -> tuple[Layer, gpd.GeoDataFrame]:
    """Return a layer without some columns; an id that is not listed becomes a number."""
    key = str(layer["key"])
    shown = [c for c in cast("Sequence[Layer]", layer["columns"]) if c["name"] not in away]
    frame = gpd.GeoDataFrame(frame.drop(columns=[*away]))
    if key in away:
        key = _NUMBER
        # said with its word, so that nobody takes it for the number of a plot
        word = _t("number", lang)
        frame[key] = [f"{word} {n}" for n in range(1, len(frame) + 1)]
        column: Layer = {
            "name": key, "title": key, "unit": "", "type": "string",
            "labels": {}, "digits": None, "role": "hidden",
        }  # fmt: skip
        shown = [column, *shown]
    out = {**layer, "key": key, "columns": shown}
    if "unplaced" in layer:
        # how many there are may be told; their names are a column that may not be listed
        out["unplaced"] = {**cast("Layer", layer["unplaced"]), "names": []}
    return out, frame


def _tables(document: MapDocument, kept: Sequence[Layer]) -> list[Layer]:
    """Return the tables of layers that stay and that have a column left."""
    named = {str(one["id"]): {c.name for c in columns_of(one)} for one in kept}
    found = []
    for table in cast("Sequence[Layer]", document.content["tables"]):
        have = named.get(str(table["layer"]), set())
        columns = [name for name in cast("Sequence[str]", table["columns"]) if name in have]
        if columns:
            found.append({**table, "columns": columns})
    return found


def _slides(document: MapDocument, kept: set[str]) -> list[Layer]:
    """Return the slides without layers that are gone; one that showed nothing else goes too."""
    found = []
    for slide in cast("Sequence[Layer]", document.content.get("slides") or ()):
        shown = cast("Sequence[str] | None", slide.get("layers"))
        left = None if shown is None else [name for name in shown if name in kept]
        if not shown or left:
            found.append({**slide, "layers": left})
    return found


def _coarser(
    document: MapDocument,
    rule: Coordinates,
    detail: Contiguous | None,
    lang: str,
    told: list[str],
) -> MapDocument:
    """Thin the detailed layers and round all coordinates."""
    layers = cast("Sequence[Layer]", document.content["layers"])
    # synthetic outlines are thinned as true ones would be
    every = None if detail is None else detail.model_copy(update={"count_sample": True})
    fine = set() if every is None else {str(one["id"]) for one in detailed_layers(layers, every)}
    changed: dict[str, gpd.GeoDataFrame] = {}
    for name, frame in layer_frames(document).items():
        shapes = frame.geometry.to_numpy()
        tolerance = rule.tolerance_m if name in fine else 0.0
        coarse = thinned(shapes, decimals=rule.decimals, tolerance_m=tolerance)
        changed[name] = frame.set_geometry(gpd.GeoSeries(coarse, index=frame.index, crs=frame.crs))
        if name in fine:
            title = next(one["title"] for one in layers if one["id"] == name)
            counts = {"before": _corners(shapes), "after": _corners(coarse)}
            told.append(_t("thinned", lang, layer=title, metres=f"{rule.tolerance_m:g}", **counts))
    metres = f"{_METRES / 10**rule.decimals:.2g}"
    told.append(_t("rounded", lang, decimals=rule.decimals, metres=metres))
    made = with_layers(document, changed)
    content = {**made.content, "base": _base(made, rule.decimals)}
    return MapDocument(made.id, _boxes_rounded(content, rule.decimals))


def _corners(shapes: np.ndarray[tuple[int], np.dtype[np.object_]]) -> str:
    return f"{int(shapely.get_num_coordinates(shapes).sum()):,}"


def _base(document: MapDocument, decimals: int) -> dict[str, object]:
    base = {**cast("Mapping[str, object]", document.content["base"])}
    for name, frame in base_frames(document).items():
        base[name] = pack_geometry(thinned(frame.geometry.to_numpy(), decimals=decimals), "polygon")
    return base


def _boxes_rounded(content: Mapping[str, object], decimals: int) -> dict[str, object]:
    """Return the content with its boxes as fine as its shapes."""

    def rounded(box: object) -> object:
        return box and [round(float(v), decimals) for v in cast("Sequence[float]", box)]

    out = {**content, "extent": rounded(content["extent"]), "focus": rounded(content["focus"])}
    for name, key in (("slides", "extent"), ("layers", "bounds")):
        parts = cast("Sequence[Layer]", content.get(name) or ())
        out[name] = [{**one, key: rounded(one[key])} if key in one else one for one in parts]
    return out

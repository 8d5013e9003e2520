"""The chapters that a presenter walks through, one slide after the other.

A slide says where to look, which layers to show and what stands beside it. Its figures and its
chart are those of the document: a slide names them and states none of its own. A map that
nobody wrote slides for has those that its layers and figures give.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import cast

from pydantic import BaseModel, ConfigDict, Field, field_validator

from platforms.errors import CardError, InputError
from platforms.layers.yaml_file import read_model, read_yaml
from platforms.outputs.maps.map_seal import MapDocument, sealed
from platforms.outputs.maps.slide_defaults import default_chapters, opened

__all__ = [
    "Slide",
    "default_slides",
    "opening_slides",
    "order_slides",
    "read_slides",
    "with_slides",
]

_LAT = 85.0
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class _Written(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


class Slide(_Written):
    """One chapter of a map."""

    id: str
    """Names it in the page's address; at most 40 of a-z, digits, ``-`` and ``_``."""
    title: str = Field(min_length=1, max_length=120)
    """Heading."""
    text: str = Field(default="", max_length=1200)
    """What is said of it; lines stay lines."""
    extent: tuple[float, float, float, float] | None = None
    """Where to look: west, south, east, north in degrees, CGCS2000."""
    around: str | None = None
    """A layer to look at as a whole, where no extent is given; default the whole map."""
    layers: tuple[str, ...] | None = None
    """Ids of the layers that are shown, all others are not; None for those the map opens with."""
    figures: tuple[str, ...] = Field(default=(), max_length=6)
    """Keys of key figures of the document."""
    chart: str | None = None
    """Id of a chart of the document."""

    @field_validator("id")
    @classmethod
    def _name(cls, text: str) -> str:
        if not _ID.fullmatch(text):
            msg = "an id is at most 40 small letters, digits, - and _"
            raise ValueError(msg)
        return text

    @field_validator("title")
    @classmethod
    def _heading(cls, text: str) -> str:
        if not text.strip():
            msg = "a title is not blank"
            raise ValueError(msg)
        return text

    @field_validator("extent")
    @classmethod
    def _box(cls, box: tuple[float, ...] | None) -> tuple[float, ...] | None:
        if box is None:
            return None
        west, south, east, north = box
        if not (-180 <= west < east <= 180 and -_LAT <= south < north <= _LAT):  # noqa: PLR2004 degrees
            msg = "an extent is west, south, east, north in degrees"
            raise ValueError(msg)
        return box


class _Deck(_Written):
    slides: tuple[Slide, ...] = Field(min_length=1, max_length=60)


def _second(ids: Sequence[str]) -> int | None:
    """Return the number of the first id that stood before."""
    return next((n for n, one in enumerate(ids) if one in ids[:n]), None)


def _once(ids: Sequence[str]) -> None:
    second = _second(ids)
    if second is not None:
        raise InputError("slides.twice", id=ids[second])


def read_slides(
    path: str | os.PathLike[str], *, document: MapDocument | None = None
) -> list[Slide]:
    """Read slides from a YAML file.

    Parameters
    ----------
    path
        A mapping with ``slides``: a list of ``id``, ``title``, ``text``, ``extent`` or
        ``around``, ``layers``, ``figures``, ``chart``.
    document
        The map that they are for; then names that it does not have are found too.

    Returns
    -------
    slides
        In the order of the file.

    Raises
    ------
    CardError
        Names the file, the line, and what is allowed there.
    """
    file = Path(path)
    deck = read_model(file, _Deck)
    lines = read_yaml(file)
    second = _second([slide.id for slide in deck.slides])
    if second is not None:
        raise CardError(
            "slides.twice_line", file=file.name, line=lines.line(("slides", second, "id")),
            id=deck.slides[second].id,
        )  # fmt: skip
    if document is not None:
        for number, slide in enumerate(deck.slides):
            if slide.extent and not _meets(slide.extent, document.content):
                raise CardError(
                    "slides.outside_line", file=file.name,
                    line=lines.line(("slides", number, "extent")), slide=slide.id,
                    extent=", ".join(f"{one:g}" for one in _reach(document.content)),
                )  # fmt: skip
            for field, name, known in _strangers(slide, document.content):
                raise CardError(
                    "slides.unknown_line", file=file.name,
                    line=lines.line(("slides", number, field)), slide=slide.id, field=field,
                    name=name, allowed=sorted(known),
                )  # fmt: skip
    return list(deck.slides)


def with_slides(document: MapDocument, slides: Sequence[Slide]) -> MapDocument:
    """Return a map with other slides.

    Parameters
    ----------
    document
        Any map document.
    slides
        In the order that they are shown in; none leaves the map without.

    Returns
    -------
    document
        ``content["slides"]`` holds id, title, text, extent (west, south, east, north, degrees),
        layers (ids, or None), figures (with label, value, unit and note) and chart (id, or
        None) of each.

    Raises
    ------
    InputError
        When an id stands twice, or a slide names a layer, figure or chart that the map has not.
    """
    content = document.content
    _once([slide.id for slide in slides])
    for slide in slides:
        for field, name, known in _strangers(slide, content):
            raise InputError(
                "slides.unknown", slide=slide.id, field=field, name=name, allowed=sorted(known)
            )
    return sealed(
        {**content, "slides": [_placed(slide, content) for slide in slides]},
        compress=_compressed(content),
    )


def opening_slides(content: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the default slides of a document that is being made, as its content holds them."""
    found = [Slide.model_validate(chapter) for chapter in default_chapters(content)]
    return [_placed(slide, content) for slide in found]


def default_slides(document: MapDocument) -> list[Slide]:
    """Return the slides that a document's own layers, figures and charts give."""
    return [Slide.model_validate(chapter) for chapter in default_chapters(document.content)]


def order_slides(document: MapDocument, ids: Sequence[str]) -> MapDocument:
    """Return a map with some of its slides, in the order given.

    Parameters
    ----------
    document
        A map with slides.
    ids
        Ids of the slides that are left, in the order that they are shown in.

    Raises
    ------
    InputError
        When the map has no slide of that id, or one is named twice.
    """
    slides = cast("Sequence[Mapping[str, object]]", document.content.get("slides") or ())
    known = {str(slide["id"]): slide for slide in slides}
    stranger = next((one for one in ids if one not in known), None)
    if stranger is not None:
        raise InputError("slides.no_slide", name=stranger, allowed=list(known))
    _once(ids)
    content = {**document.content, "slides": [known[one] for one in ids]}
    return sealed(content, compress=_compressed(content))


def _reach(content: Mapping[str, object]) -> tuple[float, float, float, float]:
    """Return how far a map and all of its layers reach, in degrees."""
    layers = cast("Sequence[Mapping[str, Sequence[float]]]", content.get("layers") or ())
    boxes = [cast("Sequence[float]", content["extent"])]
    boxes += [layer["bounds"] for layer in layers if layer.get("bounds")]
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _meets(box: Sequence[float], content: Mapping[str, object]) -> bool:
    west, south, east, north = _reach(content)
    return box[0] < east and west < box[2] and box[1] < north and south < box[3]


def _parts(content: Mapping[str, object], name: str, key: str) -> dict[str, Mapping[str, object]]:
    parts = cast("Sequence[Mapping[str, object]]", content.get(name) or ())
    return {str(part[key]): part for part in parts}


def _strangers(
    slide: Slide, content: Mapping[str, object]
) -> list[tuple[str, str, Collection[str]]]:
    """Return what a slide names and the document has not: field, name, allowed names."""
    layers = _parts(content, "layers", "id")
    named: list[tuple[str, Sequence[str], Collection[str]]] = [
        ("layers", slide.layers or (), layers),
        ("around", [slide.around] if slide.around else (), layers),
        ("figures", slide.figures, _parts(content, "figures", "key")),
        ("chart", [slide.chart] if slide.chart else (), _parts(content, "charts", "id")),
    ]
    return [
        (field, name, known) for field, names, known in named for name in names if name not in known
    ]


def _placed(slide: Slide, content: Mapping[str, object]) -> dict[str, object]:
    figures = _parts(content, "figures", "key")
    layers = _parts(content, "layers", "id")
    bounds = layers[slide.around].get("bounds") if slide.around else None
    around = opened(cast("Sequence[float]", bounds)) if bounds else None
    return {
        "id": slide.id,
        "title": slide.title,
        "text": slide.text,
        "extent": list(slide.extent) if slide.extent else around or content["extent"],
        "layers": None if slide.layers is None else list(slide.layers),
        "figures": [dict(figures[key]) for key in slide.figures],
        "chart": slide.chart,
    }


def _compressed(content: Mapping[str, object]) -> bool:
    """Say whether the parts of a document are compressed, as its base map is."""
    base = cast("Mapping[str, Mapping[str, object]]", content["base"])
    return base["county"]["encoding"] != "base64"

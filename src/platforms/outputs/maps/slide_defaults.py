"""The slides of a map that nobody wrote slides for.

Each is there only where the map has what it speaks of, and says only what the map says: names
of layers, how many features they hold, whether they are sample or schematic, where they come
from, and the key figures as they are printed. Land that is spread over a county as specks is
looked at where most of it lies together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from platforms import messages
from platforms.outputs.maps.boundary_layers import AREAS
from platforms.outputs.maps.slide_spots import Hits, hits_of

__all__ = ["default_chapters", "opened"]

Content = Mapping[str, object]

# always beneath: they tell where one is
_GROUND = ("towns", "seats")
_MOST_LAYERS = 5
_MOST_FIGURES = 4
# a town's worth of air around what is looked at
_MARGIN = 0.06
# about 300 m: a single place is shown with its surroundings
_LEAST_DEG = 0.003

_LOW, _FREE = "low_efficiency_mu", "reclaimable_mu"

# id, what must be there, what is shown beside the ground, figures, chart
_CHAPTERS: Sequence[tuple[str, str, Sequence[str], Sequence[str], str | None]] = (
    ("layout", "layout_units", ("layout_members",), (), None),
    ("platforms", "platforms", ("layout_units",), (), None),
    ("projects", "projects", ("layout_units", "platforms"), (), None),
    ("low_efficiency", "plots", (), (_LOW, "area_mu", "plots"), "verdicts"),
    ("reclaimable", "plots", (), (_FREE, _LOW), "towns"),
    ("moves", "flows_by_town", ("flows", "moving_parks"), (), None),
)


def default_chapters(content: Content) -> list[dict[str, object]]:
    """Return the slides that a document's own layers, figures and charts give.

    Parameters
    ----------
    content
        Of a map document; its language decides the words.

    Returns
    -------
    chapters
        Fields of :class:`platforms.Slide`, from the whole to its parts.
    """
    lang = "zh_CN" if content["lang"] == "zh-CN" else str(content["lang"])
    figures = [str(figure["key"]) for figure in _list(content, "figures")]
    charts = {str(chart["id"]) for chart in _list(content, "charts")}
    layers = {str(layer["id"]): layer for layer in _list(content, "layers") if layer["features"]}
    chapters = [_overview(content, figures, lang)]
    for name, layer, beside, keys, chart in _CHAPTERS:
        known = [key for key in keys if key in figures]
        if layer not in layers or (keys and keys[0] not in known):
            continue
        hits = hits_of(layers[layer], name) if keys else None
        near = hits.box if hits and name == "low_efficiency" else None
        chapters.append(
            {
                "id": name,
                "title": _title(name, layers[layer], content, known),
                "text": _told(layers[layer], lang, _counted(content, known, hits, lang)),
                "layers": _shown(layers, (layer, *beside)),
                "figures": known[:_MOST_FIGURES],
                "chart": chart if chart in charts else None,
                "extent": _around({"bounds": near} if near else layers[layer], content),
            }
        )
    return chapters if len(chapters) > 1 else [*chapters, *_by_layer(layers, content, lang)]


def _list(content: Content, name: str) -> Sequence[Mapping[str, object]]:
    return cast("Sequence[Mapping[str, object]]", content.get(name) or ())


def _overview(content: Content, figures: Sequence[str], lang: str) -> dict[str, object]:
    marks = [str(mark) for mark in cast("Sequence[str]", content["marks"])]
    said = [str(content["subtitle"])]
    said += [messages.text(f"slides.mark.{mark}", lang) for mark in marks if mark != "internal"]
    return {
        "id": "overview",
        "title": _short(str(content["title"])) or messages.text("slides.overview", lang),
        "text": "\n".join(line for line in said if line)[:1000],
        "layers": None,
        "figures": list(figures[:_MOST_FIGURES]),
        "extent": opened(cast("Sequence[float]", content["focus"] or content["extent"])),
    }


def _by_layer(
    layers: Mapping[str, Mapping[str, object]], content: Content, lang: str
) -> list[dict[str, object]]:
    """Return a chapter for each of the uppermost layers that are shown at first."""
    shown = [layer for layer in layers.values() if layer["visible"] and layer["id"] not in _GROUND]
    shown.sort(key=lambda layer: -cast("float", layer["order"]))
    return [
        {
            "id": f"layer-{number}",
            "title": _short(str(layer["title"])) or str(layer["id"]),
            "text": _told(layer, lang),
            "layers": _shown(layers, (str(layer["id"]),)),
            "extent": _around(layer, content),
        }
        for number, layer in enumerate(shown[:_MOST_LAYERS], start=1)
    ]


def _short(title: str) -> str:
    return " ".join(title.split())[:120]


def _title(name: str, layer: Mapping[str, object], content: Content, figures: Sequence[str]) -> str:
    """Return the name of what is looked at: of its first figure, else of its layer."""
    if name in {"low_efficiency", "reclaimable"}:
        labels = {str(figure["key"]): str(figure["label"]) for figure in _list(content, "figures")}
        return _short(labels[figures[0]])
    return _short(str(layer["title"])) or name


def _counted(content: Content, figures: Sequence[str], hits: Hits | None, lang: str) -> list[str]:
    """Return how many are spoken of, and how much land they are by the figure that is printed."""
    if hits is None or not hits.number:
        return []
    figure = next(one for one in _list(content, "figures") if one["key"] == figures[0])
    said = messages.text(
        "slides.hits", lang, title=figure["label"], n=f"{hits.number:,}", value=figure["value"],
        unit=figure["unit"],
    )  # fmt: skip
    if figures[0] != _LOW or hits.box is None:
        return [said]
    return [said, messages.text("slides.densest", lang, title=figure["label"])]


def _told(layer: Mapping[str, object], lang: str, counted: Sequence[str] = ()) -> str:
    lines = [
        *counted,
        messages.text("slides.count", lang, title=layer["title"], n=f"{layer['features']:,}"),
    ]
    if layer["kind"] == "flow" and layer["note"]:
        lines.append(str(layer["note"]))
    if layer["sample"]:
        lines.append(messages.text("slides.mark.sample", lang))
    if layer["schematic"] and layer["stand_ins"] != 0:
        lines.append(messages.text("slides.mark.schematic", lang))
    source = " · ".join(str(layer[key]) for key in ("source", "date") if layer[key])
    # how made up data were made is no matter for a room; the layer's facts say it
    if source and not layer["sample"]:
        lines.append(messages.text("slides.source", lang, text=source))
    return "\n".join(lines)[:1000]


def _shown(layers: Mapping[str, Mapping[str, object]], names: Sequence[str]) -> list[str]:
    """Return layers and what belongs to them: the ground, and true boundaries of places."""
    wanted = {*_GROUND, *names, *(f"{name}{AREAS}" for name in names)}
    return [name for name in layers if name in wanted]


def opened(box: Sequence[float], air: float = 0.0) -> list[float]:
    """Return a box with air around it; what has no size, as one point, gets some."""
    west, south, east, north = box
    wide = max(air, (_LEAST_DEG - (east - west)) / 2, 0.0)
    high = max(air, (_LEAST_DEG - (north - south)) / 2, 0.0)
    return [round(v, 6) for v in (west - wide, south - high, east + wide, north + high)]


def _around(layer: Mapping[str, object], content: Content) -> object:
    """Return the box of a layer with some air, cut to the map's own where they meet."""
    box, whole = layer.get("bounds"), opened(cast("Sequence[float]", content["extent"]))
    if box is None:
        return whole
    west, south, east, north = cast("Sequence[float]", box)
    found = opened((west, south, east, north), max(east - west, north - south) * _MARGIN)
    cut = [max(found[0], whole[0]), max(found[1], whole[1])]
    cut += [min(found[2], whole[2]), min(found[3], whole[3])]
    # what lies outside the county is shown where it is
    meets = cut[2] - cut[0] > _LEAST_DEG / 2 and cut[3] - cut[1] > _LEAST_DEG / 2
    return cut if meets else found

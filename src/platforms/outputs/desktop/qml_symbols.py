"""Symbols of QGIS made from the looks of the map: fills, hatches, marks, lines.

Screen pixels of the map become millimetres at 96 to the inch, so that a print looks like the
screen. Colours were checked when styles.yaml was read; no text of a user gets in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from platforms.outputs.maps.map_styles import Look, Style

__all__ = ["millimetres", "option_map", "symbol"]

_MM_PER_PIXEL = 25.4 / 96
# as the map draws them: 8 pixels from line to line, or two dots in that square
_STEP = 8
_INK_WIDTH = 0.9
_ANGLES = {"diagonal": (45,), "back": (135,), "cross": (45, 135), "horizontal": (0,)}
# names of QGIS for the marks of the map
_MARKS = {
    "square": "square",
    "diamond": "diamond",
    "circle": "circle",
    "triangle": "triangle",
    "star": "star",
    "hexagon": "hexagon",
    "pentagon": "pentagon",
    "cross": "cross_fill",
    "dot": "circle",
    "seat": "circle",
}
_OPAQUE = 255
# width of an outline that nobody gave
_HAIR = 0.26


def symbol(parent: Element, name: str, look: Look, style: Style, kind: str) -> None:
    """Add one symbol.

    Parameters
    ----------
    parent
        ``symbols`` of a renderer.
    name
        Number by which the renderer knows it.
    look
        Colours, hatch, opacity.
    style
        Mark and its size.
    kind
        ``polygon``, ``line`` or ``point``.
    """
    types = {"polygon": "fill", "line": "line", "point": "marker"}
    made = _symbol(parent, name, types[kind])
    if kind == "polygon":
        _fill(made, look)
    elif kind == "line":
        _line(made, look)
    else:
        _mark(made, look, style)


def millimetres(pixels: float) -> str:
    """Return a length on the screen as millimetres."""
    return f"{pixels * _MM_PER_PIXEL:.3f}".rstrip("0").rstrip(".")


def option_map(parent: Element, values: Mapping[str, str]) -> None:
    """Add named values as QGIS writes them.

    Parameters
    ----------
    parent
        A symbol layer, or what else takes options.
    values
        By name.
    """
    options = SubElement(parent, "Option", type="Map")
    for name, value in values.items():
        SubElement(options, "Option", name=name, type="QString", value=value)


def _symbol(parent: Element, name: str, kind: str) -> Element:
    return SubElement(
        parent, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1", force_rhr="0"
    )


def _layer(parent: Element, kind: str, values: Mapping[str, str]) -> Element:
    layer = SubElement(parent, "layer", {"class": kind}, enabled="1", locked="0")
    layer.set("pass", "0")
    option_map(layer, values)
    return layer


def _fill(parent: Element, look: Look) -> None:
    _layer(
        parent,
        "SimpleFill",
        {
            "color": _rgba(look.fill or "#ffffff", look.opacity),
            "style": "solid" if look.fill else "no",
            "outline_color": _rgba(look.stroke or "#000000"),
            "outline_style": "no",
            "joinstyle": "miter",
        },
    )
    if look.stroke:
        _hatch(parent, look, look.stroke)
        _line(parent, look)


def _hatch(parent: Element, look: Look, ink: str) -> None:
    for number, angle in enumerate(_ANGLES.get(look.hatch, ())):
        # lines that slant lie closer than their distance along an edge
        step = _STEP if look.hatch == "horizontal" else _STEP / 2**0.5
        values = {"angle": str(angle), "distance": millimetres(step), "distance_unit": "MM"}
        pattern = _layer(parent, "LinePatternFill", values)
        _line_layer(_symbol(pattern, f"@{number}@1", "line"), ink, _INK_WIDTH)
    if look.hatch == "dots":
        whole, half = millimetres(_STEP), millimetres(_STEP / 2)
        values = {"distance_x": whole, "distance_y": half, "displacement_x": half}
        values |= {f"{key}_unit": "MM" for key in tuple(values)}
        pattern = _layer(parent, "PointPatternFill", values)
        dot = {"name": "circle", "color": _rgba(ink), "outline_style": "no"}
        dot |= {"size": millimetres(2 * _INK_WIDTH), "size_unit": "MM"}
        _layer(_symbol(pattern, "@0@1", "marker"), "SimpleMarker", dot)


def _line(parent: Element, look: Look) -> None:
    _line_layer(parent, look.stroke or look.fill or "#555555", look.width, look.dash)


def _line_layer(parent: Element, ink: str, width: float, dash: tuple[float, ...] = ()) -> None:
    values = {
        "line_color": _rgba(ink),
        "line_style": "solid",
        "line_width": millimetres(width) if width else str(_HAIR),
        "line_width_unit": "MM",
        "joinstyle": "round",
        "capstyle": "flat" if dash else "square",
    }
    if dash:
        values |= {
            "use_custom_dash": "1",
            "customdash": ";".join(millimetres(part) for part in dash),
            "customdash_unit": "MM",
        }
    _layer(parent, "SimpleLine", values)


def _mark(parent: Element, look: Look, style: Style) -> None:
    _layer(
        parent,
        "SimpleMarker",
        {
            "name": _MARKS[style.shape],
            "color": _rgba(look.fill or "#ffffff", look.opacity),
            "outline_color": _rgba(look.stroke or "#ffffff"),
            "outline_width": millimetres(look.width),
            "outline_width_unit": "MM",
            "size": millimetres(2 * style.size),
            "size_unit": "MM",
        },
    )


def _rgba(colour: str, opacity: float = 1.0) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * _OPAQUE)}"

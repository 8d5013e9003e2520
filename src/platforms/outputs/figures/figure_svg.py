"""A drawing made of SVG elements, in millimetres of paper.

What people wrote becomes the text of a ``text`` element and nothing else; there is no script,
no style sheet, no picture and no link, and the only references are to patterns and clips of
the same drawing.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence

from platforms.outputs.figures.figure_words import clean, width_of

__all__ = ["Drawing", "number", "points_path"]

_SVG = "http://www.w3.org/2000/svg"
_HATCH_STEP = 1.7
_HATCH_PEN = 0.2

Attributes = Mapping[str, object]


def number(value: float) -> str:
    """Return a length with three decimals at most."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if value else "0"


def points_path(points: Iterable[Sequence[float]], *, closed: bool = False) -> str:
    """Return the path through points."""
    body = "L".join(f"{number(x)} {number(y)}" for x, y, *_ in points)
    return f"M{body}{'Z' if closed else ''}"


class Drawing:
    """A sheet of paper.

    Parameters
    ----------
    width, height
        Millimetres.
    family
        Font family of all words.
    unit
        Size of strokes and hatches beside those of an A4 sheet.
    label
        What a screen reader says.
    """

    def __init__(
        self, width: float, height: float, *, family: str, unit: float = 1.0, label: str = ""
    ) -> None:
        self.width, self.height, self.unit = width, height, unit
        self.root = ET.Element(
            "svg",
            {
                "xmlns": _SVG,
                "width": f"{number(width)}mm",
                "height": f"{number(height)}mm",
                "viewBox": f"0 0 {number(width)} {number(height)}",
                "role": "img",
                "aria-label": clean(label),
                "font-family": f"'{family}','Noto Sans CJK SC','Microsoft YaHei',sans-serif",
            },
        )
        self.defs = ET.SubElement(self.root, "defs")
        self._at = [self.root]
        self._patterns: dict[tuple[str, str], str] = {}
        self._clips = 0

    def add(self, tag: str, **attributes: object) -> ET.Element:
        """Add an element; underscores stand for hyphens, None leaves an attribute out."""
        given = {
            name.rstrip("_").replace("_", "-"): number(v) if isinstance(v, float) else str(v)
            for name, v in attributes.items()
            if v is not None
        }
        return ET.SubElement(self._at[-1], tag, given)

    def rect(self, box: Sequence[float], **attributes: object) -> None:
        """Add a rectangle given as left, top, right, bottom."""
        left, top, right, bottom = (float(v) for v in box)
        self.add("rect", x=left, y=top, width=right - left, height=bottom - top, **attributes)

    def line(self, start: Sequence[float], end: Sequence[float], **attributes: object) -> None:
        """Add a straight line."""
        self.add(
            "line",
            x1=float(start[0]), y1=float(start[1]), x2=float(end[0]), y2=float(end[1]),
            **attributes,
        )  # fmt: skip

    def text(  # noqa: PLR0913 so many properties a line of words has
        self,
        words: object,
        at: Sequence[float],
        size: float,
        *,
        anchor: str = "start",
        fill: str = "#1f2937",
        bold: bool = False,
        halo: float = 0.0,
        spacing: float = 0.0,
        turn: float = 0.0,
    ) -> float:
        """Add a line of text by its baseline and return its width.

        Parameters
        ----------
        words
            Anything; shown as it is.
        at
            Where the baseline begins, is centred or ends, by ``anchor``.
        size
            Millimetres.
        anchor
            ``start``, ``middle`` or ``end``.
        fill
            Colour.
        bold
            Whether it is bold.
        halo
            Width of the white edge, millimetres.
        spacing
            Between letters, millimetres.
        turn
            Degrees clockwise.
        """
        shown = clean(words)
        x, y = float(at[0]), float(at[1])
        given: dict[str, object] = {
            "x": x, "y": y, "font_size": size, "fill": fill,
            "text_anchor": None if anchor == "start" else anchor,
            "font_weight": 700 if bold else None,
            "letter_spacing": spacing or None,
            "transform": f"rotate({number(turn)} {number(x)} {number(y)})" if turn else None,
        }  # fmt: skip
        if halo:
            edge = {"stroke": "#ffffff", "stroke_width": halo, "stroke_linejoin": "round"}
            # an edge of its own below: not every program knows paint-order
            self.add("text", **given, **edge, stroke_opacity=0.92).text = shown
        self.add("text", **given).text = shown
        return width_of(shown, size, bold=bold) + spacing * max(0, len(shown) - 1)

    def group(self, **attributes: object) -> None:
        """Begin a group; what follows goes into it."""
        self._at.append(self.add("g", **attributes))

    def end(self) -> None:
        """End the group."""
        self._at.pop()

    def clip(self, box: Sequence[float]) -> str:
        """Return a reference that shows only what lies in a box."""
        self._clips += 1
        name = f"clip{self._clips}"
        clip = ET.SubElement(self.defs, "clipPath", {"id": name})
        left, top, right, bottom = box
        ET.SubElement(
            clip,
            "rect",
            {
                "x": number(left), "y": number(top),
                "width": number(right - left), "height": number(bottom - top),
            },
        )  # fmt: skip
        return f"url(#{name})"

    def hatch(self, kind: str, ink: str) -> str:
        """Return a reference to a hatch of the app's kinds."""
        known = self._patterns.get((kind, ink))
        if known:
            return known
        name = f"hatch{len(self._patterns)}"
        step = _HATCH_STEP * self.unit
        pattern = ET.SubElement(
            self.defs,
            "pattern",
            {
                "id": name, "patternUnits": "userSpaceOnUse",
                "width": number(step), "height": number(step),
            },
        )  # fmt: skip
        for path in _hatch_paths(kind, step):
            ET.SubElement(
                pattern,
                "path",
                {
                    "d": path, "fill": "none", "stroke": ink,
                    "stroke-width": number(_HATCH_PEN * self.unit),
                },
            )  # fmt: skip
        if kind == "dots":
            for at in (0.25, 0.75):
                middle, radius = number(at * step), number(_HATCH_PEN * self.unit)
                ET.SubElement(
                    pattern, "circle", {"cx": middle, "cy": middle, "r": radius, "fill": ink}
                )
        self._patterns[kind, ink] = f"url(#{name})"
        return self._patterns[kind, ink]

    def to_svg(self) -> str:
        """Return the drawing as text of an SVG file."""
        return ET.tostring(self.root, encoding="unicode")


def _hatch_paths(kind: str, step: float) -> list[str]:
    over = step * 0.25
    paths = []
    if kind in {"diagonal", "cross"}:
        paths += [((o - over, step + over), (o + step + over, -over)) for o in (-step, 0, step)]
    if kind in {"back", "cross"}:
        paths += [((o - over, -over), (o + step + over, step + over)) for o in (-step, 0, step)]
    if kind == "horizontal":
        paths.append(((-over, step / 2), (step + over, step / 2)))
    return [points_path(path) for path in paths]

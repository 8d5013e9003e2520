"""What a map lies on: water, the land around, the county and its line."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import shapely

from platforms.outputs.figures.figure_svg import Drawing
from platforms.outputs.figures.plan_paint import shape_path
from platforms.outputs.figures.plan_view import View

__all__ = ["county_line", "ground"]

_WATER = "#dcebf4"
# water-lines: wide pale strokes first; the land hides their inner half
_WATER_LINES = (
    (30, "#ffffff", 0.28), (20, "#d6e8f3", 0.75), (12, "#bdd8e9", 0.8),
    (6, "#96bed6", 0.75), (2.4, "#7da5bd", 1.0),
)  # fmt: skip


def ground(drawing: Drawing, view: View, base: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Draw the water with its lines, the neighbours and the county's land."""
    drawing.rect(view.frame, fill=_WATER)
    paths = {name: _outline(view, frame) for name, frame in base.items()}
    whole = "".join(paths.values())
    if whole:
        for width, ink, opacity in _WATER_LINES:
            drawing.add(
                "path", d=whole, fill="none", stroke=ink, stroke_opacity=opacity,
                stroke_width=width * view.pixel, stroke_linejoin="round",
            )  # fmt: skip
    for name, fill, ink in (("neighbours", "#eeece6", "#b9b5aa"), ("county", "#fffdf7", "none")):
        if paths.get(name):
            pen = view.pixel
            drawing.add("path", d=paths[name], fill=fill, stroke=ink, stroke_width=pen)


def _outline(view: View, frame: gpd.GeoDataFrame) -> str:
    left, top, right, bottom = view.frame
    far = 30 * view.pixel
    shapes = shapely.simplify(view.on_sheet(frame.geometry.to_numpy()), 0.03)
    return shape_path(
        shapely.clip_by_rect(shapes, left - far, top - far, right + far, bottom + far)
    )


def county_line(drawing: Drawing, view: View, county: gpd.GeoDataFrame) -> None:
    """Draw the county's line over the layers that lie on the land."""
    path = _outline(view, county)
    if not path:
        return
    for width, opacity in ((11, 0.17), (6, 0.13)):
        drawing.add(
            "path", d=path, fill="none", stroke="#7e57a0", stroke_opacity=opacity,
            stroke_width=width * view.pixel, stroke_linejoin="round",
        )  # fmt: skip
    dashes = " ".join(f"{d * view.pixel:.3f}" for d in (11, 3, 2, 3))
    drawing.add(
        "path", d=path, fill="none", stroke="#6b4a94", stroke_width=1.5 * view.pixel,
        stroke_dasharray=dashes, stroke_linejoin="round",
    )  # fmt: skip

"""Layers as KML 2.2, for globes and phones: names, colours, titles of columns, escaped text.

KML knows only WGS84; CGCS2000 coordinates are written as they are, and the file says so. It
also says that areas are those of the columns. Text goes through an XML writer and is never
CDATA or HTML: a description is plain lines.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ElementTree, SubElement

import pandas as pd

from platforms import messages
from platforms.geo.write import atomic_path
from platforms.issues import IssueTable
from platforms.outputs.desktop.qml import plain_xml
from platforms.outputs.desktop.run_layers import RunLayer
from platforms.outputs.maps.map_styles import Look, style_of

__all__ = ["write_kml"]

_SPACE = "http://www.opengis.net/kml/2.2"
# about a centimetre; more digits than a survey has would be noise
_DIGITS = 8
_LINE = 1.5


def write_kml(
    layers: Sequence[RunLayer],
    path: str | os.PathLike[str],
    *,
    title: str = "",
    overwrite: bool = False,
) -> IssueTable:
    """Write layers as one KML document, a folder each.

    Parameters
    ----------
    layers
        EPSG:4490; a table without shapes is left out and told.
    path
        The ``.kml`` file.
    title
        Of the document.
    overwrite
        Replace a file that is there.

    Returns
    -------
    issues
        Which layers and how many rows were left out.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    root = Element("kml", xmlns=_SPACE)
    document = SubElement(root, "Document")
    _text(document, "name", title or Path(path).stem)
    _text(document, "description", messages.text("desktop.kml.datum"))
    shaped = [layer for layer in layers if layer.kind != "none"]
    for number, layer in enumerate(shaped):
        _styles(document, number, layer)
        _schema(document, number, layer)
    for number, layer in enumerate(shaped):
        _folder(document, number, layer)
    issues = IssueTable()
    left = [layer.title for layer in layers if layer.kind == "none"]
    if left:
        issues.add("kml_no_shapes", "info", layers=left)
    for layer in shaped:
        missing = int((layer.frame.geometry.isna() | layer.frame.geometry.is_empty).sum())
        if missing:
            issues.add("kml_rows_left", "info", layer=layer.title, count=missing)
    with atomic_path(path, overwrite=overwrite) as tmp:
        ElementTree(root).write(tmp, encoding="utf-8", xml_declaration=True)
    return issues


def _text(parent: Element, tag: str, text: str) -> Element:
    made = SubElement(parent, tag)
    made.text = plain_xml(text)
    return made


def _looks(layer: RunLayer) -> dict[str, Look]:
    """Return the looks of a layer by value; the empty one is that of every other value."""
    style = style_of(layer.style)
    classed = style.column is not None and style.column in layer.frame
    return {**(style.classes if classed else {}), "": style.other}


def _styles(parent: Element, number: int, layer: RunLayer) -> None:
    for at, look in enumerate(_looks(layer).values()):
        style = SubElement(parent, "Style", id=f"s{number}-{at}")
        mark = SubElement(style, "IconStyle")
        _text(mark, "color", _colour(look.fill or look.stroke or "#555555", 1.0))
        _text(mark, "scale", "0.8")
        line = SubElement(style, "LineStyle")
        _text(line, "color", _colour(look.stroke or look.fill or "#555555", 1.0))
        _text(line, "width", f"{look.width or _LINE:g}")
        fill = SubElement(style, "PolyStyle")
        _text(fill, "color", _colour(look.fill or "#ffffff", look.opacity if look.fill else 0.0))


def _schema(parent: Element, number: int, layer: RunLayer) -> None:
    """Say once what the columns of a layer are called and which are numbers."""
    schema = SubElement(parent, "Schema", id=f"f{number}", name=plain_xml(layer.name))
    for name, dtype in layer.frame.dtypes.items():
        # the name has a place of its own, and a program would number a second one
        if name in {layer.frame.geometry.name, "name"}:
            continue
        number_like = pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
        kind = "double" if number_like else "string"
        field = SubElement(schema, "SimpleField", type=kind, name=plain_xml(str(name)))
        _text(field, "displayName", layer.titles.get(str(name), str(name)))


def _colour(colour: str, opacity: float) -> str:
    """Return a colour as KML writes it: opacity, blue, green, red."""
    return f"{round(opacity * 255):02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}".lower()


def _folder(parent: Element, number: int, layer: RunLayer) -> None:
    folder = SubElement(parent, "Folder")
    _text(folder, "name", layer.title)
    told = [layer.about.get(n, "") for n in ("SAMPLE", "SCHEMATIC", "SOURCE", "DATE", "NOTE")]
    # programs read a description as HTML and put columns in for $[…]: what a user wrote is neither
    about = html.escape("\n".join(part for part in told if part)).replace("$", "&#36;")
    _text(folder, "description", about)
    style = style_of(layer.style)
    places = {value: at for at, value in enumerate(_looks(layer))}
    columns = [name for name in layer.frame.columns if name != layer.frame.geometry.name]
    named = next((n for n in ("name", "plot_id", "area_group") if n in columns), None)
    classed = style.column if style.column in columns else None
    rows = layer.frame[columns].to_dict("records")
    for row, shape in zip(rows, layer.frame.geometry, strict=True):
        if shape is None or shape.is_empty:
            continue
        mark = SubElement(folder, "Placemark")
        _text(mark, "name", _shown(row.get(named)) if named else "")
        value = str(row.get(classed)) if classed else ""
        _text(mark, "styleUrl", f"#s{number}-{places.get(value, places[''])}")
        data = SubElement(SubElement(mark, "ExtendedData"), "SchemaData", schemaUrl=f"#f{number}")
        for name in columns:
            text = "" if name == "name" else _shown(row[name])
            if text:
                _text(data, "SimpleData", text).set("name", plain_xml(name))
        _shape(mark, shape)


def _shown(value: object) -> str:
    """Return a value as text with all its digits; nothing where it is missing."""
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 nan is not itself
        return ""
    return str(value)


def _shape(parent: Element, shape: Any) -> None:  # noqa: ANN401 any kind of shape
    parts = list(_simple(shape))
    holder = parent if len(parts) == 1 else SubElement(parent, "MultiGeometry")
    for part in parts:
        if part.geom_type == "Polygon":
            polygon = SubElement(holder, "Polygon")
            rings = [("outerBoundaryIs", part.exterior)]
            rings += [("innerBoundaryIs", ring) for ring in part.interiors]
            for tag, ring in rings:
                made = SubElement(SubElement(polygon, tag), "LinearRing")
                _text(made, "coordinates", _points(ring.coords))
        else:
            kind = "Point" if part.geom_type == "Point" else "LineString"
            made = SubElement(holder, kind)
            _text(made, "coordinates", _points(part.coords))


def _simple(shape: Any) -> Iterator[Any]:  # noqa: ANN401 any kind of shape
    for part in getattr(shape, "geoms", (shape,)):
        if hasattr(part, "geoms"):
            yield from _simple(part)
        elif not part.is_empty:
            yield part


def _points(points: Iterable[Sequence[float]]) -> str:
    return " ".join(f"{point[0]:.{_DIGITS}f},{point[1]:.{_DIGITS}f}" for point in points)

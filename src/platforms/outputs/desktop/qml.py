"""A layer's style as QGIS reads it (QML), made from the same styles.yaml as the map.

Classes, hatches, labels and scales are those of the map, the names of fields and the words of
values those of its readers: the file keeps ``low_efficiency``, QGIS shows 低效. Text goes
through an XML writer, and characters that XML does not allow are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from platforms import messages
from platforms.outputs.desktop.qml_symbols import symbol
from platforms.outputs.maps.map_parts import Column
from platforms.outputs.maps.map_styles import Label, Look, Style

__all__ = ["plain_xml", "qml", "title_of"]

_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
# the scale of a web-mercator level 0 at the equator, for tiles of 512 pixels at 96 to the inch
_SCALE_0 = 295_829_355.45
_POINTS_PER_PIXEL = 0.75
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def qml(
    style: Style, columns: Sequence[Column], fields: Sequence[str], *, kind: str, title: str = ""
) -> str:
    """Return the style of one layer.

    Parameters
    ----------
    style
        How the map draws it.
    columns
        Titles and words, by the names of the file.
    fields
        Columns of the file, in order, without id and shape.
    kind
        ``polygon``, ``line``, ``point``, or ``none`` for a table.
    title
        Column whose value names a feature; empty where there is none.

    Returns
    -------
    text
        QML of QGIS 3; one and the same for the same arguments.
    """
    root = Element("qgis", version="3.22.0", styleCategories="AllStyleCategories")
    known = {column.name: column for column in columns}
    if kind != "none":
        _scales(root, style)
        _renderer(root, style, known, fields, kind)
        label = style.label
        if label is not None and label.column in fields:
            root.set("labelsEnabled", "1")
            _labels(root, label, kind)
    _fields(root, known, fields)
    if title:
        shown = title.replace('"', '""')
        SubElement(root, "previewExpression").text = plain_xml(f'"{shown}"')
    return _HEAD + tostring(root, encoding="unicode")


def title_of(column: Column) -> str:
    """Return a column's title with its unit."""
    if not column.unit:
        return column.title
    return messages.text("desktop.titled", None, title=column.title, unit=column.unit)


def plain_xml(text: str) -> str:
    """Return text without the characters that XML does not allow."""
    return _NO_XML.sub("", text)


def _scales(root: Element, style: Style) -> None:
    if not (style.min_zoom or style.max_zoom):
        return
    root.set("hasScaleBasedVisibilityFlag", "1")
    root.set("minScale", _scale(style.min_zoom) if style.min_zoom else "0")
    root.set("maxScale", _scale(style.max_zoom) if style.max_zoom else "0")


def _scale(zoom: float) -> str:
    return f"{_SCALE_0 / 2**zoom:.0f}"


def _renderer(
    root: Element, style: Style, known: Mapping[str, Column], fields: Sequence[str], kind: str
) -> None:
    classed = bool(style.column in fields and style.classes)
    looks: list[tuple[str, str, Look]] = []
    if classed and style.column:
        words = known[style.column].labels if style.column in known else {}
        # a style knows the classes of every rule; a layer has those that have words
        looks = [
            (value, words.get(value) or _class(value), look)
            for value, look in style.classes.items()
            if not words or value in words
        ]
    on_top = classed and style.first_on_top
    other = messages.text("desktop.other")
    renderer = SubElement(
        root,
        "renderer-v2",
        type="categorizedSymbol" if classed else "singleSymbol",
        symbollevels="1" if on_top else "0",
        forceraster="0",
        enableorderby="0",
    )
    if classed:
        renderer.set("attr", str(style.column))
        categories = SubElement(renderer, "categories")
        # the last one, without a value, takes every other
        for number, (value, shown, _) in enumerate([*looks, ("", other, style.other)]):
            SubElement(
                categories,
                "category",
                value=plain_xml(value),
                label=_said(shown),
                symbol=str(number),
                render="true",
            )
    symbols = SubElement(renderer, "symbols")
    for number, look in enumerate([*(look for _, _, look in looks), style.other]):
        symbol(symbols, str(number), look, style, kind)
    if on_top:
        # the first class is drawn in the last pass, over the edges of its neighbours
        for number, made in enumerate(symbols):
            for part in made.findall("layer"):
                part.set("pass", str(len(looks) - number))


def _said(text: str) -> str:
    """Return a label in which QGIS reckons nothing.

    Its legends reckon what stands between ``[%`` and ``%]``, and know no way to write these
    signs: a joiner that nobody sees parts them.
    """
    return plain_xml(text).replace("[%", "[\u2060%")


def _class(value: str) -> str:
    return messages.catalogue(messages.language(), "map").get(f"classes.{value}", value)


def _labels(root: Element, label: Label, kind: str) -> None:
    settings = SubElement(SubElement(root, "labeling", type="simple"), "settings")
    settings.set("calloutType", "simple")
    text = SubElement(
        settings,
        "text-style",
        fieldName=label.column,
        isExpression="0",
        fontSize=f"{label.size * _POINTS_PER_PIXEL:g}",
        fontSizeUnit="Point",
        fontWeight=str(_weight(label.weight)),
        fontItalic=str(int(label.italic)),
        textColor=_ink(label.color),
        textOpacity="1",
    )
    SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.6",
        bufferSizeUnits="MM",
        bufferColor="255,255,255,255",
        bufferOpacity="0.85",
    )
    # 0: around a point; 1: over a point or the middle of an area; 2: along a line
    place = {"point": "0", "polygon": "1", "line": "2"}[kind]
    SubElement(settings, "placement", placement=place, dist="1.6", distUnits="MM", priority="5")
    seen = {"scaleVisibility": "1" if label.min_zoom else "0", "drawLabels": "1"}
    if label.min_zoom:
        seen |= {"scaleMax": _scale(label.min_zoom), "scaleMin": "0"}
    SubElement(settings, "rendering", {**seen, "obstacle": "1", "fontMinPixelSize": "3"})


def _weight(css: int) -> int:
    """Return a weight of Qt 5 for one of CSS."""
    return {400: 50, 500: 57, 600: 63, 700: 75}.get(css, 50)


def _ink(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _fields(root: Element, known: Mapping[str, Column], fields: Sequence[str]) -> None:
    setup = SubElement(root, "fieldConfiguration")
    for name in fields:
        words = known[name].labels if name in known else {}
        one = SubElement(setup, "field", name=plain_xml(name), configurationFlags="None")
        if words:
            _value_map(one, words)
    aliases = SubElement(root, "aliases")
    for number, name in enumerate(fields):
        shown = title_of(known[name]) if name in known else ""
        SubElement(
            aliases, "alias", field=plain_xml(name), name=plain_xml(shown), index=str(number)
        )


def _value_map(parent: Element, words: Mapping[str, str]) -> None:
    config = SubElement(SubElement(parent, "editWidget", type="ValueMap"), "config")
    values = SubElement(SubElement(config, "Option", type="Map"), "Option", name="map", type="List")
    for value, shown in words.items():
        one = SubElement(values, "Option", type="Map")
        SubElement(one, "Option", name=plain_xml(shown), type="QString", value=plain_xml(value))

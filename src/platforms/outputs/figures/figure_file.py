"""A drawing becomes a file: SVG as it is, PDF and PNG through the typesetter Typst.

The typesetter gets the drawing as data; its template is ours, reads no file and asks for no
package. PDF and PNG need a Chinese font on this machine; an SVG names its fonts, and the
machine that opens it must have one. The same drawing gives the same bytes.
"""

from __future__ import annotations

import os
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Literal

from platforms.errors import InputError, MissingPartError, OutputError
from platforms.geo.write import atomic_path
from platforms.outputs.certificates.certificate_pdf import FONTS
from platforms.outputs.figures.figure_svg import Drawing, number
from platforms.outputs.figures.figure_words import clean

__all__ = ["FORMATS", "as_bytes", "family", "format_of", "save_drawing"]

Format = Literal["png", "svg", "pdf"]
FORMATS = ("png", "svg", "pdf")
_LEAST_DPI, _MOST_DPI = 50, 1200
# an A0 sheet at 300 dpi has 140 million
_MOST_PIXELS = 200e6
_MM_PER_INCH = 25.4
_HEAD = 8 + 25

_TEMPLATE = b"""
#set document(title: sys.inputs.title, date: none)
#set page(width: float(sys.inputs.width) * 1mm, height: float(sys.inputs.height) * 1mm, margin: 0pt)
#set text(font: sys.inputs.font)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%)
"""


@cache
def family() -> str:
    """Return the Chinese font family of this machine that figures are printed in.

    Raises
    ------
    MissingPartError
        Without the typesetter, or without a Chinese font.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingPartError("figures.no_typesetter") from error
    there = {name.casefold() for name in typst.Fonts().families()}
    for name in FONTS:
        if name.casefold() in there:
            return name
    raise MissingPartError("figures.no_font", fonts=list(FONTS[:4]))


def format_of(path: str | os.PathLike[str]) -> Format:
    """Return the format that a file name ends in.

    Raises
    ------
    InputError
        When it ends in none of png, svg, pdf.
    """
    ending = Path(path).suffix.lower().removeprefix(".")
    for one in FORMATS:
        if ending == one:
            return one  # type: ignore[return-value]
    raise InputError("figures.ending", name=Path(path).name, allowed=[f".{f}" for f in FORMATS])


def as_bytes(drawing: Drawing, kind: Format, *, dpi: int = 300, title: str = "") -> bytes:
    """Return a drawing in a format.

    Parameters
    ----------
    drawing
        The sheet.
    kind
        ``png``, ``svg`` or ``pdf``.
    dpi
        Dots in an inch of the PNG, 50 to 1200.
    title
        Title in the properties of the PDF.

    Raises
    ------
    InputError
        When ``dpi`` is out of range, or the picture would have over 200 million dots.
    OutputError
        When the typesetter fails.
    """
    if kind == "svg":
        return ('<?xml version="1.0" encoding="UTF-8"?>\n' + drawing.to_svg()).encode()
    _check_dpi(drawing, dpi)
    import typst

    inputs = {
        "svg": drawing.to_svg(),
        "title": clean(title),
        "width": number(drawing.width),
        "height": number(drawing.height),
        "font": family(),
    }
    try:
        if kind == "pdf":
            made = typst.compile(_TEMPLATE, format="pdf", sys_inputs=inputs)
        else:
            made = typst.compile(_TEMPLATE, format="png", ppi=float(dpi), sys_inputs=inputs)
    except RuntimeError as error:
        reason = str(error).splitlines()[0][:200]
        raise OutputError("figures.typesetting_failed", reason=reason) from error
    if not isinstance(made, bytes):  # pragma: no cover - several pages come as a list
        raise OutputError("figures.typesetting_failed", reason=type(made).__name__)
    return made if kind == "pdf" else _with_dpi(made, dpi)


def _check_dpi(drawing: Drawing, dpi: int) -> None:
    if not _LEAST_DPI <= dpi <= _MOST_DPI:
        raise InputError("figures.dpi", dpi=dpi, low=_LEAST_DPI, high=_MOST_DPI)
    dots = (drawing.width * dpi / _MM_PER_INCH) * (drawing.height * dpi / _MM_PER_INCH)
    if dots > _MOST_PIXELS:
        most = int(dpi * (_MOST_PIXELS / dots) ** 0.5)
        raise InputError("figures.too_many_dots", millions=round(dots / 1e6), dpi=most)


def _with_dpi(png: bytes, dpi: int) -> bytes:
    """Write the dots in a metre after the head, so that the picture knows its size on paper."""
    per_metre = round(dpi / _MM_PER_INCH * 1000)
    body = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    chunk = struct.pack(">I", 9) + body + struct.pack(">I", zlib.crc32(body))
    return png[:_HEAD] + chunk + png[_HEAD:]


def save_drawing(
    drawing: Drawing,
    path: str | os.PathLike[str],
    *,
    dpi: int = 300,
    title: str = "",
    overwrite: bool = True,
) -> Path:
    """Write a drawing by the ending of the name, whole or not at all.

    Parameters
    ----------
    drawing
        The sheet.
    path
        ``.png``, ``.svg`` or ``.pdf``.
    dpi, title
        As in :func:`as_bytes`.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written.
    """
    made = as_bytes(drawing, format_of(path), dpi=dpi, title=title)
    with atomic_path(path, overwrite=overwrite) as tmp:
        tmp.write_bytes(made)
    return Path(path)

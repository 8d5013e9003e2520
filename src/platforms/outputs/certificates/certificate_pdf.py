"""Certificates as PDF, through the typesetter Typst.

What users wrote goes in as JSON beside the template and is shown as text: it is never part of
the template and cannot become markup. The template reads no file and asks for no package.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from platforms.errors import MissingPartError, OutputError

__all__ = ["FONTS", "pdf_bytes"]

# families with the Chinese of the mainland, best first
FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "SimHei",
    "SimSun",
)


def pdf_bytes(record: Mapping[str, object], *, day: str) -> bytes:
    """Return the PDF of certificates.

    Parameters
    ----------
    record
        The fields of a certificate document, JSON types only.
    day
        ISO date that the file carries; the same certificates of one day are the same bytes.

    Raises
    ------
    MissingPartError
        Without the typesetter or a Chinese font on this machine.
    OutputError
        When the typesetter fails.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingPartError("certificate.no_typesetter") from error
    template = (resources.files("platforms.outputs.certificates") / "certificate.typ").read_bytes()
    noon = dt.datetime.fromisoformat(day).replace(hour=12, tzinfo=dt.UTC)
    data = json.dumps({**record, "font": _font()}, ensure_ascii=False)
    try:
        made = typst.compile(template, format="pdf", sys_inputs={"data": data}, timestamp=noon)
    except RuntimeError as error:
        reason = str(error).splitlines()[0][:200]
        raise OutputError("certificate.typesetting_failed", reason=reason) from error
    if not isinstance(made, bytes):  # pragma: no cover - pages of pictures come as a list
        raise OutputError("certificate.typesetting_failed", reason=type(made).__name__)
    return made


@cache
def _font() -> str:
    """Return the family to print in."""
    import typst

    there = {name.casefold() for name in typst.Fonts().families()}
    for family in FONTS:
        if family.casefold() in there:
            return family
    raise MissingPartError("certificate.no_font", fonts=list(FONTS[:4]))

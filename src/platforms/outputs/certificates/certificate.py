"""The area certificate of plots (面积量算成果) as a page or a print: HTML without script, or PDF.

Both print the same document, with room for signatures; nothing is computed here.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import asdict
from importlib import resources
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from platforms.errors import OutputError
from platforms.geo.write import atomic_path
from platforms.outputs.certificates.certificate_document import (
    CertificateDocument,
    certificate_document,
)
from platforms.outputs.certificates.certificate_pdf import pdf_bytes
from platforms.planning.survey import Survey

__all__ = ["render_certificate", "save_certificate"]

ENDINGS = (".html", ".pdf")

_SIGNED = ("measured_by", "checked_by", "seal")


def render_certificate(document: CertificateDocument) -> str:
    """Return certificates as one HTML page without script or request.

    Parameters
    ----------
    document
        What :func:`certificate_document` gave.
    """
    template = resources.files("platforms.outputs.certificates") / "certificate.html.j2"
    return (
        Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
        .from_string(template.read_text(encoding="utf-8"))
        # the sketches are our own drawing and hold no text of a user
        .render(d=asdict(document), drawing=Markup, signed=_SIGNED)
    )


def save_certificate(
    survey: Survey,
    path: str | os.PathLike[str],
    *,
    plot_ids: Sequence[str] | None = None,
    overwrite: bool = False,
    day: dt.date | None = None,
) -> CertificateDocument:
    """Write certificates of plots as HTML or PDF.

    Parameters
    ----------
    survey, plot_ids, day
        As in :func:`certificate_document`.
    path
        ``.html`` or ``.pdf``; it appears whole or not at all.
    overwrite
        Replace a file that is there.

    Returns
    -------
    document
        What was printed.

    Raises
    ------
    CRSError, InputError
        As in :func:`certificate_document`.
    MissingPartError
        For a PDF without the typesetter or without a Chinese font.
    OutputError
        For another ending, and when the file cannot be written.
    """
    target = Path(path)
    if target.suffix.lower() not in ENDINGS:
        raise OutputError("certificate.ending", path=target.name, allowed=list(ENDINGS))
    document = certificate_document(survey, plot_ids, day=day)
    with atomic_path(target, overwrite=overwrite) as tmp:
        if target.suffix.lower() == ".pdf":
            record = {**asdict(document), "signed": _SIGNED}
            tmp.write_bytes(pdf_bytes(record, day=document.day))
        else:
            tmp.write_text(render_certificate(document), encoding="utf-8")
    return document

"""Word documents and web pages with tables, made by hand for tests of reading them."""

from __future__ import annotations

import zipfile
from html import escape

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(path, body, *, declared=""):
    """Write a .docx; ``declared`` stands before its root."""
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>{declared}<w:document xmlns:w="{NAMESPACE}">'
        f"<w:body>{body}</w:body></w:document>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", text)
    return path


def paragraph(text):
    runs = "<w:br/>".join(f"<w:t>{escape(part)}</w:t>" for part in text.split("\n"))
    return f"<w:p><w:r>{runs}</w:r></w:p>"


def cell(text, *, wide=1, merge=None):
    """Return a cell; ``merge`` is ``restart`` or ``continue`` for one merged downwards."""
    told = f'<w:gridSpan w:val="{wide}"/>' if wide > 1 else ""
    if merge:
        told += f'<w:vMerge w:val="{merge}"/>' if merge == "restart" else "<w:vMerge/>"
    return f"<w:tc><w:tcPr>{told}</w:tcPr>{paragraph(text)}</w:tc>"


def table(*rows):
    """Return a table of rows of texts or cells."""
    made = ("".join(c if c.startswith("<w:tc>") else cell(c) for c in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in made) + "</w:tbl>"


def page(path, body, *, encoding="utf-8"):
    """Write a web page."""
    head = f'<html><head><meta charset="{encoding}"><style>td {{}}</style></head>'
    path.write_bytes(f"{head}<body>{body}</body></html>".encode(encoding))
    return path

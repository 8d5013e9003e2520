"""The parts of a workbook, looked into before anything parses them.

A part may declare a type, and in it words that stand for other text: the sheet would then show
what stands in no cell. No program that writes workbooks declares one, so any is refused. A
declaration can only stand in front of the first element, so that is where it is looked for.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from platforms.errors import FormatError

if TYPE_CHECKING:
    from platforms.geo.ingest.worker import Job

__all__ = ["refuse_declarations"]

_HEAD = 64 << 10
_BOM = b"\xef\xbb\xbf"
# what starts a text of two bytes a sign, in which nothing below would be found
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00<")
# a picture of an office program may name its type, which declares nothing
_PLAIN = re.compile(
    rb"\s*(?:(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+svg\b[^\[\]<>]*>)\s*)*<[A-Za-z_:\x80-\xff]",
    re.DOTALL,
)


def refuse_declarations(job: Job) -> None:
    """Refuse a workbook of which a part declares a type, or hides what it begins with.

    A part is known by its first sign and not by its name, which the workbook chooses.

    Raises
    ------
    FormatError
        Says what to do; also for a file that cannot be opened.
    """
    try:
        with zipfile.ZipFile(job.path) as book:
            for part in book.infolist():
                with book.open(part) as reader:
                    if _declares(reader.read(_HEAD)):
                        raise FormatError("read.xml_declaration", file=job.name)
    except (OSError, RuntimeError, EOFError, NotImplementedError, zipfile.BadZipFile) as error:
        raise FormatError("read.not_opened", file=job.name) from error


def _declares(head: bytes) -> bool:
    text = head.removeprefix(_BOM)
    if text.startswith(_WIDE):
        return True
    if not text.lstrip().startswith(b"<"):
        # blanks may go on for as long as they like; other bytes are a picture
        return len(head) == _HEAD and not text.strip()
    return _PLAIN.match(text) is None

"""A file that a visitor gave: kept in memory for the visit, read by the one door.

The bytes touch the disk only while they are read, in a folder of their own that is removed
afterwards, whatever happens. Of the file's own name only letters, digits, dots, dashes and
underscores are kept, so that messages can name it and it can name nothing else.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import platforms as ip

__all__ = ["Upload", "read_upload", "safe_name"]

_STRANGE = re.compile(r"[^\w.\-]+")
_LONGEST = 80


@dataclass(frozen=True)
class Upload:
    """What a visitor gave, and how it shall be read.

    Attributes
    ----------
    name
        The file's name, as the browser said it.
    data
        Its bytes.
    crs
        Coordinate system chosen by the visitor; None leaves it to the file.
    layer
        Layer chosen by the visitor, where the file has several.
    """

    name: str
    data: bytes
    crs: str | None = None
    layer: str | None = None

    @property
    def sha256(self) -> str:
        """Fingerprint of the bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """All that the reading depends on."""
        return self.sha256, self.crs, self.layer

    def read_as(self, *, crs: str | None = None, layer: str | None = None) -> Upload:
        """Return the same file, with one more question answered."""
        return replace(self, crs=crs or self.crs, layer=layer or self.layer)


def read_upload(upload: Upload, workspace: ip.Workspace) -> ip.Plots:
    """Read an upload's plots, and leave nothing of it on the disk.

    Parameters
    ----------
    upload
        The file.
    workspace
        Says which coordinates are plausible.

    Returns
    -------
    plots
        EPSG:4490, with the faults found and what the file is.

    Raises
    ------
    CRSError
        When the coordinate system is open; ``fields["candidates"]`` lists the answers.
    InputError
        When the file cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="platforms-") as folder:
        path = Path(folder) / safe_name(upload.name)
        path.write_bytes(upload.data)
        return ip.read_plots(path, workspace=workspace, crs=upload.crs, layer=upload.layer)


def safe_name(name: str) -> str:
    """Return a file name that a visitor gave without anything that is not a name."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return _STRANGE.sub("_", last).lstrip(".-")[-_LONGEST:] or "upload"

"""A file that a visitor gave: kept in memory for the visit, read by the one door.

The bytes touch the disk only while they are read, in a folder of their own that is removed
afterwards, whatever happens. Of the file's own name only letters, digits, dots, dashes and
underscores are kept, so that messages can name it and it can name nothing else. Shift
parameters that are typed are numbers and never the name of a file on the server.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import platforms as ip
from platforms.errors import CRSError, InputError, PlatformsError

__all__ = ["Reading", "Upload", "one_upload", "read_upload", "safe_name"]

# what names of Chinese files hold beside words stays as it is
_STRANGE = re.compile(r"[^\w.\- ()（）\[\]【】《》“”、，。·—～~+@]+")
_LONGEST = 80
# four or seven numbers, with the marks that the library knows before and behind them
_NUMBERS = re.compile(
    r"((cf|pv|en):)?[\d\s.,，;e+\-]+(ppm)?\s*(@\s*[a-z]+:\d+)?", re.ASCII | re.IGNORECASE
)
_TABLES = {".csv", ".txt"}
# a Shapefile is what lies beside its .shp; the rest of its files hold nothing to be read
_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
_BESIDE = (".sbn", ".sbx", ".qix", ".fbn", ".fbx", ".ain", ".aih", ".atx", ".cst", ".shp.xml")
# no clock in the archive: the same files make the same bytes
_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Reading:
    """How a file shall be read; what is None is left to the file.

    Attributes
    ----------
    crs, layer, encoding
        As the visitor chose.
    helmert
        Shift parameters as text.
    points
        CSV of control points, in place of parameters.
    known
        File with a boundary that is right.
    repair
        Make plots that cross themselves valid.
    """

    crs: str | None = None
    layer: str | None = None
    encoding: str | None = None
    helmert: str | None = None
    points: Upload | None = None
    known: Upload | None = None
    repair: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """All that a reading depends on."""
        files = (f and f.sha256 for f in (self.points, self.known))
        return (self.crs, self.layer, self.encoding, self.helmert, self.repair, *files)


_PLAIN = Reading()


@dataclass(frozen=True)
class Upload:
    """What a visitor gave, and how it shall be read.

    Attributes
    ----------
    name
        The file's name, as the browser said it.
    data
        Its bytes.
    reading
        What the visitor said about it.
    layers
        Layers that the visitor can choose from, once the file was found to have several.
    corrections
        What the visitor changed on the map, in order; the bytes stay as they are.
    """

    name: str
    data: bytes
    reading: Reading = _PLAIN
    layers: tuple[str, ...] = ()
    corrections: tuple[ip.PlotCorrection, ...] = ()

    @property
    def sha256(self) -> str:
        """Fingerprint of the bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def key(self) -> tuple[object, ...]:
        """All that the reading depends on."""
        return (self.sha256, *self.reading.key, *(one.key for one in self.corrections))

    def read_as(self, reading: Reading) -> Upload:
        """Return the same file, to be read in another way; its plots are other ones then."""
        return replace(self, reading=reading, corrections=())

    def corrected(self, corrections: Sequence[ip.PlotCorrection]) -> Upload:
        """Return the same file with these corrections and no others."""
        return replace(self, corrections=tuple(corrections))


def one_upload(files: Sequence[tuple[str, bytes]]) -> tuple[Upload, list[str]]:
    """Make one upload of what was dropped together.

    Parameters
    ----------
    files
        Names and bytes, the newest first; at least one.

    Returns
    -------
    upload
        The newest file; where it is part of a Shapefile, all parts there are, as an archive.
    passed
        Names of the files that are not in it and could have been meant.
    """
    name, data = files[0]
    parts: dict[str, bytes] = {}
    if _is_part(name):
        for other, held in files:
            if _is_part(other):
                parts.setdefault(other, held)
    if len(parts) < 2:  # noqa: PLR2004 a part alone is refused under its own name
        given, taken = Upload(name, data), {name}
    else:
        layers = sorted(one for one in parts if _ending(one) == ".shp")
        stem = (layers or sorted(parts))[0].rpartition(".")[0]
        given, taken = Upload(f"{stem}.zip", _archive(parts)), set(parts)
    spare = _BESIDE if parts else ()
    left = [other for other, _ in files if other not in taken]
    return given, [other for other in left if not other.lower().endswith(spare)]


def _ending(name: str) -> str:
    return Path(name).suffix.lower()


def _is_part(name: str) -> bool:
    return _ending(name) in _PARTS


def _archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(parts.items()):
            archive.writestr(zipfile.ZipInfo(name, _DAY), data)
    return out.getvalue()


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
        When the coordinate system is open; ``fields["candidates"]`` lists the answers. When
        the shift parameters cannot be used.
    InputError
        When the file, or the known boundary, cannot be used.
    """
    how = upload.reading
    with ip.temporary_folder() as folder:
        plots = ip.read_plots(
            _put(upload, folder / "plots"),
            workspace=workspace,
            crs=how.crs,
            encoding=how.encoding,
            layer=how.layer,
            helmert=_helmert(how, folder / "points"),
        )
        if how.known is None:
            return plots
        return ip.compare_known(plots, _known(how.known, folder / "known", workspace))


def _put(given: Upload, folder: Path) -> Path:
    folder.mkdir()
    path = folder / safe_name(given.name)
    path.write_bytes(given.data)
    return path


def _helmert(how: Reading, folder: Path) -> str | Path | None:
    if how.points is None:
        if how.helmert is not None and not _NUMBERS.fullmatch(how.helmert.strip()):
            raise CRSError("geo.helmert_unreadable", given=how.helmert[:_LONGEST])
        return how.helmert
    if how.helmert is not None:
        raise CRSError("app.asked.helmert_twice", file=safe_name(how.points.name))
    path = _put(how.points, folder)
    # told apart from parameters by its ending
    return path if path.suffix.lower() in _TABLES else path.rename(path.with_suffix(".csv"))


def _known(known: Upload, folder: Path, workspace: ip.Workspace) -> ip.Plots:
    path = _put(known, folder)
    try:
        return ip.inspect(path, workspace=workspace)
    except CRSError:
        raise InputError("app.asked.known_crs", file=path.name) from None
    except PlatformsError as error:
        raise InputError("app.asked.known_bad", problem=str(error)) from None


def safe_name(name: str) -> str:
    """Return a file name that a visitor gave without anything that is not a name."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return _STRANGE.sub("_", last).lstrip(".- ")[-_LONGEST:].strip() or "upload"

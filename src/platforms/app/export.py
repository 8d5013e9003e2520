"""The outputs as bytes, made when somebody asks for one.

They are the files that ``platforms run`` writes, made by the same functions, in the language
of the scene.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextvars import copy_context
from pathlib import Path
from typing import NamedTuple

import platforms as ip
from platforms.app.scene import Scene

__all__ = ["EXPORTS", "Export", "make_export"]


class Export(NamedTuple):
    """One kind of output: ending, media type, and what writes it to a path."""

    ending: str
    mime: str
    write: Callable[[Scene, Path], object]


EXPORTS: Mapping[str, Export] = {
    "html": Export("html", "text/html", lambda scene, path: ip.save_html(scene.document, path)),
    "xlsx": Export(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda scene, path: ip.save_workbook(scene.run, path),
    ),
    "gpkg": Export(
        "gpkg",
        "application/geopackage+sqlite3",
        lambda scene, path: ip.save_geopackage(scene.run, path),
    ),
}


def make_export(scene: Scene, kind: str) -> bytes:
    """Return one output of a scene.

    Parameters
    ----------
    scene
        What is exported.
    kind
        A key of ``EXPORTS``.

    Raises
    ------
    PlatformsError
        When it cannot be made.
    """
    export = EXPORTS[kind]

    def write() -> bytes:
        ip.set_language(scene.lang)
        with tempfile.TemporaryDirectory(prefix="platforms-") as folder:
            path = Path(folder) / f"{scene.run.workspace.name}.{export.ending}"
            export.write(scene, path)
            return path.read_bytes()

    # the server calls this outside any session, where no language is set
    return copy_context().run(write)

"""A new workspace, begun as a copy of one that works."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from platforms.errors import OutputError
from platforms.geo.write import atomic_folder
from platforms.layers.workspace import find_workspace

__all__ = ["copy_workspace", "refuse_full"]


def refuse_full(folder: str | os.PathLike[str]) -> None:
    """Refuse a folder that holds something already.

    Raises
    ------
    OutputError
        Names the folder; nothing in it was touched.
    """
    place = Path(folder)
    if place.is_dir() and any(place.iterdir()):
        raise OutputError("city.folder_exists", folder=place.resolve().name)


def copy_workspace(source: str, folder: str | os.PathLike[str]) -> Path:
    """Copy a workspace into a new folder, as ``geo/`` and ``layers/``.

    Parameters
    ----------
    source
        Name or folder of the workspace to copy.
    folder
        The new folder; must not hold anything.

    Returns
    -------
    folder
        The folder made; it appears whole or not at all.

    Raises
    ------
    UnknownWorkspaceError
        Lists the workspaces that are known.
    OutputError
        When the folder holds something or cannot be written.
    """
    refuse_full(folder)
    _, geo_dir, layers_dir = find_workspace(source)
    with atomic_folder(folder) as staging:
        _copy(geo_dir, staging / "geo")
        _copy(layers_dir, staging / "layers")
    return Path(folder)


def _copy(source: Path, target: Path) -> None:
    """Copy a folder; what does not go ends it, where ``copytree`` goes on and tells a list."""
    for here, _, files in os.walk(source, followlinks=True):
        place = target / Path(here).relative_to(source)
        place.mkdir(parents=True)
        for name in files:
            shutil.copy2(Path(here, name), place / name)

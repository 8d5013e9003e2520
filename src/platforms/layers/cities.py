"""Where the cities lie: a collection of named ones, or a folder of one's own."""

from __future__ import annotations

import os
from pathlib import Path

from platforms.errors import UnknownWorkspaceError

__all__ = ["DEFAULT_WORKSPACE", "find_workspace", "known_workspaces"]

DEFAULT_WORKSPACE = "yueqing"


def _collections() -> list[Path]:
    """Return the folders that may hold ``geo/<city>`` and ``layers/<city>``."""
    package = Path(__file__).resolve().parents[1]
    return [Path.cwd(), package / "workspace", package.parents[1]]


def known_workspaces() -> dict[str, tuple[Path, Path]]:
    """Return the named workspaces: name → (geo folder, layers folder)."""
    found: dict[str, tuple[Path, Path]] = {}
    for root in _collections():
        for plan in sorted(root.glob("layers/*/plan.yaml")):
            city = plan.parent.name
            found.setdefault(city, (root / "geo" / city, plan.parent))
    return found


def _is_file(path: Path) -> bool:
    """Say whether there is a file; under a name that is too long or shut to us there is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def find_workspace(name: str | os.PathLike[str] | None = None) -> tuple[str, Path, Path]:
    """Find a workspace by name or folder.

    Returns
    -------
    name, geo_dir, layers_dir
        What to call it, and its two folders.

    Raises
    ------
    UnknownWorkspaceError
        Lists the workspaces that are known.
    """
    if name is None:
        name = os.environ.get("PLATFORMS_WORKSPACE") or (
            "." if _is_file(Path("layers/plan.yaml")) else DEFAULT_WORKSPACE
        )
    known = known_workspaces()
    if str(name) in known:
        return (str(name), *known[str(name)])
    folder = Path(name)
    if _is_file(folder / "layers" / "plan.yaml") and (folder / "geo").is_dir():
        folder = folder.resolve()
        return folder.name, folder / "geo", folder / "layers"
    raise UnknownWorkspaceError("layers.workspace_unknown", name=name, known=sorted(known))

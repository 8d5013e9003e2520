"""A city of which only its outline, targets and rules are known: 台州 without the rest."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from platforms.layers.workspace import find_workspace

_GEO = {"county.geojson", "county.yaml"}
_LAYERS = {
    "land", "plan.yaml", "policy", "reported.csv", "reported.yaml", "targets.csv", "targets.yaml",
}  # fmt: skip


def lay_bare(folder: Path) -> Path:
    """Copy 台州 into a folder, without plots, towns and platforms; return its root."""
    _, *sources = find_workspace("taizhou")
    for source, part, kept in zip(sources, ("geo", "layers"), (_GEO, _LAYERS), strict=True):
        for path in sorted(source.iterdir()):
            if path.name in kept:
                target = folder / part / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                copy = shutil.copytree if path.is_dir() else shutil.copyfile
                copy(path, target)
    plan = folder / "layers" / "plan.yaml"
    told = plan.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in told if not line.startswith("constraints:")]
    plan.write_text("".join(kept), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def bare(tmp_path_factory) -> str:
    """The folder of such a city; its name is taizhou."""
    return str(lay_bare(tmp_path_factory.mktemp("bare") / "taizhou"))

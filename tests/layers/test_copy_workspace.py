"""A copied city is the same city, whole or not at all."""

from __future__ import annotations

import os
import resource

import pytest

from platforms.errors import OutputError
from platforms.layers.copying import copy_workspace
from platforms.layers.workspace import Workspace, find_workspace


def _files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_all_files_are_copied(tmp_path):
    made = copy_workspace("yueqing", tmp_path / "own")
    _, geo, layers = find_workspace("yueqing")
    assert _files(made / "geo") == _files(geo)
    assert _files(made / "layers") == _files(layers)
    assert Workspace.open(made).has("plots")


@pytest.mark.skipif(os.name != "posix", reason="the size of a file is limited in POSIX only")
def test_a_full_disk_is_told_as_one_and_nothing_is_left(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OutputError) as caught:
            copy_workspace("yueqing", tmp_path / "own")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.key == "write.disk_full"
    assert list(tmp_path.iterdir()) == []

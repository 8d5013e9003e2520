from __future__ import annotations

import os
import shutil
import zipfile

import geopandas as gpd
import pytest

from platforms.cli import main
from platforms.cli.own_input import refuse_own_input
from platforms.errors import OutputError


def _refused(capsys, *words):
    status = main([str(word) for word in words])
    return status, capsys.readouterr().err


def test_a_survey_is_not_written_over(capsys, plots_file):
    before = plots_file.read_bytes()
    status, err = _refused(capsys, "measure", plots_file, "-o", plots_file, "--overwrite")
    assert status == 1
    assert "原始资料" in err
    assert plots_file.read_bytes() == before


@pytest.mark.parametrize("link", [os.symlink, os.link])
@pytest.mark.parametrize("turned", [False, True])
def test_nor_through_a_link(capsys, plots_file, tmp_path, link, turned):
    other = tmp_path / "other.gpkg"
    link(plots_file, other)
    before = plots_file.read_bytes()
    read, written = (other, plots_file) if turned else (plots_file, other)
    status, err = _refused(capsys, "measure", read, "-o", written, "--overwrite")
    assert status == 1
    assert "原始资料" in err
    assert plots_file.read_bytes() == before


def test_nor_under_another_spelling(capsys, plots_file, monkeypatch):
    monkeypatch.chdir(plots_file.parent)
    spelled = f"../{plots_file.parent.name}/{plots_file.name}"
    assert _refused(capsys, "reclaim", spelled, "-o", plots_file, "--overwrite")[0] == 1


def test_nor_a_boundary_that_is_only_compared(capsys, plots_file, tmp_path):
    known = tmp_path / "known.gpkg"
    shutil.copy(plots_file, known)
    words = ("measure", plots_file, "--known", known, "-o", known, "--overwrite")
    status, err = _refused(capsys, *words)
    assert status == 1
    assert "known.gpkg" in err


def test_nor_a_member_of_a_folder_that_is_read(plots_file, tmp_path):
    with pytest.raises(OutputError):
        refuse_own_input([plots_file], [plots_file.parent])
    linked = tmp_path / "linked"
    linked.symlink_to(plots_file.parent, target_is_directory=True)
    with pytest.raises(OutputError):
        refuse_own_input([linked / plots_file.name], [plots_file.parent])
    # beside the members there is room
    refuse_own_input([plots_file.with_name("new.gpkg")], [plots_file.parent])


def test_nor_anything_in_a_database_folder(tmp_path):
    folder = tmp_path / "a.gdb"
    folder.mkdir()
    with pytest.raises(OutputError):
        refuse_own_input([folder / "new.gpkg"], [folder])


def test_nor_the_archive_of_a_member(tmp_path):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a.geojson", "{}")
    with pytest.raises(OutputError):
        refuse_own_input([archive], [archive / "a.geojson"])


def test_results_do_not_replace_the_plots_that_they_are_made_of(capsys, plots_file, folder):
    gpd.read_file(plots_file).to_file(folder / "mine.gpkg")
    words = ("run", "--plots", folder / "mine.gpkg", "-o", folder, "--overwrite")
    assert _refused(capsys, *words)[0] == 1
    assert len(gpd.read_file(folder / "mine.gpkg")) == 2


def test_an_export_does_not_replace_a_file_of_its_run(capsys, folder):
    before = (folder / "plan.gpkg").read_bytes()
    words = ("export", folder, "--to", "gpkg", "-o", folder / "plan.gpkg", "--overwrite")
    status, err = _refused(capsys, *words)
    assert status == 1
    assert "原始资料" in err
    assert (folder / "plan.gpkg").read_bytes() == before


def test_another_file_of_the_same_name_is_another_file(plots_file, tmp_path):
    refuse_own_input([tmp_path / plots_file.name, None], [plots_file, None])

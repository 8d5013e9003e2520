from __future__ import annotations

import io
import threading
import zipfile

import pytest
from openpyxl import load_workbook

from platforms import messages
from platforms.app.exports.kinds import GROUPS, KINDS, Asked
from platforms.app.exports.making import make_export, publish_scene
from platforms.app.plots.shelf import Shelf, Stopped
from platforms.errors import InputError
from platforms.outputs.maps.map_reading import layer_frames, read_page

# those that need something kept first have tests of their own
WRITABLE = [name for name in KINDS if name not in {"ledger", "positions"}]


@pytest.fixture(scope="module")
def internal(scene):
    return publish_scene(scene, Asked())


@pytest.mark.long
@pytest.mark.parametrize("kind", WRITABLE)
def test_an_export_is_made_in_the_language_of_its_scene_and_changes_none(internal, kind):
    messages.set_language("en")
    told = []
    made = make_export(internal.source, kind, lambda stage, share: told.append((stage, share)))
    assert messages.language() == "en"
    assert told
    ending = KINDS[kind].ending
    if ending == "html":
        assert "乐清市" in made.decode("utf-8")
    elif ending == "xlsx":
        assert zipfile.is_zipfile(io.BytesIO(made))
        names = load_workbook(io.BytesIO(made), read_only=True).sheetnames
        assert any("\u4e00" <= name[0] <= "\u9fff" for name in names)
    elif ending == "gpkg":
        assert made.startswith(b"SQLite format 3")


def test_the_map_is_that_which_was_looked_at(scene, tmp_path):
    for profile, layers in (("internal", 13), ("public", 12)):
        made = publish_scene(scene, Asked(profile, "浙S（2026）1号" if profile == "public" else ""))
        path = tmp_path / f"{profile}.html"
        path.write_bytes(make_export(made.source, "map"))
        document = read_page(path)
        assert document.id == made.document.id != scene.id
        assert document.content["publication"]["profile"] == profile
        assert len(layer_frames(document)) == layers


def test_the_other_map_follows_the_profile_too(scene, tmp_path):
    made = publish_scene(scene, Asked("public"))
    path = tmp_path / "land.html"
    path.write_bytes(make_export(made.source, "land_map"))
    document = read_page(path)
    assert document.content["publication"]["profile"] == "public"
    assert "firm_name" not in layer_frames(document)["plots"]


def test_slides_go_along_in_the_order_chosen(scene):
    ids = [one["id"] for one in scene.content["slides"]]
    assert len(ids) >= 3
    made = publish_scene(scene, Asked(slides=(ids[2], ids[0])))
    assert [one["id"] for one in made.document.content["slides"]] == [ids[2], ids[0]]
    assert publish_scene(scene, Asked(slides=())).document.content["slides"] == []
    with pytest.raises(InputError):
        publish_scene(scene, Asked(slides=("nowhere",)))


def test_what_speaks_against_a_map_comes_with_it(scene):
    kinds = [one.kind for one in publish_scene(scene, Asked("public")).issues]
    assert "publication_no_review" in kinds
    assert publish_scene(scene, Asked()).issues.by_kind() == {}


def test_an_export_that_is_cancelled_ends_and_leaves_nothing(internal, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    begun, go = threading.Event(), threading.Event()

    def slow(_source, path, progress):
        path.write_bytes(b"half")
        begun.set()
        go.wait(10)
        progress("paper", 0.5)
        path.write_bytes(b"whole")

    monkeypatch.setitem(KINDS, "slow", KINDS["workbook"]._replace(write=slow))
    job = Shelf(1).ask("a", lambda progress: make_export(internal.source, "slow", progress))
    assert begun.wait(10)
    assert list(tmp_path.iterdir())
    job.stop.set()
    go.set()
    with pytest.raises(Stopped):
        job.result()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_every_kind_and_group_has_words(lang):
    known = messages.catalogue(lang, "exports_page")
    assert {f"group.{group}" for group in GROUPS} <= set(known)
    assert {f"{name}.{part}" for name in KINDS for part in ("title", "about")} <= set(known)

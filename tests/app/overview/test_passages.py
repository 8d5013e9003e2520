from __future__ import annotations

from dataclasses import replace

import pytest

from platforms import full_text
from platforms.app.overview.passages import passages
from platforms.app.state import Pick


def test_a_platform_rests_on_the_row_that_lists_it(scene):
    (found,) = passages(scene, Pick("platforms", "YQ-P07"))
    assert (found.doc, found.section, found.row, found.page) == ("yq2016", "附件二", "7", "58")
    ((title, words),) = found.texts
    assert title == "整合提升方向（原文）"
    assert "提升电子电器" in words


def test_what_a_row_says_it_is_named_by_is_a_passage_too(scene):
    found = passages(scene, Pick("special_towns", "YQ-S01"))
    places = [(one.doc, one.section, one.row) for one in found]
    assert places[0] == ("yq2023", "附件", "33")
    assert ("yq2016", "表3-1", "1") in places
    # named once, though the row itself stands there too
    assert len(places) == len(set(places))
    # another table of the workspace keeps words of the same place
    assert any("万亩千亿" in words for _, words in found[0].others)


def test_a_sentence_of_a_plan_is_told_of_the_feature_that_it_names(scene):
    found = passages(scene, Pick("platforms", "YQ-P12"))
    (said,) = [one for one in found if one.section == "三（四）2"]
    assert any("清江工业区" in words for _, words in said.texts)
    # the same section says much of other places, which is not told here
    assert all("清江" in words for _, words in (*said.texts, *said.others))


def test_what_cites_nothing_has_no_passage(scene):
    assert passages(scene, Pick("plots", "SP-0001")) == []
    assert passages(scene, Pick("platforms", "<img src=x>")) == []
    assert passages(scene, Pick("no such", "1")) == []


def test_every_placed_feature_leads_to_its_document(scene):
    known = {document.id for document in scene.workspace.plan.documents}
    for name, key in (
        ("projects", "project_id"),
        ("firms", "firm_id"),
        ("layout_units", "unit_id"),
    ):
        for feature in scene.frame(name)[key]:
            found = passages(scene, Pick(name, feature))
            assert found
            assert {one.doc for one in found} <= known


@pytest.mark.parametrize("ending", [".pdf", ".txt"])
def test_the_full_text_is_the_file_that_the_user_put_there(scene, tmp_path, ending):
    city = replace(scene.workspace, layers_dir=tmp_path)
    assert full_text(city, "yq2016") is None
    (tmp_path / "documents").mkdir()
    file = tmp_path / "documents" / f"yq2016{ending}"
    file.write_text("x", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("x", encoding="utf-8")
    assert full_text(city, "yq2016") == file
    # only documents of the plan: an id is no path
    assert full_text(city, "../secret") is None

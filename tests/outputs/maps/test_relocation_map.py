"""The map of a relocation: two firms to one park, a third that stays."""

from __future__ import annotations

import datetime as dt

import pytest

import move_samples as samples
import platforms as ip
from map_samples import HOSTILE
from platforms import messages
from platforms.outputs.maps.map_sheet import run_document
from platforms.outputs.maps.map_styles import style_of


@pytest.fixture(scope="module")
def document(yueqing):
    return ip.relocation_document(yueqing, samples.answer(), day=dt.date(2026, 1, 2))


def test_two_firms_go_to_one_park(document):
    flows = samples.rows_of(document, "flows")
    assert [(row["title"], row["mu"]) for row in flows] == [
        ("企业F1 → 园区一", 10), ("企业F2 → 园区一", 20),
    ]  # fmt: skip
    assert samples.layer_of(document, "flows")["kind"] == "flow"
    (total,) = samples.rows_of(document, "flows_by_town")
    assert (total["title"], total["firms"], total["mu"]) == ("甲镇 → 园区一", 2, 30)
    (park,) = samples.rows_of(document, "moving_parks")
    assert (park["capacity_mu"], park["used_mu"], park["used_share"]) == (30, 30, 100)
    assert {row["tone"] for row in flows} == {park["tone"]}


def test_sums_and_single_firms_share_the_zooms_between_them(document):
    far, near = (samples.layer_of(document, one)["style"] for one in ("flows_by_town", "flows"))
    assert far["max_zoom"] == near["min_zoom"]
    assert (far["min_zoom"], near.get("max_zoom")) == (0, None)
    assert near["flow"]["ends"] == far["flow"]["ends"] == "moving_parks"


def test_who_stays_is_there_with_the_reason(document):
    (stays,) = samples.rows_of(document, "staying_firms")
    assert (stays["firm_id"], stays["reason"], stays["town"]) == ("F3", "no_room", "乙镇")
    assert "已满" in stays["message"]
    titles = {one["value"]: one["title"] for one in
              samples.layer_of(document, "staying_firms")["style"]["classes"]}  # fmt: skip
    assert titles["no_room"] == "园区已满"


def test_the_headline_is_the_answer_as_printed(document):
    figures = {one["key"]: one["value"] for one in document.content["figures"]}
    found = ip.relocation_figures(samples.answer())
    assert figures["firms"] == "2"
    assert figures["mu"] == "30.00"
    assert figures["km_mean"] == f"{found['km_mean']:.2f}"
    assert figures["unassigned"] == "1"
    assert figures["gap"] == "0.000 %"


def test_the_slide_of_flows_says_how_many_firms_and_how_much_land(document):
    slide = next(one for one in document.content["slides"] if one["id"] == "moves")
    assert "迁入 2 家，合计 30.00 亩。" in slide["text"]


def test_only_sample_tables_are_marked(document, yueqing):
    assert document.content["marks"] == ["schematic", "internal"]
    found = ip.relocate(ip.relocation_data(yueqing), effort=ip.SearchEffort(rounds=1))
    told = ip.relocation_document(yueqing, found)
    assert "sample" in told.content["marks"]
    assert any("示例数据" in note for note in told.content["notes"])
    assert any("误差" in note for note in told.content["notes"])


def test_the_language_is_that_asked_for_and_the_callers_stays(yueqing):
    english = ip.relocation_document(yueqing, samples.answer(), lang="en")
    assert english.content["lang"] == "en"
    assert samples.layer_of(english, "flows")["title"] == "Flows (single firms)"
    assert ip.language() == "zh_CN"


def test_contradicting_locks_name_what_must_fall(yueqing):
    import pandas as pd

    locks = pd.DataFrame({"firm_id": list(samples.FIRMS), "park_id": "P1", "lock": "in"})
    found = ip.relocate(*samples.tables(), locks=locks)
    assert found.status == "infeasible"
    document = ip.relocation_document(yueqing, found)
    assert any("F3" in note for note in document.content["notes"])
    figures = {one["key"]: one["value"] for one in document.content["figures"]}
    assert (figures["gap"], figures["km_mean"]) == ("—", "—")
    assert "flows" not in {one["id"] for one in document.content["layers"]}


def test_a_firm_set_aside_is_counted_though_it_has_no_place(yueqing):
    firms, parks = samples.tables()
    found = ip.relocate(firms.assign(demand_mu=[10.0, 20.0, -1.0]), parks)
    document = ip.relocation_document(yueqing, found)
    layer = samples.layer_of(document, "staying_firms")
    assert layer["features"] == 0
    assert "1" in layer["note"]


def test_hostile_names_are_text(yueqing):
    text = " ".join(HOSTILE)
    document = ip.relocation_document(yueqing, samples.answer(F1=text, P1=text, town=text))
    # signs that turn the writing or end a line are told, all else stands as it came
    told = text.replace("\u202e", r"\u202e").replace("\u2028", r"\u2028")
    assert samples.rows_of(document, "flows")[0]["title"] == f"{told} → {told}"
    page = ip.render_page(document)
    assert "<img src=x" not in page
    assert page.count("</script>") == ip.render_page(
        ip.relocation_document(yueqing, samples.answer())
    ).count("</script>")


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_each_reason_has_a_short_title_and_a_look(lang):
    reasons = {k for k in messages.catalogue(lang, "moves") if k.startswith("reason.")}
    titles = {k for k in messages.catalogue(lang, "flows") if k.startswith("reason.")}
    assert titles == reasons
    looks = style_of("staying_firms").classes
    assert {f"reason.{name}" for name in looks} == reasons


@pytest.fixture(scope="module")
def moved(yueqing):
    return ip.relocate(ip.relocation_data(yueqing), effort=ip.SearchEffort(rounds=0))


def test_a_platform_that_takes_firms_in_is_named_once(example, yueqing, moved):
    both = run_document(example, relocation=moved)
    named = {row["name"] for row in samples.rows_of(both, "platforms")}
    parks = samples.rows_of(both, "moving_parks")
    assert {row["name"] for row in parks} & named
    assert not {row["label"] for row in parks} & named
    # by itself the map of the flows has nobody else to name them
    alone = samples.rows_of(ip.relocation_document(yueqing, moved), "moving_parks")
    assert all(row["label"] == row["name"] for row in alone)
    style = samples.layer_of(both, "moving_parks")["style"]
    assert style["label"]["column"] == "label"


def test_each_flow_says_what_it_adds_to_the_objective(yueqing, moved):
    document = ip.relocation_document(yueqing, moved)
    layer = samples.layer_of(document, "flows")
    columns = {one["name"]: one for one in layer["columns"]}
    assert columns["part_distance"]["title"] == "距离（km×亩） × 权重 1"
    assert columns["cost"]["role"] == "tip"
    assert "part_plan" not in columns
    total = sum(row["cost"] for row in samples.rows_of(document, "flows"))
    total += sum(row["cost"] for row in samples.rows_of(document, "staying_firms"))
    # each is printed to 0.01
    assert total == pytest.approx(moved.objective, abs=0.005 * len(moved.firms))

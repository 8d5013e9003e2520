"""The digitised targets of both cities: counts, sums, units, citations.

The rows were compared once with the texts of the documents by a program: each ``text`` is in
its document (tables: in its row), with value and unit; the units are those of the row.
Measures 16 and 20 of the electrical plan carry no number of their own; 18 names an
investment of 12 亿元 in one base, which is a project and no target.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from platforms.planning.standing import TARGET_COLUMNS
from platforms.policy.targets import FIGURES, target_status
from platforms.policy.targets_records import units_of
from platforms.policy.workspace import Workspace

LAYERS = Path(__file__).resolve().parents[2] / "layers"


def table(city):
    return pd.read_csv(LAYERS / city / "targets.csv", dtype=str, keep_default_na=False)


TARGETS = pd.concat([table("yueqing"), table("taizhou")], ignore_index=True)
BY_ID = TARGETS.set_index("target_id")


def document(doc, section=""):
    return TARGETS[TARGETS["doc"].eq(doc) & TARGETS["section"].str.startswith(section)]


@pytest.mark.parametrize(
    ("doc", "section", "rows", "records"),
    [
        ("yq2016", "表2-1", 17, 17),
        ("yq2022", "附件", 61, 63),
        ("yq2023", "附件", 50, 98),
        ("tz-145", "表1", 21, 22),
    ],
)
def test_each_row_of_the_tables_is_there(doc, section, rows, records):
    part = document(doc, section)
    assert sorted(part["row"].astype(int).unique()) == list(range(1, rows + 1))
    assert len(part) == records


# records with a value, by number of the measure
MEASURES = {
    1: 2, 2: 2, 3: 1, 4: 3, 5: 4, 6: 1, 7: 3, 8: 4, 9: 4, 10: 1, 11: 2, 12: 3, 13: 5, 14: 1,
    15: 1, 17: 2, 18: 1, 19: 3, 21: 2, 22: 3, 23: 1, 24: 1, 25: 2, 26: 3,
}  # fmt: skip


def test_the_measures_of_the_electrical_plan_that_carry_numbers():
    part = document("yq-electric-145", "五（")
    number = part["section"].str.extract(r"^五（[一二三四五六七八九]）(\d+)$")[0].astype(int)
    valued = number[part["value"].ne("")]
    assert valued.value_counts().sort_index().to_dict() == MEASURES
    assert set(range(1, 27)) - set(MEASURES) == {16, 20}
    assert part["responsible"].ne("").all()
    # the units of a measure are those of each of its rows
    assert part["responsible"].groupby(number).nunique().max() == 1


def test_ids_are_unique_and_every_record_names_indicator_and_text():
    assert TARGETS["target_id"].is_unique
    assert TARGETS[["indicator", "text", "section"]].ne("").all(axis=None)
    same = TARGETS.duplicated(["doc", "section", "row", "indicator"], keep=False)
    assert TARGETS.loc[same, "target_id"].tolist() == []


def test_a_number_has_a_unit_unless_it_is_an_index():
    bare = TARGETS[TARGETS["value"].ne("") & TARGETS["unit"].eq("")]
    assert bare["indicator"].str.contains("指数").all()
    assert len(bare) == 3
    # without a value there is no comparison, unless the value is set above
    empty = TARGETS[TARGETS["value"].eq("")]
    assert set(empty["operator"]) == {"", "complete_assigned"}
    assert empty["operator"].eq("complete_assigned").sum() == 6


def test_the_increases_of_2016_lead_from_base_to_target():
    part = document("yq2016", "表2-1")
    summed = part[part["increase"].ne("")]
    base, more, value = (summed[n].astype(float) for n in ("base_value", "increase", "value"))
    assert (base + more - value).abs().lt(1e-9).all()
    assert len(summed) == 8
    # the growth a year is given as "左右": within two per cent of the target
    grown = part[part["growth"].ne("")]
    level = grown["base_value"].astype(float) * (1 + grown["growth"].astype(float) / 100) ** 5
    assert (level / grown["value"].astype(float) - 1).abs().lt(0.025).all()
    assert len(grown) == 4


@pytest.mark.parametrize(
    ("number", "base", "year", "value", "nature"),
    [
        ("01a", "5269", "2020", "10000", "expected"),
        ("01b", "5269", "2020", "12000", "expected"),
        ("03", "-7.8", "2020", "10", "expected"),
        ("06", "20.7", "2020", "32", "expected"),
        ("07", "1.86", "2019", "2.7", "expected"),
        ("08", "111", "2019", "150", "expected"),
        ("16", "", "", "", "binding"),
        ("19", "74.94", "2019", "", "expected"),
        ("20", "81.1", "2020", "78", "expected"),
    ],
)
def test_taizhou_as_printed(number, base, year, value, nature):
    row = BY_ID.loc[f"tz145-{number}"]
    assert (row["base_value"], row["base_year"], row["value"], row["nature"]) == (
        base, year, value, nature,
    )  # fmt: skip


def test_three_targets_of_taizhou_bind():
    assert document("tz-145")["nature"].value_counts().to_dict() == {"expected": 19, "binding": 3}


def test_leading_units_are_among_the_responsible():
    for row in TARGETS.to_dict("records"):
        assert set(units_of(row["lead"])) <= set(units_of(row["responsible"])), row["target_id"]
        assert "*" not in row["responsible"] + row["lead"]
    assert BY_ID.loc["yq2022-10", "lead"] == "市经信局"
    assert BY_ID.loc["yq2023-24a", "lead"] == "市委人才办"
    # several units, and the document marks none of them
    assert BY_ID.loc["yq2023-32", "lead"] == ""
    assert document("yq-electric-145")["lead"].eq("").all()


def test_a_topic_links_several_rows():
    topics = TARGETS[TARGETS["topic"].ne("")]
    assert topics["topic"].value_counts().min() >= 2
    land = topics[topics["topic"].eq("存量工业用地盘活整治")]
    assert dict(zip(land["target_id"], land["value"], strict=True)) == {
        "yq2022-10": "300", "yq2023-42a": "1800", "yq145-06": "3000",
    }  # fmt: skip
    tax = topics[topics["topic"].eq("亩均税收")]
    assert tax["value"].tolist() == ["56", "80"]


def test_every_target_that_names_a_figure_is_in_its_unit():
    found = target_status(TARGETS.reindex(columns=list(TARGET_COLUMNS)).replace("", None), {})
    named = found[found["computed_by"].notna()]
    assert len(named) == 10
    for row in named.to_dict("records"):
        assert FIGURES[row["computed_by"]].unit == row["unit"], row["target_id"]


def test_taizhou_is_a_workspace_whose_layers_are_sound():
    city = Workspace.open("taizhou")
    assert city.check() == []
    assert str(city.plan.name) == "台州市"
    assert len(city.table("county")) == 9

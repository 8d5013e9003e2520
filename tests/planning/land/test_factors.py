"""The shipped numbers have unit, source and confidence; a workspace replaces them."""

from __future__ import annotations

import datetime as dt
import json
import types

import pytest

from platforms.errors import CardError, RuleError
from platforms.layers.workspace import known_workspaces
from platforms.planning.land.factors import land_parameters, number, potential_factors
from platforms.policy.parameters import Parameter
from platforms.policy.workspace import Workspace

NATIONAL = land_parameters()
FACTORS = potential_factors()


def own(tmp_path, name, text):
    """A workspace with one file in its folder ``land``."""
    (tmp_path / "land").mkdir(exist_ok=True)
    (tmp_path / "land" / name).write_text(text, "utf-8")
    return types.SimpleNamespace(layers_dir=tmp_path)


@pytest.mark.parametrize("city", sorted(known_workspaces()))
def test_the_files_of_every_city_can_be_read(city):
    workspace = Workspace.open(city)
    assert set(land_parameters(workspace).parameters) >= set(NATIONAL.parameters)
    assert potential_factors(workspace).slope


@pytest.mark.parametrize("name", sorted(NATIONAL.parameters))
def test_every_number_of_a_document_names_it_and_every_other_is_the_tools_own(name):
    parameter = NATIONAL[name]
    assert parameter.unit
    assert (parameter.basis == "document") == (parameter.source is not None)
    assert parameter.basis == "document" or parameter.note


def test_the_rules_of_size_and_the_storey_are_as_written():
    values = {n: NATIONAL.number(n) for n in ("priority_mu", "scattered_mu", "tall_storey_m")}
    assert values == {"priority_mu": 100.0, "scattered_mu": 50.0, "tall_storey_m": 8.0}
    # what no source gives is empty, and then not used
    for name in ("green_share", "target_far", "emission_t_per_tce"):
        assert NATIONAL.number(name) is None


def test_records_are_ready_for_json_in_both_languages():
    rows = json.loads(json.dumps(NATIONAL.records("en")))
    assert {r["id"] for r in rows} == set(NATIONAL.parameters)
    assert all(set(r) == set(rows[0]) for r in rows)
    factors = json.loads(json.dumps(FACTORS.records("zh_CN")))
    assert {f["method"] for f in factors} == {"tool:slope-class-2026"}
    assert all(f["unit"] == "1" and f["confidence"] for f in factors)


def test_slope_classes_are_those_of_the_standard_and_never_rise():
    assert [(f.above_deg, f.to_deg) for f in FACTORS.slope] == [
        (None, 2), (2, 6), (6, 15), (15, 25), (25, None),
    ]  # fmt: skip
    factors = [f.k for f in FACTORS.slope]
    assert factors == sorted(factors, reverse=True)
    assert FACTORS.official is False


def test_a_workspace_replaces_one_parameter_and_keeps_the_others(tmp_path):
    text = """
title: {zh: 一, en: one}
parameters:
  - {id: scattered_mu, title: {zh: 一, en: one}, unit: 亩, basis: tool, value: 30, confidence: L, note: x}
"""
    found = land_parameters(own(tmp_path, "parameters.yaml", text))
    assert (found.number("scattered_mu"), found.number("priority_mu")) == (30.0, 100.0)


def test_a_dated_value_holds_from_its_day(tmp_path):
    taizhou = Workspace.open("taizhou")
    values = [
        land_parameters(taizhou, on=day).number("target_far")
        for day in (None, dt.date(2025, 4, 24), dt.date(2025, 4, 25))
    ]
    assert values == [None, None, 1.0]


def test_names_and_values_that_do_not_fit_are_refused_with_words(tmp_path):
    with pytest.raises(RuleError, match="priority_mu"):
        NATIONAL["priority"]
    with pytest.raises(RuleError, match="industrial_codes"):
        NATIONAL.number("industrial_codes")
    assert number(2) == 2.0
    assert number(Parameter.model_validate(NATIONAL["green_share"].model_dump())) is None


PIECE = "{{id: {id}, title: {{zh: 一, en: one}}, above_deg: {above}, to_deg: {to}, k: {k}, unit: '1', basis: {basis}, confidence: L}}"
TABLE = "table: mine\ntitle: {{zh: 一, en: one}}\nofficial: false\ndate: 2026-01-01\nformula: P\nclasses: []\nslope:\n{rows}\n"


def slope_table(*rows):
    return TABLE.format(rows="\n".join(f"  - {PIECE.format(**row)}" for row in rows))


def piece(**changes):
    return {"id": "a", "above": "null", "to": "null", "k": 1, "basis": "tool"} | changes


def test_a_workspace_replaces_the_table_of_factors_as_a_whole(tmp_path):
    found = potential_factors(own(tmp_path, "potential.yaml", slope_table(piece(k=0.3))))
    assert (found.method, [f.k for f in found.slope]) == ("tool:mine", [0.3])


def test_the_method_is_told_in_words_of_both_languages(tmp_path):
    shipped = potential_factors()
    for told in (shipped.formula, shipped.note):
        assert "_" not in f"{told.show('zh_CN')}{told.show('en')}"
        assert told.show("zh_CN") != told.show("en")
    # a plain text of a workspace holds for both
    assert potential_factors(own(tmp_path, "potential.yaml", slope_table(piece()))).formula == "P"


@pytest.mark.parametrize(
    "rows",
    [
        [piece(k=1.5)],
        [piece(k=-0.1)],
        [piece(basis="document")],
        [piece(to=5)],
        [piece(to=5), piece(above=6, id="b")],
        [piece(to=5), piece(above=5)],
        [piece(to=5), piece(above=5, to=3, id="b"), piece(above=3, id="c")],
    ],
    ids=["over_one", "below_zero", "no_source", "open_end", "gap", "id_twice", "falling"],
)
def test_a_table_that_cannot_be_right_is_refused(tmp_path, rows):
    with pytest.raises(CardError, match=r"potential\.yaml"):
        potential_factors(own(tmp_path, "potential.yaml", slope_table(*rows)))


def test_a_source_that_is_not_listed_is_refused(tmp_path):
    text = """
title: {zh: 一, en: one}
parameters:
  - {id: x, title: {zh: 一, en: one}, unit: 亩, basis: document, value: 30, confidence: L,
     source: {document: nowhere, clause: "1"}}
"""
    with pytest.raises(CardError, match=r"parameters\.yaml"):
        land_parameters(own(tmp_path, "parameters.yaml", text))

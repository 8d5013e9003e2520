"""What stands on the sheets of the workbook, as values; how they look is elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from platforms import messages
from platforms.planning.run import Run

__all__ = [
    "Field",
    "issue_table",
    "ledger_fields",
    "overview_rows",
    "rule_table",
    "sample_mark",
    "source_table",
    "target_table",
]


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.{entry}", None, **fields)


@dataclass(frozen=True)
class Field:
    """One column of the ledger."""

    name: str
    title: str
    values: Sequence[object]
    width: float
    digits: int = 2


def overview_rows(run: Run, day: dt.date) -> list[tuple[str, object, str]]:
    """Return the rows of the first sheet: item, value, note."""
    plan = run.workspace.plan
    figures = run.figures
    note = _t("sample_note") if run.sample else ""
    mu = _t("mu")
    rows: list[tuple[str, object, str]] = [
        (_t("book.county"), f"{plan.name} {plan.county_code}", ""),
        (_t("figure.plots"), int(figures["plots"]), note),
        (f"{_t('figure.area_mu')}（{mu}）", figures["area_mu"], _t("note.area")),
    ]
    for name in ("low_efficiency", "not", "unknown"):
        shown = _t(f"verdict.{name}")
        rows.append((f"{shown}（{_t('plots_unit')}）", int(figures[name]), note))
        rows.append((f"{shown}（{mu}）", figures[f"{name}_mu"], note))
    rows += [
        (
            f"{_t('figure.reclaimable_mu')}（{mu}）",
            figures["reclaimable_mu"],
            note or sample_mark(run),
        ),
        (f"{_t('book.overlap')}（m²）", float(run.overlap_m2), ""),
        (_t("book.pack"), str(run.pack.title), run.pack.pack),
        (_t("book.input"), str(run.input["name"]), ""),
        (_t("book.digest"), str(run.input["sha256"]), ""),
        (_t("book.version"), run.version, ""),
        (_t("book.made"), day.isoformat(), ""),
    ]
    notes = ["places", "towns"]
    if run.sample_layers:
        notes.append("sample" if run.sample else "sample_constraints")
    rows += [(_t("book.note"), "", _t(f"note.{name}")) for name in notes]
    return rows


def sample_mark(run: Run) -> str:
    """Return the sentence that marks synthetic data; empty where there are none."""
    if run.sample:
        return _t("book.mark_sample")
    return _t("book.mark_sample_constraints") if run.sample_layers else ""


def ledger_fields(run: Run) -> list[Field]:
    """Return the columns of the ledger in the usual order, ready to be written."""
    plots = run.plots
    mu, ha, m2 = _t("mu"), "ha", "m²"
    fields = [Field("number", _t("column.number"), list(range(1, len(plots) + 1)), 6, 0)]

    def text(name: str, width: float, entry: str = "") -> None:
        if name not in plots:
            return
        values = plots[name].tolist()
        if entry:
            known = messages.catalogue(messages.language(), "sheet")
            values = [known.get(f"{entry}.{v}", v) if pd.notna(v) else None for v in values]
        fields.append(Field(name, _t(f"column.{name}"), values, width))

    def number(name: str, unit: str, digits: int, title: str = "") -> None:
        if name in plots:
            shown = title or _t(f"column.{name}")
            values = plots[name].tolist()
            fields.append(Field(name, f"{shown}（{unit}）", values, 14, digits))

    text("plot_id", 14)
    text("name", 22)
    text("town", 12)
    text("platform", 24)
    text("layout_unit", 16)
    text("firm_name", 18)
    text("credit_code", 22)
    text("industry", 22)
    text("scale", 8, "scale")
    text("land_use", 10)
    number("area_mu", mu, 4)
    number("area_ha", ha, 4)
    number("area_m2", m2, 2)
    number("planar_m2", m2, 2)
    number("declared_m2", m2, 2)
    text("verdict", 10, "verdict")
    text("reason", 46)
    text("measure_suggested", 12, "measure")
    for name in run.workspace.plan.constraints:
        title = _t("column.deduction", name=_constraint(name))
        number(f"deduct_{name}_m2", m2, 2, title)
    number("net_m2", m2, 2)
    number("net_mu", mu, 4)
    text("missing", 24)
    text("town_way", 10, "way")
    fields.append(_yes_no("town_sure", plots))
    blank: list[object] = [None] * len(plots)
    fields += [
        Field("unit", _t("column.unit"), blank, 14),
        Field("due", _t("column.due"), blank, 12),
    ]
    text("status", 8, "status")
    text("basis", 10)
    return fields


def _yes_no(name: str, plots: pd.DataFrame) -> Field:
    shown = {True: "✓", False: "—"}
    values = [shown.get(bool(v)) if pd.notna(v) else None for v in plots[name]]
    return Field(name, _t(f"column.{name}"), values, 10)


def _constraint(name: str) -> str:
    known = messages.catalogue(messages.language(), "sheet")
    return known.get(f"constraint.{name}", name)


def target_table(run: Run) -> pd.DataFrame:
    """Return the targets and where each stands."""
    rows = run.target_records()
    plan = run.workspace.plan
    records = []
    for row in rows:
        document = plan.document(str(row["doc"]))
        responsible = row["responsible"]
        records.append(
            {
                _t("book.indicator"): row["indicator"],
                _t("book.year"): row["year"],
                _t("book.planned"): row["value"],
                _t("book.unit"): row["unit"],
                _t("book.computed"): row["computed"],
                _t("book.reported"): row["reported"],
                _t("book.gap"): row["gap"],
                _t("book.responsible"): "、".join(responsible)
                if isinstance(responsible, (list, tuple))
                else responsible,
                _t("book.document"): document.title if document else row["doc"],
                _t("book.row"): row["row"],
            }
        )
    return pd.DataFrame(records)


def rule_table(run: Run) -> pd.DataFrame:
    """Return the rules with their clause, and the parameters with their source."""
    rows: list[dict[str, object]] = [
        {
            _t("book.rule"): str(rule.title),
            _t("book.value"): None,
            _t("book.unit"): None,
            _t("book.clause"): f"{rule.clause.section} {rule.clause.item}",
            _t("book.quote"): rule.clause.quote,
            _t("book.reading"): None,
            _t("book.confidence"): None,
        }
        for rule in run.pack.rules
    ]
    for parameter in run.pack.parameters:
        current = parameter.current
        shown = "、".join(current) if isinstance(current, tuple) else current
        rows.append(
            {
                _t("book.rule"): f"{_t('book.parameter')}：{parameter.title}",
                _t("book.value"): str(shown) if isinstance(shown, bool) else shown,
                _t("book.unit"): parameter.unit,
                _t("book.clause"): parameter.source.clause if parameter.source else None,
                _t("book.quote"): parameter.source.quote if parameter.source else None,
                _t("book.reading"): str(parameter.chosen.title) if parameter.chosen else None,
                _t("book.confidence"): parameter.confidence,
            }
        )
    return pd.DataFrame(rows)


def issue_table(run: Run) -> pd.DataFrame:
    """Return the faults found, under the headings that readers know."""
    frame = run.issues.to_frame()
    return frame.rename(columns={name: _t(f"book.{name}") for name in frame.columns})


def source_table(run: Run) -> pd.DataFrame:
    """Return documents and layers with their source and date."""
    plan = run.workspace.plan
    rows = [
        {
            _t("book.source"): document.title,
            _t("book.issuer"): document.issuer,
            _t("book.doc_number"): document.number,
            _t("book.doc_date"): document.date,
        }
        for document in plan.documents
    ]
    rows += [
        {
            _t("book.source"): f"{_t('book.layer')}：{card.title}",
            _t("book.issuer"): card.source,
            _t("book.doc_number"): card.licence,
            _t("book.doc_date"): card.date,
        }
        for card in run.workspace.cards.values()
    ]
    return pd.DataFrame(rows)

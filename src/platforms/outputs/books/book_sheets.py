"""What stands on the sheets of the workbook, as values; how they look is elsewhere."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd

from platforms import messages
from platforms.outputs.books.book_pages import Field
from platforms.outputs.books.issue_file import issue_words
from platforms.outputs.books.target_sheet import target_sheet
from platforms.outputs.source_words import area_notes, source_words
from platforms.outputs.verdict_words import silence, verdict_words
from platforms.planning.run import Run
from platforms.policy.words import missing_title
from platforms.units import printed

_GRADE = re.compile(r"grade_\d{4}")

__all__ = [
    "detail_fields",
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
    for name, shown in verdict_words(run.pack).items():
        rows.append((f"{shown}（{_t('plots_unit')}）", int(figures[name]), note))
        rows.append((f"{shown}（{mu}）", *_told(run, f"{name}_mu", note)))
    if "reclaimable_mu" in figures:
        title = f"{_t('figure.reclaimable_mu')}（{mu}）"
        rows.append((title, *_told(run, "reclaimable_mu", note or sample_mark(run))))
    rows += [
        (f"{_t('book.overlap')}（m²）", float(run.overlap_m2), ""),
        (_t("book.pack"), str(run.pack.title), run.pack.pack),
        (_t("book.input"), str(run.input["name"]), ""),
        (_t("book.digest"), str(run.input["sha256"]), ""),
        (_t("book.version"), run.version, ""),
        (_t("book.made"), day.isoformat(), ""),
    ]
    notes = [_t("note.places"), *area_notes(run.workspace)]
    if run.sample_layers:
        notes.append(_t("note.sample" if run.sample else "note.sample_constraints"))
    rows += [(_t("book.note"), "", words) for words in notes]
    return rows


def _told(run: Run, name: str, note: str) -> tuple[object, str]:
    """Return a figure and its note; what is not known is a dash that says why."""
    why = silence(run, name)
    return (printed(None), why) if why else (run.figures[name], note)


def sample_mark(run: Run) -> str:
    """Return the sentence that marks synthetic data; empty where there are none."""
    if run.sample:
        # rows of a file were marked by who wrote it, those of a workspace are made here
        return _t("book.mark_sample" if run.source is None else "book.mark_sample_file")
    return _t("book.mark_sample_constraints") if run.sample_layers else ""


class _Columns:
    """Collects columns of the plots, titled and ready to be written."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.plots = run.plots
        lang = messages.language()
        self.known = {**messages.catalogue(lang, "planning"), **messages.catalogue(lang, "sheet")}
        self.fields: list[Field] = []

    def text(self, name: str, width: float, entry: str = "") -> None:
        """Add a column of words; ``entry`` names the labels of its values."""
        if name not in self.plots:
            return
        values: list[object] = self.plots[name].tolist()
        if entry:
            labels = {v: self.known.get(f"{entry}.{v}", v) for v in set(self.plots[name].dropna())}
            if entry == "verdict":
                labels |= verdict_words(self.run.pack)
            if entry == "land_use":
                labels |= self._uses()
            values = [labels.get(v) for v in values]
        self.fields.append(Field(name, _t(f"column.{name}"), values, width))

    def _uses(self) -> dict[object, str]:
        """Return what the card of the plots calls the codes of land use."""
        workspace = self.run.workspace
        known = workspace.card("plots").columns if workspace.has("plots") else ()
        labels = next((one.labels for one in known if one.name == "land_use"), None) or {}
        return {code: f"{code} {shown}" for code, shown in labels.items()}

    def grade(self) -> None:
        """Add the newest yearly grade of the firms."""
        years = [name for name in self.plots if _GRADE.fullmatch(str(name))]
        if years:
            newest = str(max(years))
            title = _t("column.grade", year=newest.removeprefix("grade_"))
            self.fields.append(Field(newest, title, self.plots[newest].tolist(), 9))

    def number(self, name: str, unit: str, digits: int, title: str = "") -> None:
        """Add a column of numbers."""
        if name in self.plots:
            shown = f"{title or _t(f'column.{name}')}（{unit}）"
            self.fields.append(Field(name, shown, self.plots[name].tolist(), 13, digits, unit))

    def flag(self, name: str) -> None:
        """Add a column of yes and no."""
        if name in self.plots:
            marks = {True: "✓", False: "—"}
            values = [marks[bool(v)] if pd.notna(v) else None for v in self.plots[name]]
            self.fields.append(Field(name, _t(f"column.{name}"), values, 9))

    def blank(self, name: str, width: float) -> None:
        """Add an empty column for the office to fill in."""
        self.fields.append(Field(name, _t(f"column.{name}"), [None] * len(self.plots), width))

    def numbered(self) -> None:
        """Add the running number."""
        numbers = list(range(1, len(self.plots) + 1))
        self.fields.append(Field("number", _t("column.number"), numbers, 6, 0))


def ledger_fields(run: Run) -> list[Field]:
    """Return the columns of the ledger, in the usual order of a county office."""
    columns = _Columns(run)
    mu, m2 = _t("mu"), "m²"
    columns.numbered()
    columns.text("plot_id", 12)
    columns.text("town", 11)
    columns.text("firm_name", 15)
    columns.text("land_use", 16, "land_use")
    columns.text("industry", 18)
    columns.grade()
    columns.number("area_mu", mu, 4)
    columns.number("area_ha", "ha", 4)
    columns.number("area_m2", m2, 2)
    columns.text("verdict", 10, "verdict")
    columns.text("reason", 44)
    columns.text("measure_suggested", 10, "measure")
    if "low_efficiency" in run.pack.outcomes:
        columns.number("reclaimable_m2", m2, 2)
        columns.number("reclaimable_mu", mu, 4)
    columns.text("status", 10, "status")
    columns.blank("unit", 12)
    columns.blank("due", 10)
    columns.blank("step", 10)
    return columns.fields


def detail_fields(run: Run) -> list[Field]:
    """Return what else is known of each plot: all areas, deductions, membership, gaps."""
    columns = _Columns(run)
    m2 = "m²"
    columns.numbered()
    columns.text("plot_id", 12)
    columns.text("name", 20)
    columns.text("credit_code", 21)
    columns.text("scale", 7, "scale")
    columns.number("planar_m2", m2, 2)
    columns.number("geodesic_m2", m2, 3)
    columns.number("declared_m2", m2, 2)
    for name in run.workspace.plan.constraints:
        title = _t("column.deduction", name=_constraint(name))
        columns.number(f"deduct_{name}_m2", m2, 2, title)
    columns.number("net_m2", m2, 2)
    # the sums of land in the book ask for it
    if run.figures.get("reclaimable_overlap_mu"):
        columns.number("net_overlap_m2", m2, 2)
    columns.text("town_way", 9, "way")
    columns.flag("town_sure")
    columns.text("platform_group", 26)
    columns.text("platform_way", 9, "way")
    columns.number("platform_km", "km", 2)
    columns.flag("platform_sure")
    columns.text("layout_unit", 16)
    columns.text("layout_way", 9, "way")
    columns.fields.append(_missing(run))
    columns.text("basis", 8, "basis")
    columns.number("accuracy_m", "m", 0)
    return columns.fields


def _missing(run: Run) -> Field:
    """Return what each plot lacks, in words."""
    titles: dict[str, str] = {}
    shown: list[object] = []
    for names in run.plots["missing"]:
        parts = [name for name in str(names).split(";") if name] if pd.notna(names) else []
        for name in parts:
            titles.setdefault(name, missing_title(run.pack, name))
        shown.append("、".join(titles[name] for name in parts) or None)
    return Field("missing", _t("column.missing"), shown, 36)


def _constraint(name: str) -> str:
    known = messages.catalogue(messages.language(), "sheet")
    return known.get(f"constraint.{name}", name)


def target_table(run: Run) -> pd.DataFrame:
    """Return the targets and where each stands."""
    return target_sheet(run.targets, run.workspace.plan)


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
    for parameter in run.pack.settled:
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
    """Return the faults found, in words under the headings that readers know."""
    return issue_words(run.issues)


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
            _t("book.issuer"): source_words(card.source),
            _t("book.doc_number"): card.licence,
            _t("book.doc_date"): card.date,
        }
        for card in run.workspace.cards.values()
    ]
    return pd.DataFrame(rows)

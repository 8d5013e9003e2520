"""Pages that are made from the data and the program, so that they cannot drift from them.

mkdocs calls ``on_files``; the tests call the functions themselves.
"""

from __future__ import annotations

import os
import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

import click  # noqa: E402 the package is found beside the docs

import platforms as ip  # noqa: E402
from platforms import messages  # noqa: E402
from platforms.layers.cards import read_plan  # noqa: E402
from platforms.policy.pack import load_packs, load_scores  # noqa: E402

# in the order of the pipeline; commands that are not named here follow by name
_FIRST = ("run", "check", "measure", "assess", "reclaim", "assign", "targets", "serve", "init")
# the cities that ship with documents
_CITIES = ("yueqing", "taizhou")
# stands where a pack leaves the year to the plan of a city
_OPEN_YEAR = 2100
# what a layer whose places come from the gazetteer has beside its columns
_PLACED = (
    ("basis", "位置依据 · Basis", "category", "", "from the gazetteer, through `place_id`"),
    ("accuracy_m", "位置精度 · Accuracy", "number", "m", "from the gazetteer, through `place_id`"),
)


def _cell(value: object) -> str:
    """Make text safe inside a table cell."""
    return str("" if value is None else value).replace("|", "\\|").replace("\n", " ").strip()


def _table(heads: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> list[str]:
    """Return the lines of a table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return [*lines, ""]


def _facts(column) -> list[str]:  # noqa: ANN001 a Column
    """Return what a card says of the values of a column."""
    facts = [word for word in ("required", "unique") if getattr(column, word)]
    if column.allowed:
        shown = (
            f"`{value}` {column.label(value, 'zh_CN')}, {column.label(value, 'en')}"
            if value in (column.labels or {})
            else f"`{value}`"
            for value in column.allowed
        )
        facts.append("; ".join(shown))
    if column.minimum is not None:
        facts.append(f"≥ {column.minimum:g}")
    if column.maximum is not None:
        facts.append(f"≤ {column.maximum:g}")
    if column.refers_to:
        facts.append(f"→ `{column.refers_to}`")
    note = getattr(column.note, "en", column.note)
    facts += [text for text in (note, column.source) if text]
    return facts


def _rows_of(ws, name: str) -> object:  # noqa: ANN001 a Workspace
    return "–" if ws.card(name).geometry == "raster" else len(ws.table(name))


def _layer(card, rows: object) -> Iterator[str]:  # noqa: ANN001 a Card
    """Yield the section of one layer."""
    mark = " — **sample data, synthetic**" if card.sample else ""
    yield from (f"## {card.layer}", "", f"**{card.title.en} · {card.title.zh}**{mark}.")
    yield f"{card.description.en}"
    yield from ("", card.description.zh, "")
    yield f"- File `{card.file}`, {rows} rows, geometry `{card.geometry}`, key `{card.key or '–'}`."
    yield f"- Source: {card.source}. Date: {card.date}."
    if card.licence:
        yield f"- Terms: {card.licence}."
    yield ""
    if not card.columns:
        return
    described = [
        (f"`{c.name}`", f"{c.title.zh} · {c.title.en}", c.type, c.unit, "; ".join(_facts(c)))
        for c in card.columns
    ]
    if card.geometry == "place":
        described += [(f"`{name}`", *rest) for name, *rest in _PLACED]
    yield from _table(("column", "title", "type", "unit", "allowed, remarks"), iter(described))


def dictionary(workspace: str = "yueqing") -> str:
    """Return the data dictionary, one section a card."""
    ws = ip.Workspace.open(workspace)
    cards = sorted(ws.cards.items())
    rows = {name: _rows_of(ws, name) for name, _ in cards}
    lines = [
        "# Data dictionary",
        "",
        f"Made from the cards of the workspace `{ws.name}` ({ws.plan.name.en}, {ws.plan.name.zh}).",
        "What the columns `basis` and `accuracy_m` mean stands in [Workspace](workspace.md).",
        "",
        *_table(
            ("layer", "title", "rows", "geometry", "data"),
            (
                (
                    f"[{name}](#{name})",
                    f"{card.title.zh} · {card.title.en}",
                    rows[name],
                    card.geometry,
                    "sample" if card.sample else "documents, published geography or derived",
                )
                for name, card in cards
            ),
        ),
        "## Documents",
        "",
        *_table(
            ("id", "title", "issuer", "number", "date", "period", "remark"),
            (
                (f"`{d.id}`", d.title, d.issuer, d.number, d.date, d.period, d.note)
                for d in ws.plan.documents
            ),
        ),
    ]
    for name, card in cards:
        lines += _layer(card, rows[name])
    return "\n".join(lines)


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "(none)"
    return "**empty**" if value is None else _cell(value)


def _cited(titles, source) -> str:  # noqa: ANN001 titles by id, a Source
    """Return document, clause and words of a source."""
    if source is None:
        return "the tool's own choice"
    title = titles.get(source.document, source.document)
    return f"《{title}》{source.clause}：“{source.quote or ''}”"


def _parameter(titles, parameter) -> tuple[object, ...]:  # noqa: ANN001 titles by id, a Parameter
    """Return the row of one parameter."""
    chosen = parameter.chosen
    shown = _value(parameter.current)
    origins = [parameter.source]
    if chosen:
        shown += f" (`{chosen.id}`: {chosen.title.en})"
    if parameter.dated:
        shown = "; ".join(
            f"{_value(d.value)} ({d.from_} to {d.to or 'open'})" for d in parameter.dated
        )
        origins = [d.source or parameter.source for d in parameter.dated]
    others = [
        f"{_value(r.value)} (`{r.id}`: {r.title.en})" for r in parameter.readings if r is not chosen
    ]
    return (
        f"`{parameter.id}`",
        f"{parameter.title.zh} · {parameter.title.en}",
        shown,
        parameter.unit,
        "; ".join(dict.fromkeys(_cited(titles, origin) for origin in origins)),
        parameter.confidence,
        "; ".join(others + [parameter.note] * bool(parameter.note)),
    )


def _parameters(titles, pack) -> Iterator[str]:  # noqa: ANN001 titles by id, a Pack or a ScorePack
    """Yield the table of a pack's parameters."""
    yield from ("### Parameters", "")
    yield "Confidence: H read in the source, M partly sourced, L ambiguous or our own choice."
    yield "What is empty could not be sourced; what needs it is unknown."
    yield ""
    yield from _table(
        ("parameter", "title", "value", "unit", "from", "confidence", "other readings, remarks"),
        (_parameter(titles, parameter) for parameter in pack.parameters),
    )


def _fields(pack) -> Iterator[str]:  # noqa: ANN001 a Pack or a ScorePack
    """Yield the table of the fields that a pack reads."""
    yield from ("### Fields that are read", "")
    yield from _table(
        ("field", "title", "type", "unit", "columns"),
        (
            (
                f"`{f.id}`",
                f"{f.title.zh} · {f.title.en}",
                f.type,
                f.unit,
                "made of others"
                if f.ratio or f.convert or f.sum
                else f"`{f.id}{'_<year>' * f.yearly}`",
            )
            for f in pack.fields
        ),
    )


def _head(titles, pack) -> Iterator[str]:  # noqa: ANN001 titles by id, a Pack or a ScorePack
    """Yield title and documents of a pack."""
    yield from (f"## {pack.pack}", "", f"**{pack.title.zh} · {pack.title.en}**.", "")
    yield f"- Document: 《{titles.get(pack.document, pack.document)}》."
    for document in pack.documents:
        facts = [document.number, document.issuer, document.date, document.note]
        yield f"- `{document.id}`: 《{document.title}》 {'; '.join(f for f in facts if f)}"


def _pack(titles, pack) -> Iterator[str]:  # noqa: ANN001 titles by id, a Pack
    """Yield the section of one rule pack."""
    yield from _head(titles, pack)
    open_ = pack.assessment_year == _OPEN_YEAR
    day = "31 December of the `assessment_year` of plan.yaml" if open_ else pack.day
    yield f"- Region: {pack.region}; in force {pack.valid_from} to {pack.valid_to or 'open'};"
    yield f"  judged for {day}."
    if pack.note:
        yield f"- {pack.note}"
    yield from ("", "### Rules", "")
    yield from _table(
        ("rule", "title", "a hit means", "clause", "words of the document"),
        (
            (
                f"`{rule.id}`",
                f"{rule.title.zh} · {rule.title.en}",
                f"`{rule.outcome}`",
                f"{rule.clause.section} {rule.clause.item}",
                " ".join([f"“{rule.clause.quote}”", *([rule.note] if rule.note else [])]),
            )
            for rule in pack.rules
        ),
    )
    yield from _parameters(titles, pack)
    if pack.measures:
        yield from ("### Measures", "", "First match first, for plots that were hit.", "")
        yield from _table(
            ("measure", "reason", "from"),
            (
                (
                    f"`{m.measure}`",
                    f"{m.reason.zh} · {m.reason.en}",
                    "the tool's suggestion"
                    if m.basis == "tool"
                    else titles.get(m.document, m.document),
                )
                for m in pack.measures
            ),
        )
    yield from _fields(pack)
    if pack.facts:
        yield from ("### Facts of the map", "")
        facts = ((f"`fact_{f.id}_share`", f"{f.title.zh} · {f.title.en}") for f in pack.facts)
        yield from _table(("column (0 to 1)", "title"), facts)


def _score(titles, pack) -> Iterator[str]:  # noqa: ANN001 titles by id, a ScorePack
    """Yield the section of one score pack."""
    yield from _head(titles, pack)
    yield f"- Region: {pack.region}; figures of {pack.data_year}."
    if pack.note:
        yield f"- {pack.note}"
    yield from ("", "### Groups", "")
    rows = []
    for group in pack.groups:
        where = (f"`{group.id}` {group.title.zh}", f"“{group.clause.quote}”")
        if group.base:
            rows.append((*where, "base", f"`{group.base}`, given by the table"))
        rows += [
            (*where, "indicator", f"`{i.field}` / `{i.divisor}` × `{i.weight}`")
            for i in group.indicators
        ]
        rows += [
            (*where, "taken off", f"`{d.field}` beyond `{d.free}`: `{d.first}`, then `{d.each}`")
            for d in group.deductions
        ]
        rows += [
            (
                *where,
                "grade",
                f"{c.grade}: up to `{c.up_to}`" if c.up_to else f"{c.grade}: the rest",
            )
            for c in group.grades
        ]
    yield from _table(("group", "words of the document", "part", "how"), iter(rows))
    yield from _parameters(titles, pack)
    yield from _fields(pack)


def parameters() -> str:
    """Return every rule and score that ships, with clauses, parameters and sources."""
    lines = [
        "# Rules and parameters",
        "",
        "Made from all rule packs and score packs that ship. How rules are applied stands in",
        "[Rules and verdicts](rules.md).",
        "",
    ]
    listed, sections = [], []
    for folder in sorted((ROOT / "layers").glob("*/policy")):
        plan = folder.parent / "plan.yaml"
        known = read_plan(plan).documents if plan.exists() else ()
        for kind, packs, section in (
            ("rules", load_packs(folder, year=_OPEN_YEAR), _pack),
            ("score", load_scores(folder), _score),
        ):
            for name, pack in packs.items():
                titles = {d.id: d.title for d in (*known, *pack.documents)}
                count = len(pack.rules) if kind == "rules" else len(pack.groups)
                link = f"[{name}](#{name})"
                listed.append((link, folder.parent.name, kind, count, len(pack.parameters)))
                sections += section(titles, pack)
    heads = ("pack", "layers of", "kind", "rules or groups", "parameters")
    return "\n".join([*lines, *_table(heads, iter(listed)), *sections])


def commands() -> dict[str, click.Command]:
    """Return the commands: those of the pipeline in its order, then the others by name."""
    folder = import_module("platforms.cli").__path__
    names = sorted(module.name for module in pkgutil.iter_modules(folder))
    found = {name: import_module(f"platforms.cli.{name}") for name in names}
    made = [vars(m).get("command") for m in found.values()]
    # a command goes by its own name, which a module may not be able to have
    known = {str(one.name): one for one in made if isinstance(one, click.Command)}
    order = [name for name in _FIRST if name in known]
    return {name: known[name] for name in [*order, *(n for n in known if n not in order)]}


def command_line() -> str:
    """Return the help of every command, as it is printed."""
    lines = [
        "# Command line",
        "",
        "The help of each command, as the program prints it with `PLATFORMS_LANG=en`. What the",
        "exit status means stands in [The pipeline](pipeline.md#exit-status-language-streams).",
        "",
    ]
    for name, command in commands().items():
        context = click.Context(command, info_name=f"platforms {name}", max_content_width=88)
        lines += [f"## platforms {name}", "", "```text", command.get_help(context), "```", ""]
        for under, one in getattr(command, "commands", {}).items():
            title = f"platforms {name} {under}"
            inner = click.Context(one, info_name=title, max_content_width=88)
            lines += [f"### {title}", "", "```text", one.get_help(inner), "```", ""]
    return "\n".join(lines)


def _covered(ws) -> Iterator[str]:  # noqa: ANN001 a Workspace
    """Yield the sections of a city's documents: what each table has, and what is taken of it."""
    table = ip.document_coverage(ws)
    for document in ws.plan.documents:
        rows = table[table["doc"].eq(document.id)].to_dict("records")
        counted = [one for one in rows if one["rows"]]
        whole = sum(one["rows"] for one in counted)
        taken = whole - sum(one["missing"] for one in counted)
        yield from (f"### {document.id}", "", f"《{document.title}》", "")
        yield f"{len(rows)} tables, lists and boxes; {taken} of {whole} rows in the data."
        yield ""
        heads = ("section", "table", "rows", "in the data", "where", "why not, remarks")
        yield from _table(
            heads,
            (
                (
                    one["section"],
                    one["title"],
                    one["rows"] or "–",
                    one["taken"] or (0 if one["rows"] else "–"),
                    ", ".join(f"`{name}`" for name in one["layers"].split(";") if name) or "–",
                    "; ".join(filter(None, (one["reason_en"], one["note"]))),
                )
                for one in rows
            ),
        )


def coverage() -> str:
    """Return which tables of the shipped cities' documents are in the data, and which are not."""
    lines = [
        "# Coverage of the documents",
        "",
        "Made from the list of tables (`document_tables`) and the layers of the cities that ship:",
        "every table, list and box of their documents, how many rows it has there, how many of",
        "them the data hold, where, and the reason where they hold fewer. Rows are counted by what",
        "they cite; a dash stands where the document has text and no rows. What proves a row by",
        "the full text stands in [Documents](documents.md). Remarks are those of the list, in its",
        "language.",
        "",
    ]
    for name in _CITIES:
        ws = ip.Workspace.open(name)
        lines += [f"## {ws.plan.name.zh} · {ws.plan.name.en}", "", *_covered(ws)]
    return "\n".join(lines).rstrip("\n") + "\n"


PAGES = {"dictionary.md": dictionary, "parameters.md": parameters, "cli.md": command_line}
# kept beside the written pages, to be read without building the site; a test compares them
KEPT = {"coverage.md": coverage}


def on_files(files, config):  # noqa: ANN001, ANN201 mkdocs' own signature
    """Add the generated pages to the site."""
    from mkdocs.structure.files import File

    os.environ["PLATFORMS_LANG"] = "en"
    messages.set_language("en")
    for name, make in PAGES.items():
        files.append(File.generated(config, name, content=make()))
    return files


if __name__ == "__main__":
    messages.set_language("en")
    for name, make in KEPT.items():
        (ROOT / "docs" / name).write_text(make(), encoding="utf-8")
        print(name)

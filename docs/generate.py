"""Pages that are made from the data, so that they cannot drift from it.

mkdocs calls ``on_files``; the tests call the functions themselves.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

import click  # noqa: E402 the package is found beside the docs

import platforms as ip  # noqa: E402
from platforms import messages  # noqa: E402

# commands whose help is printed on the page, in the order of the pipeline
COMMANDS = ("run", "check", "measure", "assess", "reclaim", "assign", "targets", "serve", "init")


def _cell(value: object) -> str:
    """Make text safe inside a table cell."""
    return str("" if value is None else value).replace("|", "\\|").replace("\n", " ")


def _row(*cells: object) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _facts(column) -> list[str]:  # noqa: ANN001 a Column
    """Return what a card says of the values of a column."""
    facts = [word for word in ("required", "unique") if getattr(column, word)]
    if column.allowed:
        shown = (
            f"`{value}` {column.label(value, 'zh_CN')}" if column.labels else f"`{value}`"
            for value in column.allowed
        )
        facts.append("; ".join(shown))
    if column.minimum is not None:
        facts.append(f"≥ {column.minimum:g}")
    if column.maximum is not None:
        facts.append(f"≤ {column.maximum:g}")
    if column.refers_to:
        facts.append(f"→ `{column.refers_to}`")
    if column.note:
        facts.append(column.note)
    return facts


def dictionary(workspace: str = "yueqing") -> str:
    """Return the data dictionary, one section a card."""
    ws = ip.Workspace.open(workspace)
    lines = [
        "# Data dictionary",
        "",
        f"Made from the cards of the workspace `{ws.name}` ({ws.plan.name.en}, {ws.plan.name.zh}).",
        "",
    ]
    for name, card in sorted(ws.cards.items()):
        mark = " — **sample data**" if card.sample else ""
        lines += [
            f"## {name}",
            "",
            f"**{card.title.en} · {card.title.zh}**{mark}. {card.description.en}",
            "",
            f"File `{card.file}`, geometry `{card.geometry}`, key `{card.key or '–'}`. "
            f"Source: {card.source}. Date: {card.date}."
            + (f" Terms: {card.licence}." if card.licence else ""),
            "",
        ]
        if not card.columns:
            continue
        lines += [_row("column", "title", "type", "unit", "allowed, remarks")]
        lines += [_row("---", "---", "---", "---", "---")]
        for column in card.columns:
            lines.append(
                _row(
                    f"`{column.name}`",
                    f"{column.title.zh} · {column.title.en}",
                    column.type,
                    column.unit,
                    "; ".join(_facts(column)),
                )
            )
        lines.append("")
    return "\n".join(lines)


def parameters(workspace: str = "yueqing") -> str:
    """Return every rule with its clause and every parameter with its source."""
    ws = ip.Workspace.open(workspace)
    lines = ["# Rules and parameters", "", "Made from the rule packs of the workspace.", ""]
    for pack in ws.packs.values():
        document = ws.plan.document(pack.document)
        lines += [
            f"## {pack.pack}",
            "",
            f"**{pack.title.zh} · {pack.title.en}**. "
            f"Document: {document.title if document else pack.document}.",
            "",
            _row("rule", "title", "clause", "words of the document"),
            _row("---", "---", "---", "---"),
        ]
        lines += [
            _row(
                f"`{rule.id}`",
                f"{rule.title.zh} · {rule.title.en}",
                f"{rule.clause.section} {rule.clause.item}",
                rule.clause.quote,
            )
            for rule in pack.rules
        ]
        lines += [
            "",
            _row("parameter", "title", "value", "unit", "from", "confidence", "other readings"),
            _row("---", "---", "---", "---", "---", "---", "---"),
        ]
        for parameter in pack.parameters:
            chosen = parameter.chosen
            others = [r.title.en for r in parameter.readings if r is not chosen]
            origin = (
                f"{parameter.source.clause}：{parameter.source.quote or ''}"
                if parameter.source
                else "the tool's own choice"
            )
            lines.append(
                _row(
                    f"`{parameter.id}`",
                    parameter.title.en,
                    chosen.title.en if chosen else parameter.current,
                    parameter.unit,
                    origin,
                    parameter.confidence,
                    "; ".join(others),
                )
            )
        lines.append("")
    return "\n".join(lines)


def command_line() -> str:
    """Return the help of every command, as it is printed."""
    from importlib import import_module

    lines = [
        "# Command line",
        "",
        "The help of each command, as the program prints it (with `PLATFORMS_LANG=en`).",
        "",
    ]
    for name in COMMANDS:
        command: click.Command = import_module(f"platforms.cli.{name}").command
        context = click.Context(command, info_name=f"platforms {name}", max_content_width=88)
        lines += [f"## platforms {name}", "", "```text", command.get_help(context), "```", ""]
    return "\n".join(lines)


PAGES = {"dictionary.md": dictionary, "parameters.md": parameters, "cli.md": command_line}


def on_files(files, config):  # noqa: ANN001, ANN201 mkdocs' own signature
    """Add the generated pages to the site."""
    from mkdocs.structure.files import File

    os.environ["PLATFORMS_LANG"] = "en"
    messages.set_language("en")
    for name, make in PAGES.items():
        files.append(File.generated(config, name, content=make()))
    return files

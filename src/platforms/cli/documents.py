"""``platforms documents``: what the data cite, the words kept of it, and proof by full texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import (
    Command,
    Group,
    as_json,
    echo_issues,
    echo_json,
    workspace_option,
)
from platforms.errors import InputError

_SETTINGS = {"help_option_names": ["-h", "--help"]}
_WRONG = ("no_section", "no_row", "other_row", "elsewhere", "differs")
_LISTED = ("表", "附件", "专栏")
_FACTS = ("issuer", "date", "period")


def _said(entry: str, **fields: object) -> str:
    return messages.text(f"documents.cli.{entry}", None, **fields)


@click.group("documents", cls=Group, help=_said("help"), context_settings=_SETTINGS)
def command() -> None:
    """Gather the commands about documents."""


def _under(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    return command.command(
        name, cls=Command, help=_said(f"{name}.help"), context_settings=_SETTINGS
    )


@_under("list")
@workspace_option
@as_json
def list_documents(*, workspace: str | None, as_json: bool) -> int:
    """List the documents that are cited."""
    city = ip.Workspace.open(workspace)
    rows = ip.documents(city).to_dict("records")
    if as_json:
        echo_json({"workspace": city.name, "documents": rows})
        return 0
    for row in rows:
        click.echo(_listed({str(name): value for name, value in row.items()}))
    return 0


@_under("show")
@click.argument("doc", metavar="DOC")
@click.argument("section", metavar="[SECTION]", required=False, default="")
@click.argument("row", metavar="[ROW]", required=False, default="")
@workspace_option
@as_json
def show(*, doc: str, section: str, row: str, workspace: str | None, as_json: bool) -> int:
    """Show a document, or the words kept of a place in it."""
    city = ip.Workspace.open(workspace)
    table = ip.documents(city)
    known = table[table["doc"].eq(doc)].to_dict("records")
    if not known:
        raise InputError("documents.unknown", doc=doc, known=table["doc"].tolist())
    facts = {str(name): value for name, value in known[0].items()}
    if not section:
        if as_json:
            echo_json({"workspace": city.name, **facts})
        else:
            click.echo(_listed(facts))
        return 0
    kept = ip.passage(city, doc, section, row)
    if not kept.texts:
        _refuse_unknown(city, doc, section, row)
    words = [{"title": title, "words": text} for title, text in kept.texts]
    if as_json:
        place = {"doc": doc, "section": section, "row": row}
        echo_json({"workspace": city.name, **place, "words": words})
        return 0
    where = _said("place", section=section, row=_said("place_row", row=row) if row else "")
    click.echo(f"《{facts['title']}》{where}")
    for one in words:
        click.echo(_said("words", **one))
    if not words:
        click.echo(_said("silent"))
    return 0


def _refuse_unknown(city: ip.Workspace, doc: str, section: str, row: str) -> None:
    """Refuse a table, or a row of one, that the list of the document's tables does not have."""
    tables = ip.document_coverage(city)
    own = tables[tables["doc"].eq(doc)]
    if not len(own) or not section.startswith(_LISTED):
        return
    same = own[own["section"].map(_joined).eq(_joined(section))]
    titles = own["section"][own["section"].str.startswith(_LISTED)]
    if not len(same) and not any(_joined(one).startswith(_joined(section)) for one in titles):
        raise InputError("documents.no_table", doc=doc, section=section, known=titles.tolist())
    # rows of a box are numbered on from the box before
    counted = len(same) and not section.startswith(_LISTED[-1])
    last = int(same["rows"].max()) if counted else 0
    if last and row.isdecimal() and not 1 <= int(row) <= last:
        raise InputError("documents.no_such_row", section=section, row=row, rows=last)


def _joined(section: str) -> str:
    return "".join(section.split()).replace("、", "").replace("(", "（").replace(")", "）")


@_under("check")
@click.argument("texts", metavar="[ID=FILE]...", nargs=-1)
@workspace_option
@as_json
def check(*, texts: tuple[str, ...], workspace: str | None, as_json: bool) -> int:
    """Prove the citations by full texts; 1 where something does not agree."""
    city = ip.Workspace.open(workspace)
    given = dict(_pair(text) for text in texts) or _kept(city)
    proof = ip.check_documents(city, given)
    counts = {doc: _counted(proof, doc) for doc in given}
    wrong = proof.issues.worst() == "error"
    if as_json:
        told = [{"doc": doc, "file": proof.texts[doc], **counts[doc]} for doc in given]
        rows = proof.table[proof.table["status"].ne("found")]
        echo_json(
            {
                "workspace": city.name,
                "documents": told,
                "not_found": rows.to_dict("records"),
                "issues": proof.issues.to_records(),
            }
        )
        return int(wrong)
    echo_issues(proof.issues)
    for doc in given:
        click.echo(_said("proven", doc=doc, file=proof.texts[doc], **counts[doc]))
    left = [document.id for document in city.plan.documents if document.id not in given]
    if left:
        click.echo(_said("skipped", docs=left))
    return int(wrong)


def _pair(text: str) -> tuple[str, Path]:
    doc, sign, file = text.partition("=")
    if not (doc and sign and file):
        raise click.UsageError(_said("bad_pair", pair=text))
    return doc, Path(file)


def _kept(city: ip.Workspace) -> dict[str, Path]:
    """Return the full texts that the workspace has."""
    known = [document.id for document in city.plan.documents]
    for readable in (True, False):
        found = {doc: ip.full_text(city, doc, readable=readable) for doc in known}
        texts = {doc: path for doc, path in found.items() if path is not None}
        if texts:
            return texts
    raise InputError("documents.none_given", doc=next(iter(known), ""))


def _counted(proof: ip.DocumentProof, doc: str) -> dict[str, int]:
    status = proof.table[proof.table["doc"].eq(doc)]["status"]
    return {
        "count": len(status),
        "found": int(status.eq("found").sum()),
        "named": int(status.eq("named").sum()),
        "wrong": int(status.isin(_WRONG).sum()),
    }


def _listed(row: dict[str, object]) -> str:
    told = {name: _said(name, **{name: row[name]}) if row[name] else "" for name in _FACTS}
    text = _said("has_text", file=row["full_text"]) if row["full_text"] else _said("no_text")
    number = f"（{row['number']}）" if row["number"] else ""
    facts = _said("known", **told).rstrip("；; ") or "–"
    named = {name: row[name] for name in ("doc", "title", "cited", "passages")}
    return _said("row", **named, number=number, facts=facts, text=text)

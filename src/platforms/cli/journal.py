"""``platforms store journal``: what came in, what went out, and who signed in."""

from __future__ import annotations

import datetime as dt

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import Command, as_json, echo_json, workspace_option

__all__ = ["journal_command"]

_SHOWN = 12


def _said(entry: str, **named: object) -> str:
    return messages.text(f"journal.cli.{entry}", None, **named)


@click.command(
    "journal", cls=Command, help=_said("help"),
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
@click.option("--since", metavar="DAY", default=None, type=click.DateTime(["%Y-%m-%d"]),
              help=_said("since"))  # fmt: skip
@workspace_option
@as_json
def journal_command(*, since: dt.datetime | None, workspace: str | None, as_json: bool) -> int:
    """Print the journal, the oldest first."""
    store = ip.open_store(ip.Workspace.open(workspace), make=False)
    lines = store.journal.lines(None if since is None else since.date())
    plain = lines.astype(object).where(lines.notna(), None)
    rows = [{**row, "at": row["at"].isoformat()} for row in plain.to_dict("records")]
    if as_json:
        echo_json({"workspace": store.workspace, "journal": rows})
        return 0
    if not rows:
        click.echo(_said("none", workspace=store.workspace))
    for row in rows:
        known = row["sha256"] is not None
        told = {
            "at": row["at"][:16].replace("T", " "), "name": messages.one_line(row["name"]),
            "who": row["who"] or messages.text("journal.nobody"),
            "what": messages.text(f"journal.what.{row['what']}"),
            "size": _said("size", size=row["size"]) if known else "",
            "sha256": _said("sha256", sha256=row["sha256"][:_SHOWN]) if known else "",
            "note": f" — {messages.one_line(row['note'])}" if row["note"] else "",
        }  # fmt: skip
        click.echo(_said("row", **told))
    return 0

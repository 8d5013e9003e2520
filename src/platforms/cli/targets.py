"""``platforms targets``: where each target stands."""

from __future__ import annotations

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import as_json, echo_json, spoken, workspace_option


@spoken("targets")
@workspace_option
@as_json
def command(*, workspace: str | None, as_json: bool) -> None:
    """Print the targets of the workspace."""
    result = ip.run(ip.Workspace.open(workspace))
    rows = result.target_records()
    if as_json:
        echo_json({"sample": result.sample, "targets": rows})
        return
    # what the layers answer comes first
    for row in sorted(rows, key=lambda row: row["computed"] is None and row["reported"] is None):
        entry = "row" if row["computed"] is not None else "row_open"
        click.echo(messages.text(f"cli.targets.{entry}", **{k: _shown(v) for k, v in row.items()}))
    if result.sample:
        click.echo(messages.text("cli.targets.sample"))


def _shown(value: object) -> str:
    if value is None:
        return "—"
    return f"{value:,.12g}" if isinstance(value, float) else str(value)

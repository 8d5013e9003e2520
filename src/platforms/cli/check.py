"""``platforms check``: the import doctor, and without a file the way to a complete workspace.

Nothing is changed.
"""

from __future__ import annotations

from pathlib import Path

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import as_json, echo_issues, echo_json, echo_outside, spoken
from platforms.cli.plots_file import PlotsFile, any_files_argument, plots_options
from platforms.cli.workspace_text import echo_completeness


@spoken("check")
@plots_options(any_files_argument)
@as_json
@click.pass_context
def command(context: click.Context, *, plots: PlotsFile, as_json: bool) -> int:
    """Look at files and say what is wrong; 1 where a row has no area that is known."""
    if not plots.paths:
        # a workspace that nobody named is not what somebody meant who forgot the file
        if plots.workspace is None and not Path("layers/plan.yaml").is_file():
            raise click.MissingParameter(ctx=context, param=context.command.params[0])
        return _workspace(plots, as_json=as_json)
    bad = {"error", "warning"} if plots.strict else {"error"}
    records = []
    faulty = False
    for path in plots.paths:
        try:
            given = plots.inspect(path)
        except ip.PlatformsError as error:
            table = _firms(path, plots, error)
            faulty = faulty or table.issues.worst() in bad
            lost = sum(issue.severity == "error" for issue in table.issues)
            rows = {"in": len(table.frame) + lost, "good": len(table.frame), "set_aside": lost}
            records.append({"firms": list(table.frame), **_record(table, rows)})
            if not as_json:
                _report_firms(table, rows)
            continue
        # nothing is written: with --repair it is said what a repair would change
        found = ip.survey(given, workspace=plots.city, repair=plots.repair)
        faulty = faulty or found.issues.worst() in bad or not found.complete
        rows = dict(given.rows)
        records.append(_record(found, rows))
        if not as_json:
            _report(found, rows)
    if as_json:
        echo_json(records[0] if len(records) == 1 else {"files": records})
    return int(faulty)


def _workspace(plots: PlotsFile, *, as_json: bool) -> int:
    """Look through the workspace; 1 where something in it is wrong."""
    if plots.about_reading:
        named = ", ".join(plots.about_reading)
        raise click.UsageError(messages.text("cli.run.no_file", options=named).rstrip("。."))
    found = ip.completeness(plots.city)
    if as_json:
        echo_json(found.to_json())
    else:
        echo_completeness(found, plots.workspace or ".")
    return int(found.wrong)


def _firms(path: str, plots: PlotsFile, error: ip.PlatformsError) -> ip.FirmTable:
    """Read a table without outlines as a table of firms; the first error where it is none."""
    if error.key != "read.table_no_outline":
        raise error
    try:
        return ip.read_firms(path, layer=plots.layer, encoding=plots.encoding)
    except ip.PlatformsError:
        raise error from None


def _record(found: ip.Survey | ip.FirmTable, rows: dict[str, int]) -> dict[str, object]:
    return {
        "source": found.source.to_dict(),
        "issues": [
            {key: value for key, value in record.items() if key in _KEYS}
            for record in found.issues.to_records()
        ],
        "rows": rows,
    }


_KEYS = ("feature", "field", "kind", "severity", "message", "action", "delta_m2")


def _report(found: ip.Survey, rows: dict[str, int]) -> None:
    source = {k: "—" if v is None else v for k, v in found.source.to_dict().items()}
    source["crs_basis"] = messages.text(f"cli.crs_basis.{source['crs_basis']}")
    click.echo(messages.text("cli.check.source", **source))
    click.echo(
        messages.text(
            "cli.check.rows", total=rows["in"], good=rows["good"], set_aside=rows["set_aside"]
        )
    )
    echo_outside(found.issues)
    if len(found.issues):
        echo_issues(found.issues)
    else:
        click.echo(messages.text("cli.check.clean"))


def _report_firms(table: ip.FirmTable, rows: dict[str, int]) -> None:
    columns = "、".join(f"{ours} ← {theirs}" for ours, theirs in table.columns.items())
    told = {"name": table.source.name, "firms": rows["good"], "columns": columns}
    click.echo(messages.text("cli.check.firms", **told))
    echo_issues(table.issues)

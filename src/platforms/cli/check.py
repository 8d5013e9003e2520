"""``platforms check``: the import doctor. Nothing is changed."""

from __future__ import annotations

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import as_json, echo_issues, echo_json, spoken
from platforms.cli.plots_file import PlotsFile, files_argument, plots_options


@spoken("check")
@plots_options(files_argument)
@as_json
def command(*, plots: PlotsFile, as_json: bool) -> int:
    """Look at files and say what is wrong with them; 1 where a row had to be set aside."""
    bad = {"error", "warning"} if plots.strict else {"error"}
    records = []
    faulty = False
    for path in plots.paths:
        given = plots.inspect(path)
        # nothing is written: with --repair it is said what a repair would change
        found = ip.survey(given, workspace=plots.city, repair=plots.repair)
        faulty = faulty or found.issues.worst() in bad
        rows = dict(given.rows)
        records.append(
            {
                "source": found.source.to_dict(),
                "issues": [
                    {key: value for key, value in record.items() if key in _KEYS}
                    for record in found.issues.to_records()
                ],
                "rows": rows,
            }
        )
        if not as_json:
            _report(found, rows)
    if as_json:
        echo_json(records[0] if len(records) == 1 else {"files": records})
    return int(faulty)


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
    if len(found.issues):
        echo_issues(found.issues)
    else:
        click.echo(messages.text("cli.check.clean"))

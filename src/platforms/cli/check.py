"""``platforms check``: the import doctor. Nothing is changed."""

from __future__ import annotations

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import (
    as_json,
    crs_option,
    echo_issues,
    echo_json,
    encoding_option,
    helmert_option,
    layer_option,
    spoken,
    workspace_option,
)


@spoken("check")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@crs_option
@helmert_option
@click.option("--known", metavar="FILE_OR_LAYER", help=messages.text("cli.option.known"))
@encoding_option
@layer_option
@workspace_option
@as_json
def command(
    *,
    files: tuple[str, ...],
    crs: str | None,
    helmert: str | None,
    known: str | None,
    encoding: str | None,
    layer: str | None,
    workspace: str | None,
    as_json: bool,
) -> int:
    """Look at files and say what is wrong with them; 1 where a row had to be set aside."""
    city = ip.Workspace.open(workspace)
    outlines = None
    if known is not None:
        # a layer of the workspace, else a file
        named = city.has(known)
        outlines = city.layer(known) if named else ip.inspect(known, workspace=city).frame
    records = []
    faulty = False
    for file in files:
        plots = ip.inspect(
            file, workspace=city, crs=crs, encoding=encoding, layer=layer, helmert=helmert
        )
        found = ip.survey(plots, workspace=city)
        if outlines is not None:
            found.issues.extend(ip.known_offset(plots.frame, outlines))
        faulty = faulty or found.issues.worst() == "error"
        rows = dict(plots.rows)
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

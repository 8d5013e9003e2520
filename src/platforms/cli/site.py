"""``platforms site``: which parks and plots fit a new project, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.city import corrections_option, open_city
from platforms.cli.keeping import Keeping, keeping_options
from platforms.cli.options import (
    as_json,
    echo_issues,
    echo_json,
    output_option,
    overwrite_option,
    spoken,
    workspace_option,
)

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 10


@spoken("site")
@click.argument("project", metavar="PROJECT", type=click.Path())
@click.option(
    "--plots", metavar="FILE_OR_LAYER", default=None, help=messages.text("cli.site.plots")
)
@click.option("--parks", metavar="FILE", default=None, help=messages.text("cli.site.parks"))
@click.option(
    "--top",
    metavar="N",
    type=click.IntRange(min=1),
    default=_SHOWN,
    help=messages.text("cli.site.top"),
)
@keeping_options
@workspace_option
@corrections_option
@output_option
@overwrite_option
@as_json
def command(
    *,
    project: str,
    plots: str | None,
    parks: str | None,
    top: int,
    workspace: str | None,
    output: str | None,
    as_json: bool,
    **given: Any,  # noqa: ANN401 how to keep and write it
) -> int:
    """Rank parks and plots for a project."""
    city = open_city(workspace)
    keeping: Keeping = given["keeping"]
    keeping.check(city)
    wanted = ip.read_project(project)
    chosen: Any = plots
    if plots is not None and not (city.has(plots) and not Path(plots).exists()):
        found = ip.survey(ip.inspect(plots, workspace=city), workspace=city)
        echo_issues(found.issues)
        chosen = found.frame
    table = None if parks is None else _parks(parks)
    told = ip.site(wanted, plots=chosen, parks=table, workspace=city)
    if output is not None:
        _write(told, city, output, overwrite=given["overwrite"])
    kept = keeping.keep(told, city)
    if as_json:
        echo_json(
            {
                "project": told.project.model_dump(mode="json"),
                "method": told.method.mark,
                "sample_layers": list(told.sample_layers),
                "sites": told.records(),
                "issues": told.issues.to_records(),
                **({} if kept is None else {"scenario": kept}),
            }
        )
        return int(not told.ranked)
    echo_issues(told.issues)
    _tell(told, top)
    return int(not told.ranked)


def _write(told: ip.Siting, city: ip.Workspace, output: str, *, overwrite: bool) -> None:
    """Write the map, the workbook, or the sites themselves, as the ending says."""
    ending = Path(output).suffix.lower()
    if ending == ".html":
        ip.save_html(ip.siting_document(city, told), output, overwrite=overwrite)
    elif ending == ".xlsx":
        ip.save_siting(told, output, overwrite=overwrite)
    else:
        ip.write_plots(told.frame, output, overwrite=overwrite)


def _parks(path: str) -> pd.DataFrame:
    """Read the table of parks."""
    import pandas as pd

    try:
        return pd.read_csv(path, dtype={"park_id": "str"}, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        refused = messages.text("cli.site.no_parks", file=Path(path).name)
        raise click.UsageError(refused.rstrip("。.")) from None


def _tell(told: ip.Siting, top: int) -> None:
    """Print the ranks, what each score is made of, and what cannot be used."""
    project, method = told.project, told.method
    unknown = _said("unknown")
    land = unknown if project.land_mu is None else f"{project.land_mu:g}"
    named = {"name": project.name or _said("unnamed"), "industry": project.industry, "land": land}
    click.echo(_said("project", **named))
    weights = [_said("weight", title=one.title, weight=f"{one.weight:g}") for one in method.terms]
    click.echo(_said("method", title=method.title, mark=method.mark, weights=weights))
    titles = {str(one.id): str(one.title) for one in method.terms}
    for one in told.ranked[:top]:
        entry = "row_sure" if one.low == one.high else "row"
        ends = {"low": f"{one.low:.2f}", "high": f"{one.high:.2f}"}
        ranks = {"rank": one.rank, "best": one.rank_best, "worst": one.rank_worst}
        click.echo(_said(entry, **ranks, **ends, **_named(one)))
        for term in one.terms:
            value = f"{term.low:.2f}" if term.known else f"{term.low:.2f}–{term.high:.2f}"
            click.echo(_said("term", title=titles[term.name], value=value, text=term.text()))
    if len(told.ranked) > top:
        click.echo(_said("more", count=len(told.ranked) - top))
    if not told.ranked:
        click.echo(_said("none"))
    out = [one for one in told.sites if one.excluded]
    if out:
        click.echo(_said("out", count=len(out)))
    for one in out[:top]:
        click.echo(_said("out_row", reasons=_reasons(one.record()), **_named(one)))
    if len(out) > top:
        click.echo(_said("out_more", count=len(out) - top))
    if told.sample_layers:
        click.echo(_said("sample", layers=list(told.sample_layers)))


def _reasons(record: dict[str, Any]) -> list[str]:
    """Return what excludes a site, with where it is written."""
    return [
        one["text"] + (_said("source", **one["source"]) if one["source"] else "")
        for one in record["excluded"]
    ]


def _named(one: Any) -> dict[str, str]:  # noqa: ANN401 a site
    kind = _said(f"kind.{one.kind}")
    return {"name": one.name, "kind": kind, "site_id": one.site_id}


def _said(entry: str, **named: object) -> str:
    return messages.text(f"siting.table.{entry}", **named)

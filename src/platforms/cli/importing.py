"""``platforms import``: a table that planners have, looked at and then written into a layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import click

import platforms as ip
from platforms import messages
from platforms.cli.keeping import user_name
from platforms.cli.options import (
    Command,
    as_json,
    echo_issues,
    echo_json,
    workspace_option,
    wrong_usage,
)
from platforms.cli.own_input import refuse_own_input

__all__ = ["command"]

_LINE = 100
# so many rows that do not fit are told in full
_ROWS = 5


def _said(entry: str, **fields: object) -> str:
    return messages.text(f"importing.cli.{entry}", None, **fields)


def _pairs(form: str) -> Callable[..., dict[str, str]]:
    """Return what reads options of one form, ``SOURCE=TARGET``."""

    def read(_: click.Context, __: click.Parameter, given: Sequence[str]) -> dict[str, str]:
        out = {}
        for text in given:
            name, mark, value = text.rpartition("=")
            if not mark or not name.strip():
                raise click.BadParameter(_said("pair", text=text, form=form).rstrip("。."))
            out[name.strip()] = value.strip()
        return out

    return read


def _words(_: click.Context, __: click.Parameter, given: Sequence[str]) -> dict[str, Any]:
    out: dict[str, dict[str, str]] = {}
    for text in given:
        column, colon, rest = text.partition(":")
        word, mark, value = rest.rpartition("=")
        if not colon or not mark or not word.strip():
            form = "COLUMN:WORD=VALUE"
            raise click.BadParameter(_said("pair", text=text, form=form).rstrip("。."))
        out.setdefault(column.strip(), {})[word.strip()] = value.strip()
    return out


def _many(name: str, metavar: str, read: Callable[..., Any]) -> Callable[[Any], Any]:
    destination = {"map": "columns", "unit": "units", "word": "words", "set": "fixed"}[name]
    return click.option(
        f"--{name}", destination, metavar=metavar, multiple=True, callback=read, help=_said(name)
    )


_GEOJSON = (".geojson", ".json")


@dataclass(frozen=True)
class _Outlines:
    """The areas of a map file that are to become a change set, as the command line says it."""

    boundaries: str | None
    stated: str | None
    basis: Literal["drawn", "surveyed"]
    by: str
    crs: str | None

    def refuse(self) -> None:
        if self.boundaries is not None and self.stated is None:
            raise click.UsageError(_said("boundaries_need").rstrip("。."))
        # before the table is written, and not after it
        if self.boundaries is not None and not self.boundaries.lower().endswith(_GEOJSON):
            name = Path(self.boundaries).name
            raise ip.OutputError("sheet.ending_unknown", path=name, allowed=list(_GEOJSON))

    def read(self, file: str, preview: ip.ImportPreview) -> ip.PositionSet | None:
        """Read the areas before anything is written; None where none are asked for."""
        if self.boundaries is None or not preview.ready:
            return None
        drawn, issues = ip.imported_outlines(
            file,
            preview,
            author=self.by,
            stated=str(self.stated),
            basis=self.basis,
            reading={} if self.crs is None else {"crs": self.crs},
        )
        echo_issues(issues, brief=True)
        return drawn

    def write(self, drawn: ip.PositionSet | None) -> None:
        if drawn is not None and self.boundaries is not None:
            path = ip.export_positions(drawn, self.boundaries, overwrite=True)
            click.echo(_said("outlined", count=len(drawn), path=path), err=True)


@click.command(
    "import",
    cls=Command,
    help=_said("help"),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("file", metavar="FILE", type=click.Path())
@click.option("--layer", metavar="LAYER", required=True, help=_said("layer"))
@click.option("--table", metavar="NAME_OR_N", default=None, help=_said("table"))
@click.option("--encoding", metavar="NAME", help=messages.text("cli.option.encoding"))
@click.option("--doc", metavar="ID", default=None, help=_said("doc"))
@click.option("--section", metavar="TEXT", default=None, help=_said("section"))
@_many("map", "SOURCE=TARGET", _pairs("SOURCE=TARGET"))
@_many("unit", "SOURCE=UNIT", _pairs("SOURCE=UNIT"))
@_many("word", "TARGET:WORD=VALUE", _words)
@_many("set", "TARGET=VALUE", _pairs("TARGET=VALUE"))
@click.option("--places", type=click.Choice(["none", "town"]), default="none", help=_said("places"))
@click.option("--append", "replace", flag_value=False, default=False, help=_said("append"))
@click.option("--replace", "replace", flag_value=True, help=_said("replace"))
@click.option("--id-prefix", "prefix", metavar="TEXT", default=None, help=_said("prefix"))
@click.option(
    "--set-aside", metavar="FILE", default=None, type=click.Path(dir_okay=False),
    help=_said("set_aside"),
)  # fmt: skip
@click.option(
    "--save-mapping/--no-save-mapping", "save_mapping", default=True, help=_said("save_mapping")
)
@click.option(
    "--boundaries", metavar="FILE", type=click.Path(dir_okay=False), help=_said("boundaries")
)
@click.option("--stated", metavar="DATE", default=None, help=_said("stated"))
@click.option(
    "--basis", type=click.Choice(["drawn", "surveyed"]), default="drawn", help=_said("basis")
)
@click.option("--by", metavar="NAME", default=user_name, help=_said("by"))
@click.option("--crs", metavar="CODE", default=None, help=_said("crs"))
@click.option("--fresh", is_flag=True, help=_said("fresh"))
@click.option("--write", is_flag=True, help=_said("write"))
@workspace_option
@as_json
def command(
    *,
    file: str,
    layer: str,
    workspace: str | None,
    write: bool,
    as_json: bool,
    **given: Any,  # noqa: ANN401 passed on as it is
) -> int:
    """Look at an import; write it where that is asked for."""
    outlines = _Outlines(*(given.pop(f.name) for f in fields(_Outlines)))
    outlines.refuse()
    refuse_own_input((given["set_aside"], outlines.boundaries), (file,))
    city = ip.Workspace.open(workspace)
    aside, save = given.pop("set_aside"), given.pop("save_mapping")
    choice = ip.ImportChoice(remembered=not given.pop("fresh"), **given)
    with wrong_usage("importing.no_target", "importing.no_source", "importing.table_unknown"):
        preview = ip.preview_import(file, city, layer, choice)
    done: ip.ImportResult | None = None
    if not as_json:
        _show(preview)
    if write:
        drawn = outlines.read(file, preview)
        done = ip.apply_import(preview, save_mapping=save, set_aside=aside)
        outlines.write(drawn)
    if as_json:
        files = None if done is None else [str(path) for path in done.files]
        echo_json({"workspace": city.name, **preview.to_dict(), "written": files})
    else:
        _close(preview, done)
    return int(len(preview.set_aside) > 0 or not preview.ready)


def _show(preview: ip.ImportPreview) -> None:
    """Print what each column becomes, the faults, and the count of rows."""
    rows = preview.rows
    click.echo(
        _said(
            "read",
            name=preview.source.name,
            driver=preview.source.driver,
            table=preview.table,
            rows=rows["in"],
            layer=preview.layer,
            title=preview.card.title.show(),
        )
    )
    for column in preview.columns:
        if column.target and column.how != "empty":
            click.echo(_column(column))
    for entry, names in _left(preview).items():
        if names:
            click.echo(_said(entry, names=names))
    shown = _issues(preview)
    echo_issues(shown, brief=True)
    hidden = len(preview.issues) - len(shown)
    if hidden:
        click.echo(_said("more_rows", count=hidden), err=True)
    told = {name: count for name, count in rows.items() if name != "in"}
    click.echo(_said("rows", total=rows["in"], **told))
    if len(preview.places):
        click.echo(_said("places_made", count=len(preview.places)))


def _issues(preview: ip.ImportPreview) -> ip.IssueTable:
    """Return the faults with the first few of the rows that are set aside."""
    aside = [one for one in preview.issues if one.kind == "import_row_set_aside"]
    late = {id(one) for one in aside[_ROWS:]}
    return ip.IssueTable(one for one in preview.issues if id(one) not in late)


def _left(preview: ip.ImportPreview) -> dict[str, list[str]]:
    """Return the columns of the card that nothing gives, and those of the file not used."""
    none = [c for c in preview.columns if c.how == "empty"]
    return {
        "missing": [c.title for c in none if c.required],
        "empty": [c.title for c in none if not c.required],
        "unused": [c.source for c in preview.columns if c.how == "unused"],
    }


def _column(column: ip.ImportColumn) -> str:
    samples = "、".join(column.samples)
    told = {
        "target": column.target,
        "title": column.title,
        "how": messages.text(f"importing.how.{column.how}"),
        "samples": _said("samples", samples=samples) if samples else "",
    }
    if not column.source:
        return _short(_said("filled", **told))
    unit = ""
    if column.unit and column.wanted:
        entry = "unit_same" if column.unit == column.wanted else "unit_turned"
        unit = _said(entry, unit=column.unit, wanted=column.wanted)
    return _short(_said("used", source=column.source, unit=unit, **told))


def _short(line: str) -> str:
    return line if len(line) <= _LINE else f"{line[:_LINE]}…"


def _close(preview: ip.ImportPreview, done: ip.ImportResult | None) -> None:
    """Say what was written, or that nothing was."""
    if done is None:
        click.echo(_said("preview" if preview.ready else "not_ready"))
        return
    told = {"written": done.written, "same": done.same, "set_aside": done.set_aside}
    click.echo(_said("wrote", layer=done.layer, **told))
    for path in done.files:
        click.echo(_said("file", path=path))

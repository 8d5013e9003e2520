"""``platforms map``: the plots of the store as one page that opens without a server."""

from __future__ import annotations

import click

import platforms as ip
from platforms import messages
from platforms.cli.city import open_city
from platforms.cli.options import (
    as_json,
    echo_json,
    overwrite_option,
    spoken,
    workspace_option,
    wrong_usage,
)
from platforms.errors import InputError


def _box(said: str | None) -> tuple[float, float, float, float] | None:
    if said is None:
        return None
    try:
        west, south, east, north = (float(side) for side in said.split(","))
    except ValueError:
        raise InputError("map.errors.no_extent", box=said) from None
    return west, south, east, north


@spoken("map")
@click.option("--bbox", metavar="W,S,E,N", default=None, help=messages.text("cli.map.bbox"))
@click.option(
    "-o", "--output", type=click.Path(), required=True, help=messages.text("cli.option.output")
)
@overwrite_option
@workspace_option
@as_json
def command(
    *, bbox: str | None, output: str, overwrite: bool, workspace: str | None, as_json: bool
) -> int:  # fmt: skip
    """Write the map of the store's plots, or of those that reach into an extent."""
    with wrong_usage("map.errors.no_extent"):
        box = _box(bbox)
        city = open_city(workspace)
        store = ip.open_store(city, make=False)
        looked = ip.store_map(store, city)
        document, inside, left = looked.document, len(looked.tiles), 0
        singly = not document.tiles
        if box is not None:
            found = looked.extent(box)
            document, inside, left, singly = found.document, found.inside, found.left_out, True
    path = ip.save_html(document, output, overwrite=overwrite)
    if as_json:
        echo_json({"output": str(path), "inside": inside, "left_out": left, "singly": singly})
        return 0
    told = {"inside": f"{inside:,}", "left": f"{left:,}", "path": path.name}
    entry = "extent" if box else "done" if singly else "summed"
    click.echo(messages.text(f"cli.map.{entry}", None, **told))
    return 0

"""Options of ``measure`` for control totals and certificates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.units import printed

__all__ = ["certificate_option", "control_options", "controlled", "measured_json"]

_TOLERANCE_PPM = 100.0

certificate_option = click.option(
    "--certificate",
    type=click.Path(dir_okay=False),
    default=None,
    help=messages.text("export.option.certificate"),
)


def control_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the adjustment; the command gets them as one ``control``."""

    @click.option(
        "--control",
        "totals",
        metavar="[GROUP=]M2",
        multiple=True,
        help=messages.text("export.option.control"),
    )
    @click.option(
        "--control-by",
        "group",
        metavar="COLUMN",
        default=None,
        help=messages.text("export.option.control_by"),
    )
    @click.option(
        "--control-tolerance",
        "tolerance_ppm",
        metavar="PPM",
        type=click.FloatRange(min=0),
        default=_TOLERANCE_PPM,
        show_default=True,
        help=messages.text("export.option.control_tolerance"),
    )
    @wraps(function)
    def bundled(
        *, totals: tuple[str, ...], group: str | None, tolerance_ppm: float, **rest: object
    ) -> Any:  # noqa: ANN401 passed on as it is
        control = None
        if totals or group:
            control = {
                "control_m2": _totals(totals, group),
                "group": group,
                "tolerance_ppm": tolerance_ppm,
            }
        return function(control=control, **rest)

    return bundled


def _totals(totals: tuple[str, ...], group: str | None) -> float | dict[str, float]:
    """Return one total, or a total for each group."""
    pairs = [total.rpartition("=") for total in totals]
    # a group's name and the sign belong together; one total of all has neither
    fits = bool(pairs) and all(bool(mark and name) == bool(group) for name, mark, _ in pairs)
    values = [_number(value) for *_, value in pairs]
    twice = len({name for name, *_ in pairs}) < len(pairs)
    if not fits or None in values or twice:
        form = messages.text("export.control_form", given=list(totals)).rstrip("。.")
        raise click.BadParameter(form, param_hint="--control")
    found = [value for value in values if value is not None]
    if group is None:
        return found[0]
    return {name: value for (name, _, _), value in zip(pairs, found, strict=True)}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def controlled(
    measured: ip.Survey, control: dict[str, Any] | None
) -> tuple[ip.Survey, ip.Adjustment | None]:
    """Adjust to the control totals, if any were given, and say so."""
    if control is None:
        return measured, None
    totals = control["control_m2"]
    done = ip.adjust(
        measured.frame,
        totals,
        group=control["group"],
        tolerance_ppm=control["tolerance_ppm"],
    )
    measured.issues.extend(done.issues)
    if measured.overlap_m2:
        overlap = printed(measured.overlap_m2)
        measured.issues.add("adjust_overlap", "warning", overlap_m2=overlap)
    for row in done.groups.to_dict("records"):
        shown = {str(k): printed(v) if isinstance(v, float) else v for k, v in row.items()}
        name = f"{row['group']}：" if row["group"] else ""
        click.echo(messages.text("export.adjusted", **{**shown, "group": name}), err=True)
    return replace(measured, frame=done.frame), done


def measured_json(measured: ip.Survey, done: ip.Adjustment | None) -> dict[str, Any]:
    """Return what ``measure --json`` prints, with the adjusted areas beside the measured."""
    record: dict[str, Any] = measured.to_json()
    if done is None:
        return record
    adjusted = zip(done.frame["adjusted_m2"], done.frame["residue_m2"], strict=True)
    for plot, (area, residue) in zip(record["plots"], adjusted, strict=True):
        plot |= {"adjusted_m2": area, "residue_m2": residue}
    return {**record, "adjustment": done.to_json()}

"""What a reader must know beside a target's numbers: whom they cover, which years, what is not.

A number without its scope misleads: tax per 亩 of firms above scale is no answer for all firms,
land supplied in one year is no answer for five. The same words stand on the command line, in
the sheet and in the app.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platforms import messages
from platforms.units import printed

__all__ = ["target_number", "target_remarks", "target_scope"]


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.target_remark.{entry}", None, **fields)


def target_number(value: object) -> str:
    """Return a number of a target for reading: two decimals, half up; none is a dash."""
    if not isinstance(value, (int, float)) or value != value:  # noqa: PLR0124 not a number
        return "—"
    return printed(float(value)).rstrip("0").rstrip(".")


def target_scope(record: Mapping[str, Any]) -> str:
    """Return whom and which years a computed value covers; empty where nothing was computed.

    Parameters
    ----------
    record
        A record of :func:`platforms.target_records`.
    """
    if record["computed"] is None:
        return ""
    scopes = messages.catalogue(messages.language(), "sheet")
    words = scopes.get(f"target_scope.{record['computed_by']}", "")
    years = _years(record["computed_years"])
    parts = [_t("of_years", years=years)] if years else []
    return _t("then").join([*parts, *([words] if words else [])])


def target_remarks(record: Mapping[str, Any]) -> list[str]:
    """Return what limits the comparison of a target.

    Parameters
    ----------
    record
        A record of :func:`platforms.target_records`.

    Returns
    -------
    remarks
        Reports of other years, which do not count; how each year of a yearly value stands;
        years that the data lack; a computed value of other years.
    """
    period = _years(record["period"])
    told = [
        _t("outside", period=period, date=one["date"], value=target_number(one["value"]),
           unit=one["unit"] or "")
        for one in record["outside_period"]
    ]  # fmt: skip
    if record["years"]:
        told.append(_yearly(record["years"]))
    return [*told, *_data(record, period)]


def _yearly(years: list[dict[str, Any]]) -> str:
    def those(state: str) -> str:
        found = [str(one["year"]) for one in years if one["state"] == state]
        return _t("comma").join(found) or _t("none")

    done = sum(one["state"] == "reached" for one in years)
    named = {"met": those("reached"), "missed": those("open"), "silent": those("unknown")}
    return _t("yearly", done=done, total=len(years), **named)


def _data(record: Mapping[str, Any], period: str) -> list[str]:
    data, seen = record["data_years"], record["computed_years"]
    if not data:
        return []
    if not seen:
        return [_t("no_data", period=period, years=_years(data))]
    if record["computed_kind"] == "attained" and not record["computed_counts"]:
        return [_t("other_year", years=_years(seen), period=period)]
    # a sum over several years
    if seen[1] < record["period"][1] and record["computed_by"] == "industrial_supply_mu":
        return [_t("part", years=_years(seen), period=period)]
    return []


def _years(span: list[int] | None) -> str:
    if not span:
        return ""
    return str(span[0]) if span[0] == span[-1] else f"{span[0]}–{span[-1]}"

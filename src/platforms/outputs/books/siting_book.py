"""Sites for a project as a file: ranks, scores taken apart, and what excludes a site.

The ending of the name decides the format. What is not known stays a range; a rank is by what is
certain, with the ranks that the unknown leaves open beside it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd

from platforms import messages
from platforms.geo.write import write_geopackage
from platforms.outputs.books.table_file import ending_of, save_sheets, save_table
from platforms.planning.siting.ranking import Siting
from platforms.units import half_up

__all__ = ["save_siting", "siting_table", "siting_terms"]

_ENDINGS = (".xlsx", ".csv", ".gpkg")
_DIGITS = 4
_STATED = (
    "name", "industry", "plan_industry", "land_mu", "floor_m2", "energy_tce", "value_added_wan",
    "investment_wan", "tax_wan", "polluting", "date",
)  # fmt: skip


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"siting.{entry}", None, **fields)


def siting_table(siting: Siting) -> pd.DataFrame:
    """Return the sites as a table under headings for readers, the best first.

    Parameters
    ----------
    siting
        What :func:`platforms.site` gave.

    Returns
    -------
    table
        One row a site in the order of ``siting.sites``: rank, the ranks that it may have, kind,
        id, name, lower and upper score (0 to 1), both ends of each term (0 to 1), and what
        excludes it in words. Ranks are missing where a site is excluded.
    """
    rows = []
    for one in siting.sites:
        reasons: Any = one.record()["excluded"]
        rows.append(
            {
                "rank": one.rank, "best": one.rank_best, "worst": one.rank_worst,
                "kind": _t(f"table.kind.{one.kind}"), "site_id": one.site_id, "name": one.name,
                "low": half_up(one.low, _DIGITS), "high": half_up(one.high, _DIGITS),
                **{
                    f"{term.name}_{end}": getattr(term, end)
                    for term in one.terms for end in ("low", "high")
                },
                "excluded": _t("map.between").join(_written(reason) for reason in reasons),
            }
        )  # fmt: skip
    table = pd.DataFrame(rows).astype({"rank": "Int64", "best": "Int64", "worst": "Int64"})
    return table.rename(columns={name: _heading(str(name)) for name in table})


def siting_terms(siting: Siting) -> pd.DataFrame:
    """Return each term of each site with its reason and where it is written.

    Parameters
    ----------
    siting
        What :func:`platforms.site` gave.

    Returns
    -------
    terms
        One row a site and term under headings for readers: rank, kind, id, name, term, weight,
        both ends (0 to 1), reason, document, section, row and quoted words.
    """
    titles = {str(one.id): str(one.title) for one in siting.method.terms}
    rows = [
        {
            "rank": record["rank"], "kind": _t(f"table.kind.{record['kind']}"),
            "site_id": record["site_id"], "name": record["name"], "term": titles[term["term"]],
            "weight": term["weight"], "low": term["low"], "high": term["high"],
            "reason": term["text"], **(term["source"] or dict.fromkeys(_CITED, "")),
        }
        for record in siting.records() for term in _list(record["terms"])
    ]  # fmt: skip
    table = pd.DataFrame(rows).astype({"rank": "Int64"})
    return table.rename(columns={name: _t(f"head.{name}") for name in table})


_CITED = ("doc", "section", "row", "quote")


def save_siting(
    siting: Siting,
    path: str | os.PathLike[str],
    *,
    sample: bool = False,
    overwrite: bool = False,
) -> Path:
    """Write the sites of a project.

    Parameters
    ----------
    siting
        What :func:`platforms.site` gave.
    path
        ``.xlsx`` (project, sites, terms), ``.csv`` (a row a site; UTF-8 with a mark, for
        Excel) or ``.gpkg`` (layers ``parks`` and ``plots``, EPSG:4490).
    sample
        Whether the sites are synthetic though no layer of the workspace says so; what names
        sample layers is marked in any case.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written; it appears whole or not at all.

    Raises
    ------
    OutputError
        For another ending, a file that exists, a read-only folder or a full disk.
    """
    ending = ending_of(path, _ENDINGS)
    synthetic = sample or bool(siting.sample_layers)
    if ending == ".gpkg":
        words = siting_table(siting)[_t("head.excluded")]
        frame = siting.frame.assign(excluded_text=words.to_numpy(), sample=synthetic)
        layers = {f"{kind}s": frame[frame["kind"].eq(kind)] for kind in ("park", "plot")}
        return write_geopackage({k: v for k, v in layers.items() if len(v)}, path,
                                overwrite=overwrite)  # fmt: skip
    table = siting_table(siting)
    if ending == ".csv":
        marked = table.assign(**{_t("head.note"): _mark(siting, sample=synthetic)})
        return save_table(marked, path, sheet=_t("sheet.sites"), overwrite=overwrite)
    sheets = {
        _t("sheet.project"): _project(siting, sample=synthetic),
        _t("sheet.sites"): table,
        _t("sheet.terms"): siting_terms(siting),
    }
    return save_sheets(sheets, path, overwrite=overwrite)


def _mark(siting: Siting, *, sample: bool) -> str:
    method = _t("sheet.method_is", title=str(siting.method.title), mark=siting.method.mark)
    return f"{_t('sheet.sample')} {method}" if sample else method


def _project(siting: Siting, *, sample: bool) -> pd.DataFrame:
    stated = siting.project.model_dump()
    rows: list[tuple[str, object]] = [(_t("sheet.sample"), "")] if sample else []
    for name in _STATED:
        value = stated[name]
        told = _t("table.unknown") if value in {None, ""} else value
        told = (
            messages.text("map.page.yes" if value else "map.page.no")
            if isinstance(value, bool)
            else told
        )
        rows.append((_t(f"field.{name}"), told))
    places = [
        f"{one.name or ''} {one.lon:g} {one.lat:g}".strip() for one in siting.project.suppliers
    ]
    rows.append((_t("field.suppliers"), _t("map.between").join(places) or _t("table.unknown")))
    rows.append((_t("sheet.method"), f"{siting.method.title} ({siting.method.mark})"))
    rows += [(str(one.title), one.weight) for one in siting.method.terms]
    rows += [(_t("sheet.note"), issue.message()) for issue in siting.issues]
    return pd.DataFrame(rows, columns=[_t("head.item"), _t("head.value")])


def _heading(name: str) -> str:
    term, _, end = name.rpartition("_")
    column = f"map.column.{term}"
    if end in {"low", "high"} and term:
        return _t(f"head.of_{end}", term=_t(column))
    return _t(f"head.{name}")


def _written(reason: dict[str, Any]) -> str:
    source = reason["source"]
    return str(reason["text"]) + (_t("table.source", **source) if source else "")


def _list(value: object) -> list[dict[str, Any]]:
    return value if isinstance(value, list) else []

"""Why a membership is not sure, in words, and what a layer's memberships sum up to.

A feature that belongs nowhere is not doubtful: nothing is claimed of it. One that belongs
somewhere is doubtful where its own position, the derived area of a town, or a platform's
stand-in point does not decide.
"""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd

from platforms import messages
from platforms.units import printed

__all__ = ["GROUPS", "belonging_sums", "doubts"]

GROUPS = ("town", "platform", "layout_unit")
_SHORT = "accuracy_short"
_READ = (
    "accuracy_m", "town_id", "town_given", "town_id_given", "town_sure", "town_way",
    "town_margin_m", "platform_sure", "platform_tied", "layout_way", _SHORT,
)  # fmt: skip


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"belonging.doubt.{entry}", None, **fields)


def doubts(assigned: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Say of each membership why it is not sure.

    Parameters
    ----------
    assigned
        What :func:`platforms.assign` gave. Not changed.

    Returns
    -------
    told
        The same with ``town_doubt``, ``platform_doubt`` and ``layout_unit_doubt``: the reason
        in the current language, empty where it is sure or nothing is claimed.
    """
    out = assigned.copy()
    plain = pd.DataFrame(assigned[[name for name in _READ if name in assigned]])
    rows = [{str(k): v for k, v in row.items()} for row in plain.to_dict("records")]
    for group, why in (("town", _town), ("platform", _platform), ("layout_unit", _unit)):
        none = out[group].isna()
        words = ["" if lost else why(row) for lost, row in zip(none, rows, strict=True)]
        out[f"{group}_doubt"] = pd.Series(words, index=out.index, dtype="object")
    return out


def _short(row: dict[str, object], group: str) -> str:
    """Return the reason where the position is too inexact."""
    named = row.get(_SHORT)
    if not isinstance(named, str) or group not in named.split(";"):
        return ""
    return _t("accuracy", metres=printed(_number(row.get("accuracy_m")), 0))


def _number(value: object) -> float | None:
    number = float(str(value))
    return None if math.isnan(number) else number


def _town(row: dict[str, object]) -> str:
    told = row.get("town_id_given")
    # a name alone may be an older one of the same town
    if isinstance(told, str) and told and told != row.get("town_id"):
        return _t("town_given", town=row.get("town_given") or told)
    if row["town_sure"]:
        return ""
    if short := _short(row, "town"):
        return short
    if row["town_way"] == "nearest":
        return _t("town_nearest")
    margin = _number(row.get("town_margin_m"))
    if margin is None:
        return _t("town_share")
    return _t("town_border", metres=printed(margin, 0))


def _platform(row: dict[str, object]) -> str:
    if row["platform_sure"]:
        return ""
    if short := _short(row, "platform"):
        return short
    tied = row.get("platform_tied")
    if isinstance(tied, str) and tied:
        between = "、" if messages.language() == "zh_CN" else ", "
        return _t("platform_tied", names=between.join(tied.split(";")))
    return _t("platform_point")


def _unit(row: dict[str, object]) -> str:
    if short := _short(row, "layout_unit"):
        return short
    return _t("unit_schematic") if str(row.get("layout_way")).startswith("schematic") else ""


def belonging_sums(told: pd.DataFrame, by: str, *, area: str | None = None) -> pd.DataFrame:
    """Sum up memberships by town, platform or layout unit.

    Parameters
    ----------
    told
        What `doubts` gave.
    by
        One of ``GROUPS``.
    area
        Column with 亩 that is summed too.

    Returns
    -------
    sums
        ``group`` (empty for what belongs nowhere), ``features``, ``sure``, ``doubtful``,
        ``inexact`` (of these, by their own position) and ``area_mu`` where asked; the most
        features first. Each feature is counted once.
    """
    doubtful = told[f"{by}_doubt"].ne("").to_numpy()
    inexact = pd.Series(data=False, index=told.index)
    if _SHORT in told:
        inexact = told[_SHORT].fillna("").map(lambda names: by in str(names).split(";"))
    claimed = told[by].notna().to_numpy()
    rows = pd.DataFrame(
        {
            "group": told[by].fillna("").astype("str").to_numpy(),
            "features": 1,
            "sure": (claimed & ~doubtful).astype(int),
            "doubtful": doubtful.astype(int),
            "inexact": (inexact.to_numpy(dtype=bool) & claimed).astype(int),
        }
    )
    if area is not None:
        rows["area_mu"] = pd.to_numeric(told[area], errors="coerce").to_numpy()
    sums = rows.groupby("group", sort=True).sum().reset_index()
    order = sums.assign(last=sums["group"].eq("")).sort_values(
        ["last", "features"], ascending=[True, False], kind="stable"
    )
    return order.drop(columns="last").reset_index(drop=True)

"""Which firm may go to which park, and what bars the others.

Each pair has one reason, the first that holds: the plan sends firms away from there, it has
the firm's block go elsewhere, the industry is not admitted, the firm stays below the park's tax
for each 亩 or above its energy for each 亩, it is too far, a lock keeps the firm out. A standard
bars only what is known to miss it; a firm whose figure is not known is let through and named.

Distances are geodesics on the ellipsoid of CGCS2000, straight over hills and water, no roads.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum

import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray

from platforms.geo.threads import in_threads
from platforms.issues import IssueTable
from platforms.planning.moves.relocation_bound import Floats
from platforms.planning.moves.relocation_data import latest_figure

__all__ = [
    "Bar", "bars", "distances_km", "elsewhere", "industry_listed", "receiving", "sending",
]  # fmt: skip

_ELLIPSOID = pyproj.Geod(a=6378137.0, rf=298.257222101)
_CODE = re.compile(r"[A-Z]?(\d{2,4})")
_SEND = ("retreat_to_tertiary", "退二进三")
_RECEIVE = ("key_development", "重点发展")
# a micrometre: what a table shows is what was added up
_DIGITS = 6


class Bar(IntEnum):
    """What bars a firm from a park."""

    none = 0
    direction = 1
    industry = 2
    tax = 3
    energy = 4
    too_far = 5
    locked = 6
    transfer = 7


def distances_km(firms: pd.DataFrame, parks: pd.DataFrame) -> Floats:
    """Return geodesic distances, km, firms by parks (``lon``, ``lat`` in degrees)."""
    shape = (len(firms), len(parks))
    columns = [
        np.ascontiguousarray(np.broadcast_to(values, shape).ravel())
        for values in (
            firms["lon"].to_numpy()[:, None], firms["lat"].to_numpy()[:, None],
            parks["lon"].to_numpy()[None], parks["lat"].to_numpy()[None],
        )
    ]  # fmt: skip
    metres = in_threads(lambda *c: np.asarray(_ELLIPSOID.inv(*c)[2]), *columns)
    return np.asarray(np.round(metres.reshape(shape) / 1000.0, _DIGITS), dtype=np.float64)


def bars(
    firms: pd.DataFrame, parks: pd.DataFrame, km: Floats, max_km: float | None, issues: IssueTable
) -> NDArray[np.uint8]:
    """Return what bars each firm from each park, locks aside.

    Parameters
    ----------
    firms, parks
        Checked tables; of parks also ``min_tax_wan_per_mu``, ``max_energy_tce_per_mu`` and
        ``direction``, of firms ``tax_wan`` and ``energy_tce`` or their years, where they exist.
    km
        Distances.
    max_km
        Longest distance; None for any.
    issues
        Table to which is added what could not be checked.

    Returns
    -------
    bars
        Values of `Bar`.
    """
    found = np.zeros(km.shape, dtype=np.uint8)
    if max_km is not None:
        found[km > max_km] = Bar.too_far
    for bar, figure, limit, least in (
        (Bar.energy, "energy_tce", "max_energy_tce_per_mu", False),
        (Bar.tax, "tax_wan", "min_tax_wan_per_mu", True),
    ):
        if limit not in parks:
            continue
        asked = pd.to_numeric(parks[limit], errors="coerce").to_numpy(dtype=np.float64)
        a_mu = latest_figure(firms, figure).to_numpy() / firms["demand_mu"].to_numpy()
        missed = a_mu[:, None] < asked if least else a_mu[:, None] > asked
        found[missed] = bar
        unknown = int(np.isnan(a_mu).sum())
        if unknown and np.isfinite(asked).any():
            issues.add("move_standard_unknown", "warning", layer="firms", field=figure,
                       count=unknown, limit=limit)  # fmt: skip
    found[~_admitted(firms, parks)] = Bar.industry
    found[elsewhere(firms, parks, "only")] = Bar.transfer
    found[:, sending(parks)] = Bar.direction
    return found


def sending(parks: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell of each park whether the plan sends its firms away (退二进三)."""
    return _directed(parks, "none", _SEND)


def receiving(parks: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell of each park whether the plan has it receive (重点发展)."""
    return _directed(parks, "preferred", _RECEIVE)


def elsewhere(firms: pd.DataFrame, parks: pd.DataFrame, rule: str) -> NDArray[np.bool_]:
    """Tell where the plan has a firm's block go elsewhere.

    Parameters
    ----------
    firms
        ``plan_parks`` and ``plan_rule``, as `with_transfers` brings them.
    parks
        Parks without a ``direction`` are none of the plan's, and nothing is told of them.
    rule
        Firms with this rule only.

    Returns
    -------
    elsewhere
        Firms by parks.
    """
    table = np.zeros((len(firms), len(parks)), dtype=bool)
    if not {"plan_parks", "plan_rule"} <= set(firms.columns) or "direction" not in parks:
        return table
    known = parks["direction"].notna().to_numpy()
    texts = firms["plan_parks"].where(firms["plan_rule"].eq(rule), None)
    for text in texts.dropna().unique():
        named = {part.strip() for part in str(text).split(";")}
        away = known & ~parks["park_id"].isin(named).to_numpy()
        table[np.ix_(texts.eq(text).to_numpy(), away)] = True
    return table


def _directed(parks: pd.DataFrame, receives: str, words: tuple[str, ...]) -> NDArray[np.bool_]:
    if "receives" in parks:
        return parks["receives"].eq(receives).to_numpy(dtype=bool)
    if "direction" not in parks:
        return np.zeros(len(parks), dtype=bool)
    told = parks["direction"].astype("object").where(parks["direction"].notna(), "")
    return told.map(lambda text: str(text).startswith(words)).to_numpy(dtype=bool)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _admitted(firms: pd.DataFrame, parks: pd.DataFrame) -> NDArray[np.bool_]:
    return industry_listed(firms, parks["admits"])


def industry_listed(firms: pd.DataFrame, lists: pd.Series) -> NDArray[np.bool_]:
    """Tell whether each firm's industry stands in each list.

    Parameters
    ----------
    firms
        ``industry`` and ``industry_code`` (GB/T 4754, with or without its letter).
    lists
        Names or codes by ``;``; a code also holds for the finer ones below it; ``*`` for all.

    Returns
    -------
    listed
        Firms by lists.
    """
    own_kinds = [
        (str(name), str(code))
        for name, code in zip(firms["industry"], firms["industry_code"], strict=True)
    ]
    order = {kind: at for at, kind in enumerate(dict.fromkeys(own_kinds))}
    table = np.zeros((len(order), len(lists)), dtype=bool)
    for column, text in enumerate(lists):
        entries = {_plain(part) for part in re.split(r"[;；]", str(text)) if part.strip()}
        codes = tuple(
            match[1] for entry in entries if (match := _CODE.fullmatch(entry.upper())) is not None
        )
        for kind, at in order.items():
            own = _CODE.fullmatch(_plain(kind[1]).upper())
            coded = own is not None and bool(codes) and own[1].startswith(codes)
            table[at, column] = "*" in entries or _plain(kind[0]) in entries or coded
    return table[np.asarray([order[kind] for kind in own_kinds], dtype=np.int64)]

"""Where the seats of a county's towns are: a small table that a person can write.

Name, longitude and latitude are asked for; how exact they are and where they come from is kept
where it is written.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from platforms.errors import FormatError, InputError
from platforms.geo.ingest.limits import refuse_long_text

__all__ = ["SEAT_COLUMNS", "read_seats"]

SEAT_COLUMNS = ("town_id", "name", "lon", "lat", "accuracy_m", "basis", "source")
_HEADS = {
    "name": ("name", "名称", "乡镇", "街道", "乡镇街道", "town"),
    "lon": ("lon", "经度", "lng", "longitude", "x"),
    "lat": ("lat", "纬度", "latitude", "y"),
    "accuracy_m": ("accuracy_m", "精度", "误差", "accuracy"),
    "basis": ("basis", "依据"),
    "source": ("source", "来源"),
    "town_id": ("town_id", "编号", "代码"),
}
_NEEDED = ("name", "lon", "lat")
_TOLD = (*_NEEDED, "accuracy_m", "basis")
_BASES = ("real", "declared", "surveyed", "drawn", "name_anchor", "polygon_centroid", "sample")
_BASIS_WORDS = {
    "实测": "surveyed",
    "申报": "declared",
    "公开点位": "real",
    "示意绘制": "drawn",
    "同名地点": "name_anchor",
    "区域中心": "polygon_centroid",
    "示例数据": "sample",
}
_ENCODINGS = ("utf-8-sig", "gb18030")
# the outline of a county is generalised: a seat on the shore may lie just outside, degrees
_TOLERANCE_DEG = 0.01


def read_seats(path: str | Path, county: BaseGeometry, code: str) -> pd.DataFrame:
    """Read the seats of a county's towns.

    Parameters
    ----------
    path
        CSV with a header: name, lon, lat (degrees), and where known accuracy_m (metres),
        basis, source and town_id; Chinese headings will do (名称, 经度, 纬度, 精度, 来源).
    county
        Outline, EPSG:4490.
    code
        Administrative code of the county, for the ids.

    Returns
    -------
    seats
        ``SEAT_COLUMNS``, a row a town.

    Raises
    ------
    FormatError
        When the file cannot be read.
    InputError
        Names the row: no number, outside the county, a name or a place twice, an accuracy
        below 0 or a basis that is none of the gazetteer's. An empty basis is ``declared``.
    """
    file = Path(path).name
    raw = _table(Path(path))
    folded = {str(head).strip().casefold(): str(head) for head in raw.columns}
    heads = {
        ours: next((folded[name] for name in names if name in folded), None)
        for ours, names in _HEADS.items()
    }
    missing = [name for name in _NEEDED if heads[name] is None]
    if missing or raw.empty:
        raise InputError("city.seats_columns", file=file, columns=missing or list(_NEEDED))
    cells = {
        ours: raw[head].str.strip() if head else pd.Series("", index=raw.index)
        for ours, head in heads.items()
    }
    seats = pd.DataFrame(
        {
            "town_id": [
                given or f"{code}-{number:03d}" for number, given in enumerate(cells["town_id"], 1)
            ],
            "name": cells["name"],
            **{name: pd.to_numeric(cells[name], errors="coerce") for name in ("lon", "lat")},
            "accuracy_m": pd.to_numeric(cells["accuracy_m"], errors="coerce"),
            "basis": [_BASIS_WORDS.get(basis, basis) or "declared" for basis in cells["basis"]],
            "source": cells["source"].where(cells["source"].ne(""), file),
        }
    ).astype({"accuracy_m": "float64", "lon": "float64", "lat": "float64"})
    _check(seats, cells, county, file)
    return seats


def _table(path: Path) -> pd.DataFrame:
    try:
        refuse_long_text(path)
        content = path.read_bytes()
    except OSError:
        raise FormatError("city.seats_unreadable", file=path.name) from None
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
            return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
            continue
    raise FormatError("city.seats_unreadable", file=path.name)


def _check(
    seats: pd.DataFrame, cells: dict[str, pd.Series], county: BaseGeometry, file: str
) -> None:
    """Refuse what would make a wrong division, with the row as a spreadsheet counts it."""
    known = seats[["lon", "lat"]].notna().all(axis=1).to_numpy()
    away = np.full(len(seats), np.inf)
    away[known] = shapely.distance(shapely.points(seats.loc[known, ["lon", "lat"]]), county)
    faults = {
        "city.seat_unnamed": seats["name"].eq("").to_numpy(),
        "city.seat_number": ~known,
        "city.seat_accuracy": (
            cells["accuracy_m"].ne("") & ~seats["accuracy_m"].between(0, np.inf, inclusive="left")
        ).to_numpy(),
        "city.seat_basis": ~seats["basis"].isin(_BASES).to_numpy(),
        "city.seat_outside": known & ~(away <= _TOLERANCE_DEG),
        "city.seat_name_twice": seats["name"].duplicated().to_numpy(),
        "city.seat_id_twice": seats["town_id"].duplicated().to_numpy(),
        "city.seat_place_twice": known & seats.duplicated(["lon", "lat"]).to_numpy(),
    }
    for key, wrong in faults.items():
        for row in np.flatnonzero(wrong):
            told = {name: cells[name].iloc[row] for name in _TOLD}
            raise InputError(
                key,
                file=file,
                row=int(row) + 2,
                town_id=seats["town_id"].iloc[row],
                allowed=list(_BASES),
                **told,
            )

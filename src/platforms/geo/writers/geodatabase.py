"""Layers as a zipped file geodatabase (``.gdb.zip``), with titles as the fields' aliases.

GDAL's OpenFileGDB writes it; every program of the last ten years reads it. A name that the
format does not take is altered by the driver, and the alias still tells the whole one.
"""

from __future__ import annotations

import os
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platforms.errors import OutputError
from platforms.geo.hidden_folder import temporary_folder
from platforms.geo.write import atomic_path
from platforms.geo.writers.geopackage import driver_errors, first_line, storable

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["write_geodatabase"]

# a zip keeps no date of ours
_DATE = (2000, 1, 1, 0, 0, 0)
_KINDS = {"polygon": "MultiPolygon", "line": "MultiLineString", "point": "Point"}
_ALIAS = "GDAL:OGR:alternative_name"
_SHAPE = "SHAPE"
_INT32 = 2**31


def write_geodatabase(
    layers: Mapping[str, tuple[gpd.GeoDataFrame | pd.DataFrame, str, Mapping[str, str]]],
    path: str | os.PathLike[str],
    *,
    titles: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> Path:
    """Write layers and tables into one zipped file geodatabase.

    Parameters
    ----------
    layers
        By name: the rows; ``polygon``, ``line``, ``point`` or ``none``; the fields' titles by
        column.
    path
        The ``.gdb.zip`` file; inside stands the folder of that name without ``.zip``.
    titles
        Alias of each layer.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written; it appears whole or not at all.

    Raises
    ------
    OutputError
        When it cannot be written, or a layer did not arrive whole.
    """
    target = Path(path)
    inner = target.name.removesuffix(".zip").removesuffix(".gdb").replace("\\", "_") or "plan"
    with atomic_path(target, overwrite=overwrite) as tmp, temporary_folder() as folder:
        # a plain name for the driver, the asked one in the zip
        made = folder / "made.gdb"
        for name, (frame, kind, names) in layers.items():
            try:
                _add(made, name, frame, kind, names, alias=(titles or {}).get(name, ""))
            except driver_errors() as error:
                raise OutputError(
                    "write.layer_failed", path=target.name, layer=name, reason=first_line(error)
                ) from error
        _complete(made, {name: len(frame) for name, (frame, _, _) in layers.items()})
        with zipfile.ZipFile(tmp, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(made.iterdir()):
                member = zipfile.ZipInfo(f"{inner}.gdb/{part.name}", _DATE)
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, part.read_bytes())
    return target


def _add(
    made: Path,
    name: str,
    frame: gpd.GeoDataFrame | pd.DataFrame,
    kind: str,
    names: Mapping[str, str],
    *,
    alias: str,
) -> None:
    import pyogrio

    table, shape = _arrow(storable(frame), names, kind)
    options: dict[str, Any] = {"geometry_type": _KINDS.get(kind), "geometry_name": shape}
    if shape:
        options["crs"] = "EPSG:4490"
    if alias:
        options["LAYER_ALIAS"] = alias
    with warnings.catch_warnings():
        # a name that the driver alters is told by its alias
        warnings.simplefilter("ignore", RuntimeWarning)
        pyogrio.write_arrow(
            table, made, layer=name, driver="OpenFileGDB", append=made.exists(), **options
        )


def _arrow(
    frame: gpd.GeoDataFrame | pd.DataFrame, names: Mapping[str, str], kind: str
) -> tuple[Any, str | None]:
    """Return the rows as Arrow, each field with its alias, and the name of the shape."""
    import geopandas as gpd
    import pyarrow as pa
    import shapely

    shape = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    columns = frame.drop(columns=shape) if shape else frame
    table = pa.Table.from_pandas(columns, preserve_index=False).replace_schema_metadata(None)
    fields = []
    for column, field in zip(table.columns, table.schema, strict=True):
        kept = field.with_type(_kept(column))
        alias = names.get(field.name)
        fields.append(kept.with_metadata({_ALIAS: alias}) if alias else kept)
    table = table.cast(pa.schema(fields))
    if shape is None or not isinstance(frame, gpd.GeoDataFrame):
        return table, None
    shapes = frame.geometry.to_numpy()
    if kind in {"polygon", "line"}:
        shapes = _multi(shapes, kind)
    binary = pa.array(shapely.to_wkb(shapely.force_2d(shapes), flavor="iso"), pa.binary())
    return table.append_column(_SHAPE, binary), _SHAPE


def _kept(column: Any) -> Any:  # noqa: ANN401
    """Return the type in which the format keeps a column: it has no yes and no, no long number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_boolean(column.type):
        return pa.int16()
    if pa.types.is_integer(column.type):
        most = pc.max(pc.abs(column)).as_py() or 0
        return pa.int32() if most < _INT32 else pa.float64()
    return column.type


def _multi(shapes: Any, kind: str) -> Any:  # noqa: ANN401
    import shapely

    single = "Polygon" if kind == "polygon" else "LineString"
    wrap = shapely.multipolygons if kind == "polygon" else shapely.multilinestrings
    return [
        wrap([shape]) if shape is not None and shape.geom_type == single else shape
        for shape in shapes
    ]


def _complete(made: Path, expected: Mapping[str, int]) -> None:
    import pyogrio

    found = {str(name): str(name) for name, _ in pyogrio.list_layers(made)}
    for name, rows in expected.items():
        count = -1
        if name in found:
            count = pyogrio.read_info(made, layer=name, force_feature_count=True)["features"]
        if count != rows:
            raise OutputError("write.incomplete", layer=name, rows=count, expected=rows)

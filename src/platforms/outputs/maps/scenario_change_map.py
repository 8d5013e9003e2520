"""Two scenarios as one map: what only the one has, what only the other has, and what moved.

Every plot, firm, park or site is drawn by how it differs, with both values in its card; what is
the same is pale. The first scenario is A, the second B, and "more" is more in B than in A.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from platforms import messages
from platforms.outputs.maps.city_sheet import city_sheet, town_ground
from platforms.outputs.maps.map_document import (
    Column,
    Figure,
    MapDocument,
    MapLayer,
    Table,
    map_document,
)
from platforms.outputs.maps.scenario_layers import scenario_column
from platforms.outputs.maps.scenario_map import layers_box
from platforms.outputs.scenario_tables import (
    change_columns,
    change_labels,
    change_ways,
    column_title,
    main_column,
    scenario_why,
)
from platforms.outputs.scenario_waterfall import (
    printed_waterfall,
    signed,
    unit_words,
    waterfall_chart,
    waterfall_digits,
)
from platforms.planning.scenarios.change import ScenarioChange
from platforms.policy.workspace import Workspace
from platforms.units import printed

__all__ = ["scenario_change_document"]

_AREA = 2
# below the others come first
_DRAWN = ("plots", "sites", "firms", "parks")
_KEYS = {"plots": "plot_id", "firms": "firm_id", "parks": "park_id", "sites": "site"}
_TABLE_COLUMNS = 6
_SCORE_DIGITS = 4


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenario_sheet.{entry}", None, **fields)


def scenario_change_document(
    workspace: Workspace,
    change: ScenarioChange,
    *,
    names: Sequence[str] = ("", ""),
    compress: bool = True,
    day: dt.date | None = None,
) -> MapDocument:
    """Make the map of what two scenarios differ in.

    Parameters
    ----------
    workspace
        The city: ground, towns, what its rules are called.
    change
        What :func:`platforms.compare_scenarios` gave.
    names
        What the two scenarios are called.
    compress
        Compress the geometry; False for browsers without DecompressionStream.
    day
        Date printed on the sheet; default today.

    Returns
    -------
    document
        A layer for each table with places (``plots``, ``firms``, ``parks``, ``sites``) over
        the towns, coloured by ``way`` (same, changed, more, less, only_a, only_b), with both
        values; the waterfall as a chart. For :func:`platforms.save_html` and the app's map.
    """
    layers = [
        layer
        for name in _DRAWN
        if isinstance(change.tables.get(name), gpd.GeoDataFrame)
        for layer in _layers(workspace, change, name)
    ]
    differ = [_differing(layer) for layer in layers]
    chart = waterfall_chart(change, names)
    sheet = city_sheet(
        workspace,
        title=_t("change_title", city=str(workspace.plan.name), kind=_t(f"kind.{change.kind}")),
        subtitle=_t("change_subtitle", a=names[0], b=names[1]) if any(names) else "A → B",
        figures=_figures(change, names),
        charts=[chart] if chart.bars else [],
        tables=[_table(layer) for layer in layers],
        notes=_notes(workspace, change, names),
        focus=layers_box([layer for layer in differ if len(layer.frame)] or layers),
        day=day,
    )
    return map_document([*town_ground(workspace), *layers], sheet, compress=compress)


def _layers(workspace: Workspace, change: ScenarioChange, name: str) -> list[MapLayer]:
    given = change.tables[name]
    table = gpd.GeoDataFrame(given).assign(way=change_ways(change, name))
    key = _KEYS[name]
    if key not in table:
        table[key] = table["kind"].astype(str) + ":" + table["site_id"].astype(str)
    # an id that stands twice in a file is two features here
    turn = table.groupby(key, sort=False).cumcount()
    table[key] = table[key].astype(str).where(turn.eq(0), table[key].astype(str) + f" ({turn})")
    # what differs most stands first in the table
    order = np.lexsort([-table["change"].abs().fillna(0.0).to_numpy(), table["way"].eq("same")])
    table = table.iloc[order]
    labels = change_labels(workspace, change, name)
    shown = change_columns(change.tables[name])
    columns = [_column(column, name, change, labels.get(_bare(column), {})) for column in shown]
    if key not in shown:
        columns.insert(0, Column(name=key, title=key, role="hidden"))
    kept = [column.name for column in columns]
    frame = gpd.GeoDataFrame(table[[*kept, table.geometry.name]])
    area = shapely.get_dimensions(frame.geometry.to_numpy()) == _AREA
    parts = {"": frame[area], "_points": frame[~area]}
    return [
        MapLayer(
            name=f"{name}{end}" if name == "sites" else name, title=_t(f"changes.{name}"),
            frame=part, key=key, columns=columns, style=_style(name, end), sample=change.sample,
        )
        for end, part in parts.items()
        if len(part) and (name == "sites" or len(part) >= len(frame) / 2)
    ]  # fmt: skip


def _style(name: str, end: str) -> str:
    if not end:
        return "scenario_changes"
    return "scenario_changed_firms" if name == "firms" else "scenario_changed_parks"


def _bare(column: str) -> str:
    return column[:-2] if column.endswith(("_a", "_b")) else column


def _column(name: str, table: str, change: ScenarioChange, labels: object) -> Column:
    title, unit = column_title(name, table, change)
    if isinstance(labels, dict) and labels:
        return Column(name=name, title=title, type="category", labels=labels)
    bare = main_column(change.tables[table]) if name == "change" else _bare(name)
    found = scenario_column(bare) if bare else Column(name=name, title=title, type="number")
    values = change.tables[table][name]
    number = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(
        values.dtype
    )
    digits = found.digits if found.digits is not None else _SCORE_DIGITS
    return Column(
        name=name, title=title, unit=unit, role=found.role,
        type="number" if number else "string", digits=digits if number else None,
    )  # fmt: skip


def _differing(layer: MapLayer) -> MapLayer:
    return MapLayer(
        name=layer.name, title=layer.title, key=layer.key,
        frame=layer.frame[layer.frame["way"].ne("same").to_numpy()],
    )  # fmt: skip


def _table(layer: MapLayer) -> Table:
    told = [column.name for column in layer.columns if column.role != "hidden"]
    return Table(id=layer.name, title=layer.title, layer=layer.name, columns=told[:_TABLE_COLUMNS])


def _figures(change: ScenarioChange, names: Sequence[str]) -> list[Figure]:
    table = printed_waterfall(change)
    if table.empty:
        return []
    digits = waterfall_digits(change)
    first, last = float(table["value_to"].iloc[0]), float(table["value_to"].iloc[-1])
    told = (
        ("a", f"{_t('side.a')} {names[0]}", printed(first, digits)),
        ("b", f"{_t('side.b')} {names[1]}", printed(last, digits)),
        # of the printed figures, so that a reader who subtracts finds the same
        ("change", _t("column.change"), signed(last - first, digits)),
    )
    unit = unit_words(change)
    return [Figure(key=key, label=label, value=value, unit=unit) for key, label, value in told]


def _notes(workspace: Workspace, change: ScenarioChange, names: Sequence[str]) -> list[str]:
    notes = [messages.text("sheet.note.sample")] if change.sample else []
    notes.append(_t("note.sides", a=names[0], b=names[1], id_a=change.a, id_b=change.b))
    return [*notes, *scenario_why(workspace, change)]

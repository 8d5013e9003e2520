"""归属: which town, platform and layout unit things belong to, and how sure that is.

Plots are those of the session, as its run assigned them; all else is a layer of the workspace.
What is looked at stands in the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.journal import taken
from platforms.app.map_component import forget_map, scroll_to_map, show_map
from platforms.app.markup import el
from platforms.app.panel import show_panel
from platforms.app.plots.shelf import Progress
from platforms.app.scene import Scene
from platforms.app.sheet import Sheet
from platforms.app.tables import pick_table
from platforms.app.waiting import shown_scene, wait_unless_stopped
from platforms.app.wording import of_areas
from platforms.units import printed

__all__ = ["Belonging", "make_belonging", "make_file", "show_belonging"]

_LAYERS = ("firms", "projects", "platforms", "micro_parks", "special_towns", "logistics_parks")
_GROUPS = ("town", "platform", "layout_unit")
_PLOTS = "plots"
_MAP, _TABLE = 560, 420
_AREA = "area_mu"
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "town": ("town", "town_way", "town_share", "town_sure", "town_doubt", "town_given",
             "platform",
             "layout_unit"),
    "platform": ("platform", "platform_way", "platform_km", "platform_sure", "platform_doubt",
                 "town", "layout_unit"),
    "layout_unit": ("layout_unit", "layout_way", "town", "platform"),
}  # fmt: skip
FILES: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "csv": "text/csv",
    "html": "text/html",
}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"moves_page.belonging.{entry}", None, **fields)


@dataclass(frozen=True)
class Belonging:
    """Where the features of a layer belong.

    Attributes
    ----------
    layer, by
        The layer, and what it is coloured and summed by.
    told
        The features with why each membership is not sure.
    sheet
        Their map.
    sample
        Whether they are sample data.
    """

    layer: str
    by: str
    told: gpd.GeoDataFrame
    sheet: Sheet
    sample: bool


def make_belonging(
    city: ip.Workspace,
    layer: str,
    by: str,
    scene: Scene | None = None,
    progress: Progress | None = None,
) -> Belonging:
    """Assign the features of a layer and make their map.

    Parameters
    ----------
    city
        The workspace.
    layer
        ``plots`` or a layer of the workspace.
    by
        ``town``, ``platform`` or ``layout_unit``.
    scene
        The run whose plots are looked at.
    progress
        Called with stage and share; may stop the work.
    """
    tell = progress or (lambda _stage, _share: None)
    tell("membership", 0.1)
    run = scene.run if scene is not None and layer == _PLOTS else None
    assigned = ip.assign(layer, city) if run is None else run.plots
    tell("map", 0.5)
    document = ip.belonging_document(city, layer, assigned, by=by, run=run)
    tell("map", 0.9)
    sample = city.card(layer).sample if run is None else run.sample
    return Belonging(layer, by, ip.doubts(assigned), Sheet(document, city), sample)


def show_belonging(city: ip.Workspace) -> None:
    """Show the part.

    Parameters
    ----------
    city
        The workspace.
    """
    layers = [name for name in _LAYERS if city.has(name)]
    if state.has_plots() or not layers:
        layers.insert(0, _PLOTS)
    with st.container(horizontal=True, key="belonging-choice"):
        layer = state.choice(
            "of", _t("layer"), layers, lambda name: messages.text(f"app.table.{name}")
        )
        by = state.choice("by", _t("by"), _GROUPS, lambda name: _group(city, name))
    scene = None
    # there also when it is empty: the map below keeps its place
    with st.container():
        if layer == _PLOTS:
            scene = shown_scene()
            if scene is None:
                forget_map()
                return
    key = (city.fingerprint, messages.language(), layer, by, scene and scene.id)
    found = wait_unless_stopped(
        "belonging",
        key,
        lambda: state.common_job(
            "belonging", key, lambda told: make_belonging(city, layer, by, scene, told)
        ),
    )
    if found is None:
        forget_map()
        return
    marks = [messages.text("app.mark.sample")] if found.sample else []
    markup.show(el("p", markup.badges(marks, kind="ip-sample"), _t("about"), cls="ip-note"))
    _show_figures(found)
    left, right = st.columns([2.3, 1], gap="small")
    with left:
        show_map(found.sheet, height=_MAP)
        st.caption(messages.text("app.map.foot", id=found.sheet.id))
    with right:
        show_panel(found.sheet, state.picked(), height=_MAP, drawn=True)
    _show_files(city, found)
    listing, sums, why = st.tabs([_t("tab.list"), _t("tab.sums"), _t("tab.why")])
    with listing:
        _show_list(found)
    with sums:
        _show_sums(found)
    with why:
        _show_reasons(found)
    scroll_to_map()


def _doubtful(found: Belonging) -> pd.Series:
    doubtful: pd.Series = found.told[f"{found.by}_doubt"].ne("")
    return doubtful


def _show_figures(found: Belonging) -> None:
    told, unit = found.told, _t("unit")
    sums = ip.belonging_sums(told, found.by)
    values = {
        "features": len(told),
        "sure": int(sums["sure"].sum()),
        "doubtful": int(sums["doubtful"].sum()),
        "inexact": int(sums["inexact"].sum()),
        "outside": int(told[found.by].isna().sum()),
    }
    markup.show(
        markup.figures(
            {"label": _t(f"figure.{name}"), "value": f"{value:,}", "unit": unit}
            for name, value in values.items()
        )
    )


def _show_list(found: Belonging) -> None:
    st.session_state["belonging-doubt"] = st.query_params.get("doubt") == "1"
    only = None
    if st.checkbox(_t("only_doubtful"), key="belonging-doubt", on_change=_take_doubt):
        described = found.sheet.layer(found.layer)
        key = described["key"] if described else ""
        only = set(found.told.loc[_doubtful(found), key].astype(str))
    names = ("name", *_COLUMNS[found.by], "accuracy_m")
    pick_table(found.sheet, found.layer, names, height=_TABLE, only=only)


def _group(city: ip.Workspace, name: str) -> str:
    return of_areas(city, "app.table.town") if name == "town" else _t(f"group.{name}")


def _take_doubt() -> None:
    if st.session_state["belonging-doubt"]:
        st.query_params["doubt"] = "1"
    else:
        st.query_params.pop("doubt", None)


def _show_sums(found: Belonging) -> None:
    area = _AREA if _AREA in found.told else None
    sums = ip.belonging_sums(found.told, found.by, area=area)
    table = sums.assign(group=sums["group"].where(sums["group"].ne(""), _t("nowhere")))
    titles = {"group": _group(found.sheet.workspace, found.by)}
    titles |= {name: _t(f"sum.{name}") for name in table.columns if name != "group"}
    formats = {titles[_AREA]: st.column_config.NumberColumn(format="%.2f")} if area else {}
    st.dataframe(
        table.rename(columns=titles), hide_index=True, height=_TABLE, column_config=formats,
        placeholder="",
    )  # fmt: skip
    st.caption(messages.text("app.table.foot", rows=len(table), id=found.sheet.id))


def _show_reasons(found: Belonging) -> None:
    """Say how many are doubtful for which reason, and how exact their positions are."""
    some = found.told[_doubtful(found)]
    if some.empty:
        markup.show(el("p", _t("none_doubtful"), cls="ip-note"))
        return
    metres = pd.to_numeric(some["accuracy_m"], errors="coerce") if "accuracy_m" in some else None
    if metres is not None and metres.notna().any():
        low, high = printed(float(metres.min()), 0), printed(float(metres.max()), 0)
        markup.show(el("p", _t("accuracy", low=low, high=high), cls="ip-note"))
    counts = some[f"{found.by}_doubt"].value_counts()
    table = pd.DataFrame({_t("reason"): counts.index, _t("sum.features"): counts.to_numpy()})
    st.dataframe(table, hide_index=True, height=_TABLE, placeholder="")
    st.caption(messages.text("app.table.foot", rows=len(table), id=found.sheet.id))


def _show_files(city: ip.Workspace, found: Belonging) -> None:
    with st.container(horizontal=True, key="belonging-files-row"):
        for ending, mime in FILES.items():
            file = f"{city.name}-{found.layer}-{found.sheet.id}.{ending}"
            st.download_button(
                _t(f"get.{ending}"),
                data=taken(file, partial(make_file, found, ending, messages.language())),
                file_name=file,
                mime=mime,
                on_click="ignore",
                key=f"belonging-get-{ending}",
            )


def make_file(found: Belonging, ending: str, lang: str) -> bytes:
    """Return memberships as a file.

    Parameters
    ----------
    found
        The features and where they belong.
    ending
        One of ``FILES``.
    lang
        Language of its texts.

    Raises
    ------
    PlatformsError
        When it cannot be made.
    """

    def write() -> bytes:
        ip.set_language(lang)
        with ip.temporary_folder() as folder:
            path = folder / f"{found.layer}.{ending}"
            made: Any = found.told.assign(sample=found.sample)
            if ending == "html":
                ip.save_html(found.sheet.document, path)
            else:
                ip.write_plots(made, path)
            return path.read_bytes()

    # the server calls this outside any session, where no language is set
    return copy_context().run(write)

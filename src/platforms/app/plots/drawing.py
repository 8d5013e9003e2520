"""A polygon drawn on the map: kept for the visit, measured by the library, shown with its edges.

The browser sends the ring and nothing else; every figure shown here was made on the server by
the function that measures files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened, state
from platforms.app.journal import taken
from platforms.app.markup import el
from platforms.app.plots.measuring import measure_address
from platforms.app.wording import action_of, said, signed
from platforms.errors import PlatformsError
from platforms.units import half_up, m2_to_mu, printed

__all__ = ["drawing_for_map", "forget_drawing", "measure_for_map", "show_drawing", "take_drawing"]

# what the browser sent, and what was made of it, by language and workspace
_KEPT = "drawing"
_MEASURED = "drawing-measured"
_FILE = "drawing.geojson"
_LENGTHS = ("perimeter_m", "perimeter_plane_m")
_EDGE_COLUMNS = ("start", "end", "plane_m", "ellipsoid_m", "north_m", "east_m")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.drawing.{entry}", None, **fields)


def take_drawing(sent: object) -> None:
    """Keep what the browser drew, or forget it when the ring is empty."""
    if not isinstance(sent, Mapping):
        return
    if not sent.get("ring"):
        forget_drawing()
        return
    kept = st.session_state.get(_KEPT)
    # a new drawing begins with taking the old one away, so this one was changed
    before = [] if kept is None else [*kept.get("before", ()), kept["ring"]]
    ring = _joined(sent["ring"])
    st.session_state[_KEPT] = {"id": str(sent.get("id", "")), "ring": ring, "before": before}
    # the newest thing is what one wants to read about
    state.select(None)


def _joined(ring: Any) -> Any:  # noqa: ANN401 whatever the browser sent
    """Return a ring with its joined corners exactly where the plots on the map have them."""
    return _joined_to(_plots(), ring, opened.workspace())


def _plots() -> gpd.GeoDataFrame | None:
    """Return the plots that the session looks at, where they are there already."""
    job = state.scene_job() if state.has_plots() else None
    return job.result().run.plots if job is not None and job.ready else None


def _joined_to(frame: gpd.GeoDataFrame | None, ring: Any, city: ip.Workspace) -> Any:  # noqa: ANN401 as above
    if frame is None:
        return ring
    plane = frame.attrs.get("plane") or city.plan.crs
    try:
        return ip.join_corners(ring, frame, plane)
    except (TypeError, ValueError, IndexError):
        # what it is instead of a ring is said when it is measured
        return ring


def _undo() -> None:
    """Go back to the boundary before the last change."""
    kept = st.session_state[_KEPT]
    *before, ring = kept["before"]
    name = f"{kept['id']}-{len(before)}"
    st.session_state[_KEPT] = {"id": name, "ring": ring, "before": before}


def forget_drawing() -> None:
    """Forget what was drawn."""
    st.session_state.pop(_KEPT, None)
    st.session_state.pop(_MEASURED, None)


def _measured() -> ip.Drawn | PlatformsError | None:
    """Return the drawing as measured, or what is wrong with it; None without a drawing."""
    kept = st.session_state.get(_KEPT)
    if kept is None:
        return None
    city = opened.workspace()
    key = (kept["id"], city.fingerprint, messages.language())
    held = st.session_state.get(_MEASURED)
    if held is None or held[0] != key:
        held = (key, _measure(kept["ring"], city))
        st.session_state[_MEASURED] = held
    measured: ip.Drawn | PlatformsError = held[1]
    return measured


def _measure(ring: Any, city: ip.Workspace) -> ip.Drawn | PlatformsError:  # noqa: ANN401 as above
    try:
        return ip.measure_ring(ring, city, name=_t("name"))
    except PlatformsError as error:
        return error


def drawing_for_map(*, figures: bool = True) -> dict[str, Any] | None:
    """Return the drawing with its official figures, as the map shows them.

    Parameters
    ----------
    figures
        Whether the page shows the other figures, or why there are none.
    """
    found = _measured()
    if found is None:
        return None
    return _told(st.session_state[_KEPT]["id"], found, figures=figures)


def measure_for_map(*, figures: bool = True) -> str | None:
    """Return the address at which this session's drawings are measured without a run.

    Parameters
    ----------
    figures
        Whether the page shows the other figures, or why there are none.
    """
    city, frame, lang = opened.workspace(), _plots(), messages.language()

    def tell(drawn: str, ring: Any) -> dict[str, Any]:  # noqa: ANN401 whatever the browser sent
        messages.set_language(lang)
        return _told(drawn, _measure(_joined_to(frame, ring, city), city), figures=figures)

    return measure_address(tell)


def _told(drawn: str, found: ip.Drawn | PlatformsError, *, figures: bool) -> dict[str, Any]:
    if isinstance(found, PlatformsError):
        told = {"ring": [], "title": _t("no_area"), "lines": [], "note": said(found), "bad": True}
        return {"id": drawn, **told}
    lines = [(_t("perimeter_m"), _metres(found.perimeter_m))]
    if found.sound:
        lines.insert(0, (_t("area_m2"), _t("area_is", **_area(found))))
    return {
        "id": drawn,
        "ring": [list(point) for point in found.ring[:-1]],
        "title": _t("official" if found.sound else "no_area"),
        "lines": lines,
        "edges": [printed(m, 2) for m in found.edges["ellipsoid_m"]],
        "note": _note(found, figures=figures),
        "bad": not found.sound,
    }


def _note(found: ip.Drawn, *, figures: bool) -> str:
    if not found.sound:
        return _t("crossed" if figures else "crossed_only")
    return _t("told") if figures else ""


def show_drawing() -> bool:
    """Show the figures of the drawing, if there is one; say whether there is."""
    found = _measured()
    if found is None:
        return False
    markup.show(el("div", el("h3", _t("title")), cls="ip-head"))
    if isinstance(found, PlatformsError):
        markup.show(el("p", said(found), cls="ip-warning"))
    else:
        _show_figures(found)
        _show_change(found)
        _show_edges(found)
    save, clear = st.columns(2)
    if isinstance(found, ip.Drawn):
        save.download_button(
            _t("save"),
            data=taken(_FILE, found.to_geojson().encode()),
            file_name=_FILE,
            mime="application/geo+json",
            on_click="ignore",
            key="drawing-save",
            width="stretch",
        )
    clear.button(_t("clear"), on_click=forget_drawing, key="drawing-clear", width="stretch")
    return True


def _show_figures(found: ip.Drawn) -> None:
    rows = [(_t(name), _metres(getattr(found, name))) for name in _LENGTHS]
    if found.sound:
        check = _t("check", m2=printed(found.geodesic_m2, 3), ppm=printed(_ppm(found), 2))
        rows = [
            (_t("area_m2"), _t("area_full", **_area(found))),
            (_t("planar_m2"), _t("metres2", m2=printed(found.planar_m2, 2))),
            (_t("geodesic_m2"), check),
            *rows,
        ]
    faults = [
        el("p", issue.message(), action_of(issue, drawn=True), cls="ip-warning")
        for issue in found.issues
    ]
    pairs = [part for name, value in rows for part in (el("dt", name), el("dd", value))]
    markup.show(*faults, el("dl", *pairs, cls="ip-facts ip-drawn"))
    about = _t("about", plane=found.plane_name)
    markup.show(el("p", about, cls="ip-note"), el("p", _t("accuracy"), cls="ip-note"))


def _show_change(found: ip.Drawn) -> None:
    """Show what the last change of the boundary did to its area, and the way back."""
    before = st.session_state[_KEPT].get("before")
    if not before:
        return
    try:
        former = ip.measure_ring(before[-1], opened.workspace(), name=_t("name"))
    except PlatformsError:
        return
    rows = [(_t("former"), _t("area_is", **_area(former)) if former.sound else _t("no_area"))]
    if former.area_m2 is not None and found.area_m2 is not None:
        delta = half_up(found.area_m2 - former.area_m2, 2)
        mu, m2 = signed(m2_to_mu(delta), 4), signed(delta, 2)
        rows.append((_t("delta"), _t("area_is", mu=mu, m2=m2)))
    pairs = [part for name, value in rows for part in (el("dt", name), el("dd", value))]
    markup.show(el("dl", *pairs, cls="ip-facts ip-drawn"))
    st.button(_t("undo"), on_click=_undo, key="drawing-undo", width="stretch")


def _show_edges(found: ip.Drawn) -> None:
    markup.show(el("h4", _t("edges"), cls="ip-h4"))
    st.dataframe(
        found.edges[list(_EDGE_COLUMNS)],
        hide_index=True,
        height=min(320, 35 * (len(found.edges) + 1) + 3),
        column_config={
            name: st.column_config.NumberColumn(
                _t(f"edge.{name}"), format="%d" if name in {"start", "end"} else "%.3f"
            )
            for name in _EDGE_COLUMNS
        },
        placeholder="",
    )


def _area(found: ip.Drawn) -> dict[str, str]:
    return {
        "mu": printed(found.area_mu, 4),
        "m2": printed(found.area_m2, 2),
        "ha": printed(found.area_ha, 6),
    }


def _ppm(found: ip.Drawn) -> float:
    area, check = found.area_m2 or 0.0, found.geodesic_m2 or 0.0
    return abs(area - check) / area * 1e6 if area else 0.0


def _metres(value: float) -> str:
    return _t("metres", m=printed(value, 2))

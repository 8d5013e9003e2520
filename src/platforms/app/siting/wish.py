"""What project looks for a site, and among which plots: kept for the visit and in the address.

What is not stated stays unknown. The library checks all of it, as it does for the command line.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import platforms as ip
from platforms.app.going_back import went_back
from platforms.app.plots.upload import safe_name
from platforms.app.scene import Scene

__all__ = [
    "AMONG",
    "NUMBERS",
    "Sited",
    "Wish",
    "forget_wish",
    "make_siting",
    "read_wish",
    "take",
    "turn",
    "wish_of",
]  # fmt: skip

AMONG = ("low", "all", "none")
NUMBERS = (
    "land_mu", "floor_m2", "energy_tce", "value_added_wan", "investment_wan", "tax_wan",
)  # fmt: skip
_KEPT, _TURN = "siting-kept", "siting-turn"
# name of a field → name in the address
_GIVEN = {
    "name": "project", "industry": "industry", "plan_industry": "planned", "polluting": "polluting",
    "date": "date",
    "suppliers": "suppliers", **{name: name.rpartition("_")[0] for name in NUMBERS},
}  # fmt: skip
_LOW = "low_efficiency"


@dataclass(frozen=True)
class Wish:
    """A project as it was typed, and the plots that are looked at.

    Attributes
    ----------
    fields
        Field of the project and its text, only those that are stated.
    among
        ``low`` (low-efficiency plots), ``all`` or ``none``; parks are always looked at.
    """

    fields: tuple[tuple[str, str], ...]
    among: str = AMONG[0]

    def text(self, name: str) -> str:
        """Return what was typed for a field; empty where it is not stated."""
        return dict(self.fields).get(name, "")

    def project(self) -> ip.Project:
        """Return the project.

        Raises
        ------
        InputError
            Names the field that is wrong.
        """
        given: dict[str, object] = dict(self.fields)
        if "suppliers" in given:
            given["suppliers"] = _suppliers(str(given["suppliers"]))
        return ip.read_project(given)


@dataclass(frozen=True)
class Sited:
    """Ranked sites and the map of them.

    Attributes
    ----------
    siting
        What the library gave.
    document
        The map.
    sample
        Whether any of the sites is synthetic.
    """

    siting: ip.Siting
    document: ip.MapDocument
    sample: bool


def wish_of() -> Wish | None:
    """Return what the session looks for: the address says it, else what it asked last."""
    kept: Wish | None = st.session_state.get(_KEPT)
    given = st.query_params
    if went_back():
        kept = None
        if "industry" not in given:
            forget_wish()
        else:
            refill()
    if kept is None and "industry" in given:
        fields = tuple((name, given[key]) for name, key in _GIVEN.items() if given.get(key))
        among = given.get("plots", AMONG[0])
        kept = Wish(fields, among if among in AMONG else AMONG[0])
    if kept is not None:
        take(kept)
    return kept


def take(wish: Wish) -> None:
    """Look for this from now on."""
    st.session_state[_KEPT] = wish
    given = st.query_params
    told = {_GIVEN[name]: text for name, text in wish.fields}
    told |= {} if wish.among == AMONG[0] else {"plots": wish.among}
    for key in (*_GIVEN.values(), "plots"):
        if key in told:
            given[key] = told[key]
        else:
            given.pop(key, None)


def forget_wish() -> None:
    """Look for nothing and empty the form."""
    st.session_state.pop(_KEPT, None)
    for key in (*_GIVEN.values(), "plots"):
        st.query_params.pop(key, None)
    refill()


def refill() -> None:
    """Let the form show what is looked for now; new keys are the way to fill the boxes anew."""
    st.session_state[_TURN] = turn() + 1


def turn() -> int:
    """Count how often the form was filled anew."""
    return int(st.session_state.get(_TURN, 0))


def read_wish(name: str, data: bytes, among: str) -> Wish:
    """Read the file that ``platforms site`` takes.

    Parameters
    ----------
    name
        The file's name, for messages and its ending.
    data
        Its bytes.
    among
        As for :class:`Wish`.

    Raises
    ------
    PlatformsError
        Names file, line and field of what is wrong.
    """
    with ip.temporary_folder() as folder:
        # messages name the file as its owner knows it
        path = folder / safe_name(name)
        path.write_bytes(data)
        project = ip.read_project(path)
    stated = project.model_dump(exclude={"suppliers"}, exclude_none=True)
    texts = {name: _text(value) for name, value in stated.items() if value != ""}
    texts["suppliers"] = "; ".join(
        f"{one.lon:.10g} {one.lat:.10g} {one.name or ''}".strip() for one in project.suppliers
    )
    wish = Wish(tuple((field, texts[field]) for field in _GIVEN if texts.get(field)), among)
    refill()
    return wish


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _suppliers(text: str) -> list[dict[str, str]]:
    """Read ``lon lat name; lon lat name``; what is wrong is left for the library to name."""
    parts = [part.split(None, 2) for part in text.replace("；", ";").split(";") if part.strip()]
    return [dict(zip(("lon", "lat", "name"), part, strict=False)) for part in parts]


def make_siting(city: ip.Workspace, scene: Scene | None, wish: Wish) -> Sited:
    """Rank the sites for a project and make the map of them.

    Parameters
    ----------
    city
        The workspace, whose parks are looked at.
    scene
        The run whose plots are looked at; None without plots.
    wish
        The project, and which plots.

    Raises
    ------
    PlatformsError
        When project or sites cannot be used.
    """
    project, plots = wish.project(), None
    if scene is not None and wish.among != "none":
        plots = scene.run.plots
        plots = plots[plots["verdict"].eq(_LOW)] if wish.among == "low" else plots
    siting = ip.site(project, plots=plots, workspace=city)
    own = scene is not None and scene.run.sample and plots is not None and len(plots) > 0
    sample = own or bool(siting.sample_layers)
    document = ip.siting_document(city, siting, sample=own)
    return Sited(siting, document, sample)

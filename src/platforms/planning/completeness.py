"""How far a workspace is: what is there, what is missing, what it is for, what to do next.

A missing layer is no fault: the product works with what there is and says what it could not
tell. Wrong is only what a card, a document list or a code contradicts, and each such fault is
named with file and row. Everything is looked at once and reported once, in the order in which a
person fills a workspace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platforms import messages
from platforms.errors import PlatformsError, WorkspaceError
from platforms.layers.cards import Card
from platforms.layers.making.blank import TO_WRITE
from platforms.planning.data_faults import DataFault, data_faults
from platforms.planning.workspace_items import Completeness, State, WorkspaceItem
from platforms.policy.workspace import Workspace

__all__ = ["completeness"]

# in the order in which a person fills them
_LAYERS = (
    "towns",
    "gazetteer",
    "platforms",
    "layout_units",
    "layout_members",
    "projects",
    "firms",
    "micro_parks",
    "special_towns",
    "statements",
    "targets",
    "reported",
)
_TEXTS = (".pdf", ".docx", ".txt")
_MOVES = ("sample_firms", "sample_parks")


def completeness(workspace: Workspace) -> Completeness:
    """Look through a workspace, item by item.

    Parameters
    ----------
    workspace
        The city; every layer of it is read.

    Returns
    -------
    completeness
        What is there, missing, wrong or made up, and what to do next. Nothing is raised for
        data that are wrong.
    """
    look = _Look(workspace)
    items = (
        look.plan(),
        look.layer("county", needed=True),
        look.documents(),
        look.texts(),
        *(look.layer(name) for name in _LAYERS),
        look.rules(),
        look.limits(),
        look.layer("plots"),
        look.moves(),
        look.layer("neighbours"),
        *look.others(),
    )
    plan = workspace.plan
    return Completeness(workspace.name, str(plan.name), plan.county_code, items)


class _Look:
    """One look through a workspace; each layer is read once."""

    def __init__(self, workspace: Workspace) -> None:
        self.ws = workspace
        self.rows: dict[str, int] = {}
        self.faults: dict[str, tuple[DataFault, ...]] = {}
        for name, card in workspace.cards.items():
            found = self._read(name, card)
            # a fault of the gazetteer is not every layer's that stands on it
            self.faults[name] = tuple(one for one in found if one.file == card.file)
        for fault in data_faults(workspace, readable=set(self.rows)):
            self.faults[fault.layer] = (*self.faults.get(fault.layer, ()), fault)
        self.told = {"county", *_LAYERS, "plots", "neighbours", "constraints", *_MOVES}

    def _read(self, name: str, card: Card) -> tuple[DataFault, ...]:
        path = self.ws.path(name)
        if card.geometry == "raster":
            if path.is_file():
                self.rows[name] = 1
                return ()
            message = messages.text("layers.file_missing", file=path.name, folder=path.parent.name)
            return (DataFault(name, path.name, message),)
        try:
            self.rows[name] = len(self.ws.table(name))
        except WorkspaceError as error:
            listed = error.fields.get("faults")
            texts = listed if isinstance(listed, list) else [error.message()]
            file = str(error.fields.get("file", path.name))
            return tuple(DataFault(name, file, str(text)) for text in texts)
        return ()

    def _item(
        self,
        name: str,
        state: State,
        *,
        words: str | None = None,
        **more: Any,  # noqa: ANN401 fields of an item
    ) -> WorkspaceItem:
        said = words or name
        values: dict[str, Any] = {
            "title": _text(said, "title"),
            "detail": "",
            "what_for": _text(said, "what"),
            "next_step": "" if state == "ok" else _text(said, "next"),
            "needed": False,
            "file": "",
            **more,
        }
        if state in {"wrong", "sample"}:
            entry = "mend" if state == "wrong" else "replace"
            values["next_step"] = messages.text(f"city.check.{entry}")
        return WorkspaceItem(id=name, state=state, **values)

    def plan(self) -> WorkspaceItem:
        """Return what plan.yaml says; it was read, or nothing would be here."""
        plan = self.ws.plan
        detail = messages.text(
            "city.check.plan", name=plan.name, code=plan.county_code, crs=plan.crs
        )
        return self._item("plan", "ok", needed=True, file=_PLAN, detail=detail)

    def documents(self) -> WorkspaceItem:
        """Return how many documents rows may cite."""
        count = len(self.ws.plan.documents)
        detail = messages.text("city.check.documents", count=count) if count else ""
        return self._item("documents", "ok" if count else "missing", file=_PLAN, detail=detail)

    def texts(self) -> WorkspaceItem:
        """Return of how many documents the full text is there."""
        folder = self.ws.layers_dir / "documents"
        ids = [document.id for document in self.ws.plan.documents]
        held = [one for one in ids if any((folder / f"{one}{end}").is_file() for end in _TEXTS)]
        detail = messages.text("city.check.texts", count=len(held), total=len(ids))
        state: State = "ok" if ids and len(held) == len(ids) else "missing"
        return self._item("texts", state, file="layers/documents/", detail=detail if ids else "")

    def layer(self, name: str, *, needed: bool = False) -> WorkspaceItem:
        """Return a layer: its rows, and what of them is not said."""
        if not self.ws.has(name):
            state: State = "wrong" if needed else "missing"
            return self._item(name, state, needed=needed, file=_FILES.get(name, ""))
        state, told = self._found(name)
        return self._item(name, state, needed=needed, **told)

    def _found(self, name: str) -> tuple[State, dict[str, Any]]:
        """Return the state of a layer that is there, and what is told of it."""
        card, rows, faults = self.ws.card(name), self.rows.get(name), self.faults.get(name, ())
        room = "geo" if self.ws.path(name).parent == self.ws.geo_dir else "layers"
        detail = "" if rows is None else self._detail(name, rows)
        counted = None if card.geometry == "raster" else rows
        told: dict[str, Any] = {
            "file": f"{room}/{card.file}",
            "rows": counted,
            "detail": detail,
            "faults": faults,
        }
        return _state(card, rows, faults), told

    def _detail(self, name: str, rows: int) -> str:
        """Return the rows of a layer, and how many of them lack document or place."""
        card = self.ws.card(name)
        if card.geometry == "raster" or not rows:
            return ""
        said = [messages.text("city.check.rows", count=rows)]
        frame = self.ws.table(name)
        for column, entry in (("doc", "no_document"), ("place_id", "no_place")):
            empty = int(frame[column].isna().sum()) if column in frame else 0
            said += [messages.text(f"city.check.{entry}", count=empty)] if empty else []
        if name == "towns" and frame["basis"].eq("derived").any():
            said.append(messages.text("city.check.derived"))
        if TO_WRITE in card.source or "请补写来源" in card.source:
            said.append(messages.text("city.check.no_source", card=f"{name}.yaml"))
        return messages.text("city.check.joint").join(said)

    def rules(self) -> WorkspaceItem:
        """Return whether the city has rules of its own, and whether they can be read."""
        folder = self.ws.layers_dir / "policy"
        own = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
        try:
            pack = self.ws.rules()
        except PlatformsError as error:
            fault = DataFault("rules", str(error.fields.get("file", "plan.yaml")), error.message())
            return self._item("rules", "wrong", file="layers/policy/", faults=(fault,))
        entry = "own_rules" if own else "national_rules"
        detail = messages.text(f"city.check.{entry}", count=len(own), pack=str(pack.pack))
        state: State = "ok" if own else "missing"
        return self._item("rules", state, file="layers/policy/", detail=detail)

    def limits(self) -> WorkspaceItem:
        """Return which of the plan's limits have a layer."""
        item = self.layer("constraints")
        if item.state == "wrong":
            return item
        names = self.ws.plan.constraints
        held = set()
        if "constraints" in self.rows:
            held = set(self.ws.table("constraints").get("constraint", []))
        held |= {name for name, one in self.ws.plan.raster_limits.items() if one.layer in self.rows}
        missing = [name for name in names if name not in held]
        if not missing:
            return item
        detail = messages.text("city.check.limits", count=len(names), missing=missing)
        return self._item("constraints", "missing", file=item.file, rows=item.rows, detail=detail)

    def moves(self) -> WorkspaceItem:
        """Return the tables that a relocation is made of."""
        held = {name: self._found(name)[0] for name in _MOVES if self.ws.has(name)}
        faults = tuple(fault for name in held for fault in self.faults[name])
        state: State = "missing"
        if len(held) == len(_MOVES):
            state = next((s for s in ("wrong", "missing", "sample") if s in held.values()), "ok")
        return self._item("moves", state, faults=faults)

    def others(self) -> Iterator[WorkspaceItem]:
        """Yield the layers that are not asked for and stand there all the same."""
        for name, card in self.ws.cards.items():
            if name in self.told:
                continue
            state, told = self._found(name)
            own = {"title": str(card.title), "what_for": str(card.description)}
            yield self._item(name, state, words="others", **told, **own)


_PLAN = "layers/plan.yaml"
_FILES: Mapping[str, str] = {
    **{name: f"layers/{name}.csv" for name in _LAYERS},
    "county": "geo/county.geojson",
    "neighbours": "geo/neighbours.geojson",
    "towns": "geo/towns.geojson",
    "gazetteer": "geo/gazetteer.csv",
    "layout_units": "layers/layout_units.gpkg",
    "plots": "layers/plots.gpkg",
    "constraints": "layers/constraints.gpkg",
}


def _state(card: Card, rows: int | None, faults: tuple[DataFault, ...]) -> State:
    # one without rows to count was not read, for a fault that is told where it lies
    if rows is None or not all(one.doubt for one in faults):
        return "wrong"
    if not rows:
        return "missing"
    return "sample" if card.sample else "ok"


def _text(name: str, entry: str) -> str:
    return messages.text(f"city.item.{name}.{entry}")

"""How layers look: styles.yaml, read and checked.

Colours are Paul Tol's schemes, apart for colour-blind readers; classes that must survive a
grey print carry a hatch as well. A colour is a ``#rrggbb`` and nothing else, so that a style
can never carry markup.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Flow", "Gauge", "Label", "Look", "Seat", "Style", "known_styles", "style_of"]

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Hatch = Literal["none", "diagonal", "back", "cross", "horizontal", "dots"]
Shape = Literal[
    "square",
    "diamond",
    "circle",
    "triangle",
    "star",
    "hexagon",
    "pentagon",
    "cross",
    "dot",
    "seat",
]


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Look(_Written):
    """How one class of features is drawn."""

    fill: Colour | None = None
    """Fill; None draws none."""
    stroke: Colour | None = None
    """Outline, and ink of the hatch."""
    width: float = Field(default=1.0, ge=0, le=8)
    """Outline in screen pixels."""
    dash: tuple[float, ...] = ()
    """Dashes and gaps in pixels."""
    hatch: Hatch = "none"
    """Pattern that tells the class without colour."""
    opacity: float = Field(default=1.0, ge=0, le=1)
    """Of the fill."""


class Label(_Written):
    """Names on the map."""

    column: str
    """Column that holds the name."""
    min_zoom: float = Field(default=0, ge=0, le=24)
    """Smallest zoom (web-mercator level) at which names are tried."""
    size: float = Field(default=12, ge=8, le=40)
    """Pixels."""
    weight: int = 400
    """Font weight."""
    italic: bool = False
    """Slanted, as for waters and planned areas."""
    color: Colour = "#1f2937"
    """Ink."""
    spacing: float = Field(default=0, ge=0, le=20)
    """Pixels between characters."""
    priority: int = Field(default=50, ge=0, le=100)
    """Low numbers are placed first."""


class Seat(_Written):
    """Columns of an area layer that hold its seat, drawn as a layer of its own."""

    lon: str
    """Column with the longitude, degrees."""
    lat: str
    """Column with the latitude, degrees."""
    accuracy: str
    """Column with the accuracy, metres."""
    basis: str
    """Column with the basis."""


class Flow(_Written):
    """Lines from a place to another, drawn as arrows."""

    weight: str
    """Column whose value is the width."""
    widest: float = Field(default=12, ge=1, le=40)
    """Width of the largest value, pixels."""
    to: str | None = None
    """Column with the id of the place where it ends."""
    ends: str | None = None
    """Layer of these places; the arrow stops at their marks."""


class Gauge(_Written):
    """Points as large as a value, with a ring that shows how much of it is taken."""

    size: str
    """Column whose value is the area of the mark."""
    used: str
    """Column with the part of it that is taken."""
    largest: float = Field(default=14, ge=4, le=40)
    """Radius of the largest value, pixels."""


class Style(_Written):
    """How a layer is drawn."""

    group: str = "other"
    """Heading of the legend: entry under ``map.groups``."""
    order: int = 50
    """Drawing order; from 30 on above the county's line."""
    visible: bool = True
    """Switched on at first."""
    min_zoom: float = Field(default=0, ge=0, le=24)
    """Not drawn below this zoom."""
    shape: Shape = "circle"
    """Mark of a point."""
    size: float = Field(default=6.0, ge=2, le=20)
    """Half height of the mark, pixels."""
    spread: bool = True
    """Points that share a place are drawn side by side."""
    collapse: int = Field(default=50, ge=0, le=100)
    """Where marks crowd, kinds with a low number turn into a count first; 0 early."""
    column: str | None = None
    """Column whose value chooses the class."""
    classes: dict[str, Look] = Field(default_factory=dict)
    """Looks by value, in the order of the legend."""
    first_on_top: bool = False
    """Where features overlap the first class lies on top, not the last; ``other`` lowest."""
    other: Look = Look(fill="#bbbbbb", stroke="#555555")
    """Look of every other value."""
    label: Label | None = None
    """Names, if any."""
    seat: Seat | None = None
    """Seats of areas, if any."""
    max_zoom: float | None = Field(default=None, ge=0, le=24)
    """Not drawn from this zoom on."""
    flow: Flow | None = None
    """Drawn as arrows."""
    gauge: Gauge | None = None
    """Points drawn by a value."""
    tone: str | None = None
    """Column with a whole number that chooses a colour of the palette."""
    palette: tuple[Colour, ...] = ()
    """Colours that neighbours are told apart by; they mean nothing else."""


@cache
def known_styles() -> dict[str, Style]:
    """Return the styles by name.

    Raises
    ------
    pydantic.ValidationError
        When styles.yaml breaks its schema.
    """
    file = resources.files("platforms.outputs.maps") / "styles.yaml"
    tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {name: Style.model_validate(entry) for name, entry in tree["layers"].items()}


def style_of(name: str) -> Style:
    """Return the style of a layer; one that nobody wrote gets the plain style."""
    styles = known_styles()
    return styles.get(name, styles["plain"])

"""What a city's sample land is grown from.

A recipe is a YAML file in ``recipes/``: the seed, the blocks and where they stand, the
street styles, the industries. Adding a city's sample means adding a recipe, not code.
All words that a reader of the sample will see (names of firms, plots, roads) come from it.
"""

from __future__ import annotations

from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from platforms.errors import UnknownWorkspaceError

__all__ = [
    "Block",
    "Control",
    "Finding",
    "Fringe",
    "Industry",
    "Line",
    "Parks",
    "Point",
    "Recipe",
    "Style",
    "Terrain",
    "Way",
    "load_recipe",
]

Side = Literal["south", "east", "north", "west"]
Range = tuple[float, float]
Share = Annotated[float, Field(ge=0, le=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Style(_Frozen):
    """Street pattern of a block; lengths in metres."""

    length: Range
    """Range of a street cell's length along the block's main direction."""
    depth: Range
    """Range of a street cell's depth (two rows of plots back to back)."""
    frontage: Range
    """Range of a plot's width along its street."""
    street: Range
    """Range of the local streets' reserve."""
    main: float
    """Reserve of the main streets, every second street line."""
    jitter: float
    """How far a street crossing may stray from the regular grid."""
    merge: Share
    """Chance that a plot is joined with a neighbour (wide and L-shaped plots)."""
    coverage: Range
    """Range of the building coefficient aimed at."""
    supplied: tuple[int, int]
    """First and last year in which plots were supplied."""


class Block(_Frozen):
    """One industrial block around a platform's stand-in point."""

    block: str
    """Short name, used in the plots' names."""
    anchor: str
    """place_id in the gazetteer; its accuracy becomes the accuracy of the block."""
    east: float
    """Shift of the block's centre from the anchor, metres."""
    north: float
    """Shift of the block's centre from the anchor, metres."""
    angle: float
    """Main direction, degrees counter-clockwise from east."""
    style: str
    """Name of a street style."""
    grid: tuple[int, int]
    """Columns and rows of street cells."""
    lean: dict[str, float] = {}
    """Factors on the industries' shares, by industry code."""


class Industry(_Frozen):
    """A division of GB/T 4754-2017 and its sample economics."""

    code: str
    name: str
    share: float
    """Weight among all firms."""
    tax: float
    """Tax of an ordinary 规上 firm, 万元 per 亩."""
    intensity: float
    """Energy per value added, tce per 万元."""
    intensive: Share
    """Share of its firms that count as energy-intensive."""


class Point(_Frozen):
    """A point or a stretch that a river or road passes.

    Either a place with a shift, or a side of a block.
    """

    place: str | None = None
    """place_id in the gazetteer."""
    east: float = 0.0
    """Shift from the place, metres."""
    north: float = 0.0
    """Shift from the place, metres."""
    block: str | None = None
    """Short name of a block."""
    side: Side | None = None
    """Side of the block, before it is turned by its angle."""
    inset: float = 0.0
    """How far into the block, metres."""


class Way(_Frozen):
    """The way of a river or of an arterial road."""

    through: list[Point]
    """From one end to the other; a river from the hills to the sea."""
    width: Range
    """Width at both ends, metres."""
    wander: float
    """How far it strays from its way, metres."""


class Fringe(_Frozen):
    """Farmland or redline along one side of a block."""

    kind: Literal["farmland", "redline"]
    block: str
    side: Side
    inset: Range
    """Range in which its edge swings, metres into the block; negative stays outside."""


class Terrain(_Frozen):
    """Synthetic heights."""

    cell_seconds: float
    """Cell size in arc seconds."""
    top: float
    """Height above the plain that the hills tend to, metres."""
    reach: float
    """Distance from the plain over which they rise, metres."""
    redline_above: float
    """The sample redline is drawn around hills above this height, metres."""


class Parks(_Frozen):
    """Sample capacity of the platforms, for relocation."""

    capacity: dict[str, Range]
    """Range of 亩 by the platform's direction; a direction not named gives none."""
    open_to_all: list[str]
    """Directions whose platforms admit every industry."""
    common: list[str]
    """Industry codes from which the others admit some."""


class Finding(_Frozen):
    """What an officer fills in on the spot, yes or no."""

    found: Share
    """Share of the plots in use that have it."""
    empty: Share
    """Share of the plots in use where nobody filled it in."""


class Line(_Frozen):
    """A line round the blocks."""

    outside: list[str] = []
    """Blocks that the line leaves out."""
    open_sides: dict[str, Side] = {}
    """Sides of blocks along which the line runs through the plots."""
    open_m: float = 0.0
    """How deep it runs there, metres."""


class Control(Line):
    """The control line of industrial land, and where land left before it was replaced."""

    early_towns: list[str] = []
    """Towns where land leaves industry before it is replaced."""


class Recipe(_Frozen):
    """Everything that the generator needs to know of a city."""

    seed: int
    crs: str
    """Plane in which the geometry is built (CGCS2000 3-degree zone)."""
    reference_date: str
    accounting_years: list[int]
    names: dict[str, str]
    styles: dict[str, Style]
    blocks: list[Block]
    industries: list[Industry]
    rivers: list[Way]
    arterials: list[Way]
    widened: dict[str, int]
    """Blocks whose main street is to be widened: the street line's number, counted from the
    south, and only where that line is a main street."""
    fringes: list[Fringe]
    terrain: Terrain
    firms: int
    """Rows of the firm table."""
    parks: Parks
    control: Control = Control()
    urban: Line | None = None
    """The urban development boundary, for a city whose rules ask for it."""
    findings: dict[str, Finding] = {}
    """Columns that an officer fills, for a city whose rules ask for them."""


def load_recipe(city: str) -> Recipe:
    """Return a city's recipe.

    Raises
    ------
    UnknownWorkspaceError
        When no recipe has that name.
    """
    folder = resources.files(__package__) / "recipes"
    file = folder / f"{city}.yaml"
    known = sorted(f.name.removesuffix(".yaml") for f in folder.iterdir())
    if city not in known:
        raise UnknownWorkspaceError("sample.no_recipe", city=city, known=known)
    return Recipe.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))

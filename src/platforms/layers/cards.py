"""Cards: what a data file means, written beside it.

A card says which layer a file holds, where it comes from and when, what each column is, in
which unit, and what is allowed in it. A file without a card is not data for us. Everything
here is frozen and refuses keys that it does not know, so that a misspelt key is an error
and not a silence.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from platforms import messages
from platforms.errors import CardError
from platforms.geo.raster.claim import parse_claim
from platforms.layers.written_date import is_written_date
from platforms.layers.yaml_file import read_model, read_yaml

__all__ = ["Card", "Column", "Document", "Plan", "Text", "read_card", "read_plan"]

ColumnType = Literal["string", "integer", "number", "boolean", "date", "category", "list"]
GeometryKind = Literal["point", "place", "line", "polygon", "raster", "none"]


class _Written(BaseModel):
    """Something that people write: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Text(_Written):
    """A text in both languages."""

    zh: str
    """Chinese: what users read."""
    en: str
    """English."""

    def __str__(self) -> str:
        """Return the text in the current language."""
        return self.show()

    def show(self, lang: str | None = None) -> str:
        """Return the text in one language (default: the current one)."""
        return self.en if (lang or messages.language()) == "en" else self.zh


class Column(_Written):
    """One column of a table, or one attribute of a geometry."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Name in the file: lower case, words joined by underscores, the unit last."""
    title: Text
    """Heading that users read."""
    type: ColumnType
    """Type of the values; ``list`` is text joined by semicolons, ``date`` is YYYY[-MM[-DD]]."""
    unit: str | None = None
    """Unit, where the value has one."""
    required: bool = False
    """No cell may be empty."""
    unique: bool = False
    """No value may stand twice."""
    allowed: tuple[str, ...] | None = None
    """The values that a category may take."""
    labels: dict[str, Text] | None = None
    """What users read for each allowed value."""
    minimum: float | None = None
    """Smallest allowed number."""
    maximum: float | None = None
    """Largest allowed number."""
    refers_to: str | None = None
    """``layer.column`` that each value must be found in."""
    source: str | None = None
    """Where the values come from, if not from the card's source."""
    note: Text | str | None = None
    """What a reader should know; a plain text holds for both languages."""

    @model_validator(mode="after")
    def _category_names_its_values(self) -> Column:
        if self.type == "category" and not self.allowed:
            msg = "a category needs its allowed values"
            raise ValueError(msg)
        if self.labels and set(self.labels) - set(self.allowed or ()):
            msg = "labels name values that are not allowed"
            raise ValueError(msg)
        return self

    def label(self, value: object, lang: str | None = None) -> str:
        """Return what users read for one value of a category."""
        text = (self.labels or {}).get(str(value))
        return str(value) if text is None else text.show(lang)


class Card(_Written):
    """The card of one layer."""

    layer: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Name of the layer."""
    file: str = Field(pattern=r"^[^/\\.][^/\\]*$")
    """Data file beside the card; the name alone."""
    title: Text
    """Name that users read."""
    description: Text
    """What the layer holds and what it does not."""
    geometry: GeometryKind
    """``point``: columns lon and lat; ``place``: through place_id into the gazetteer."""
    key: str | None = None
    """Column that names a row; None for a raster."""
    documents: tuple[str, ...] = ()
    """Ids, in plan.yaml, of the documents that the rows come from."""
    source: str
    """Where the data come from."""
    date: str
    """Date of the source."""
    licence: str | None = None
    """Terms of use."""
    sample: bool = False
    """Synthetic: marked wherever it is shown or exported."""
    columns: tuple[Column, ...] = ()
    """The columns, in the order of the file."""

    @model_validator(mode="after")
    def _key_is_a_column(self) -> Card:
        names = [column.name for column in self.columns]
        if len(names) != len(set(names)):
            msg = "a column stands twice"
            raise ValueError(msg)
        if self.geometry != "raster" and self.key not in names:
            msg = f"the key is not a column: {self.key}"
            raise ValueError(msg)
        return self

    def column(self, name: str) -> Column | None:
        """Return a column by name, or None."""
        return next((column for column in self.columns if column.name == name), None)


class Document(_Written):
    """A government document that rows cite."""

    id: str = Field(pattern=r"^[^/\\.][^/\\]*$")
    """Short id that rows carry in ``doc``; its full text is a file of that name."""
    title: str
    """Title, as printed."""
    number: str | None = None
    """Official number (文号); None where the document has none."""
    issuer: str | None = None
    """Who issued it."""
    date: str | None = None
    """Date of issue, YYYY[-MM[-DD]]."""
    region: str | None = None
    """Region that it speaks of."""
    period: str | None = None
    """Years that it plans."""
    note: str | None = None
    """What a reader should know."""

    @field_validator("date")
    @classmethod
    def _exists(cls, date: str | None) -> str | None:
        if date and not is_written_date(date):
            msg = f"there is no such date: {date}"
            raise ValueError(msg)
        return date


class Water(_Written):
    """A name on the sea of the map."""

    name: Text
    """The name."""
    lon: float
    """Longitude of the label, degrees."""
    lat: float
    """Latitude of the label, degrees."""


class RasterClaim(_Written):
    """A limit that is read from a raster layer."""

    layer: str
    """The raster layer."""
    claim: str
    """Which cells are claimed, for example ``slope>25`` or ``value in 3,4``."""
    nodata: Literal["unknown", "none"] = "unknown"
    """What a cell without a value means: unknown, or that nothing is claimed."""

    @field_validator("claim")
    @classmethod
    def _claim_can_be_read(cls, claim: str) -> str:
        return str(parse_claim(claim))


class Plan(_Written):
    """plan.yaml: what a workspace is about."""

    name: Text
    """Name of the county or city."""
    county_code: str = Field(pattern=r"^\d{6}$")
    """Administrative code (GB/T 2260)."""
    crs: str
    """Survey plane for areas and distances, for example EPSG:4528."""
    central_meridian: float
    """Its central meridian in degrees east."""
    assessment_year: int
    """Year that rules are judged for which name none of their own."""
    default_pack: str
    """Rule pack that is used when none is named."""
    constraints: tuple[str, ...] = ()
    """Constraint layers in their order: the first takes a square metre that two claim."""
    raster_limits: dict[str, RasterClaim] = {}
    """Those of the constraints that are written as ``{name: slope, layer: dem, claim:
    "slope>25"}``; filled from that list."""
    areas: Text = Text(zh="乡镇", en="towns")
    """What the areas of the layer ``towns`` are called; in a city of counties, those."""
    waters: tuple[Water, ...] = ()
    """Names on the sea; labels only, no positions of anything."""
    documents: tuple[Document, ...] = ()
    """The documents that rows cite."""

    @model_validator(mode="before")
    @classmethod
    def _raster_limits_stand_in_the_order(cls, written: object) -> object:
        """Take the claims out of the list, and leave their names in their places."""
        if not isinstance(written, dict) or not isinstance(written.get("constraints"), list):
            return written
        claims: dict[str, object] = dict(written.get("raster_limits") or {})
        names = _constraint_names(written["constraints"])
        for name, entry in zip(names, written["constraints"], strict=True):
            if isinstance(entry, dict):
                claims[str(name)] = {key: entry[key] for key in entry if key != "name"}
        if len(names) != len(set(map(str, names))):
            msg = "a constraint stands twice"
            raise ValueError(msg)
        return {**written, "constraints": names, "raster_limits": claims}

    def document(self, doc: str) -> Document | None:
        """Return a document by id, or None."""
        return next((document for document in self.documents if document.id == doc), None)


def read_card(path: Path) -> Card:
    """Read one card.

    Raises
    ------
    CardError
        Names file, line, key and what is allowed.
    """
    return read_model(path, Card)


def read_plan(path: Path) -> Plan:
    """Read plan.yaml.

    Raises
    ------
    CardError
        Names file, line, key and what is allowed.
    """
    file = read_yaml(path)
    written = file.data.get("constraints") if isinstance(file.data, dict) else None
    names = _constraint_names(written) if isinstance(written, list) else []
    for number, name in enumerate(names):
        if name in names[:number]:
            raise CardError(
                "layers.constraint_twice",
                file=path.name,
                line=file.line(("constraints", number)),
                name=name,
                first=file.line(("constraints", names.index(name))),
            )
    return read_model(path, Plan)


def _constraint_names(written: list[object]) -> list[object]:
    """Return the names in a plan's list of constraints, also of those with a claim."""
    return [entry.get("name") if isinstance(entry, dict) else entry for entry in written]

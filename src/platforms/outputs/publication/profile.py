"""Profiles of publication as data: what stays, how fine, which mark, and who says so.

A profile without ``fields`` shows every column, one without ``coordinates`` shows the shapes
as they are. What a profile does not list is removed, never kept by chance.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from platforms import messages
from platforms.errors import InputError
from platforms.layers.yaml_file import read_model

__all__ = [
    "Contiguous",
    "Coordinates",
    "Fields",
    "Mark",
    "Profile",
    "Prone",
    "PublicationRules",
    "profile_of",
    "publication_titles",
    "read_publication",
]


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Sourced(_Written):
    source: str = Field(min_length=1)
    """Where the rule comes from."""
    confidence: Literal["H", "M", "L"]
    """H its text was seen, M secondary, L from memory or own judgement."""


class Mark(_Sourced):
    """What the map must carry."""

    value: Literal["internal", "review_number"]
    """内部资料, or the slot of the 审图号."""


class Fields(_Sourced):
    """Which columns stay."""

    every: tuple[str, ...] = ()
    """Columns that stay in every layer that is listed."""
    layers: Mapping[str, tuple[str, ...]]
    """Columns that stay, by layer; a layer that is not listed leaves the map."""


class Coordinates(_Sourced):
    """How fine shapes are drawn."""

    decimals: int = Field(ge=2, le=6)
    """Decimals of a degree that stay."""
    tolerance_m: float = Field(ge=0, le=1000)
    """Detailed outlines are thinned by so many metres."""


class Contiguous(_Sourced):
    """How much detailed ground may lie together."""

    limit_km2: float = Field(gt=0)
    """Largest contiguous coverage, km², that needs no warning."""
    accuracy_m: float = Field(ge=0)
    """Areas whose accuracy is so many metres or better, or unknown, are detailed."""
    gap_m: float = Field(ge=0, le=1000)
    """Features that are so near, metres, cover the ground together."""
    count_sample: bool = False
    """Whether synthetic features count."""


class Prone(_Sourced):
    """Words in the name, title or columns of a layer that ask for a look."""

    id: str = Field(pattern=r"^[a-z_]+$")
    words: tuple[str, ...] = Field(min_length=1)


class Profile(_Written):
    """Who sees what."""

    title: Mapping[Literal["zh_CN", "en"], str]
    mark: Mark
    fields: Fields | None = None
    coordinates: Coordinates | None = None
    contiguous: Contiguous | None = None
    prone: tuple[Prone, ...] = ()

    def name(self, lang: str | None = None) -> str:
        """Return what readers call the profile."""
        wanted = lang or messages.language()
        return self.title.get(wanted) or next(iter(self.title.values()), "")  # type: ignore[call-overload]

    def keeps_layer(self, layer: str) -> bool:
        """Say whether a layer stays; the boundaries of a layer go with it."""
        return self.fields is None or self._entry(layer) is not None

    def keeps(self, layer: str, column: str) -> bool:
        """Say whether a column of a layer stays."""
        if self.fields is None:
            return True
        own = self._entry(layer)
        if own is None:
            return False
        return any(fnmatchcase(column, pattern) for pattern in (*own, *self.fields.every))

    def _entry(self, layer: str) -> Sequence[str] | None:
        if self.fields is None:
            return ("*",)
        return self.fields.layers.get(layer, self.fields.layers.get(layer.removesuffix("_areas")))


class PublicationRules(_Written):
    """All profiles of one file."""

    date: str
    profiles: Mapping[str, Profile] = Field(min_length=1)


@cache
def _shipped() -> PublicationRules:
    file = resources.files("platforms.outputs.publication") / "profiles.yaml"
    with resources.as_file(file) as path:
        return read_model(path, PublicationRules)


def read_publication(path: str | os.PathLike[str] | None = None) -> PublicationRules:
    """Return the profiles of publication.

    Parameters
    ----------
    path
        A YAML file of the user's own with the keys of the shipped one, which it replaces;
        None for those that come with the product.

    Raises
    ------
    CardError
        Names file, line and key, and what is allowed there.
    """
    return _shipped() if path is None else read_model(Path(path), PublicationRules)


def profile_of(name: str, rules: PublicationRules | None = None) -> Profile:
    """Return a profile by its name.

    Raises
    ------
    InputError
        When there is none of that name; lists those that there are.
    """
    known = (rules or _shipped()).profiles
    if name not in known:
        raise InputError("publication.unknown_profile", name=name, allowed=[*known])
    return known[name]


def publication_titles(
    rules: PublicationRules | None = None, *, lang: str | None = None
) -> dict[str, str]:
    """Return what readers call each profile, by its name, the first first."""
    return {name: one.name(lang) for name, one in (rules or _shipped()).profiles.items()}

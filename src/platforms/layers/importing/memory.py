"""Mappings that are remembered: how a header that came once is read when it comes again.

They stand in the workspace (``layers/imports/<layer>.yaml``), one entry a header, known by a
signature of its names; people may read and change them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from platforms import messages
from platforms.geo.write import atomic_path
from platforms.layers.firm_columns import plain
from platforms.layers.yaml_file import read_model

__all__ = ["Remembered", "is_shipped", "known_mappings", "mapping_of", "remember", "signature"]

_HEAD = "# 导入时记住的列对应关系；可以修改或删除。 Mappings remembered by an import.\n"


class Remembered(BaseModel):
    """How one header is read."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    signature: str = Field(pattern=r"^[0-9a-f]{16}$")
    """Of the header."""
    header: tuple[str, ...]
    """The names of the file's columns, for people."""
    columns: dict[str, str] = {}
    """Name in the file to the card's column; an empty one is not used."""
    units: dict[str, str] = {}
    """Name in the file to its unit."""
    words: dict[str, dict[str, str]] = {}
    """Column of the card to words of the file and their values."""
    fixed: dict[str, str] = {}
    """Column of the card to the value of every row."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    mappings: tuple[Remembered, ...] = ()


def signature(names: Sequence[str]) -> str:
    """Return what a header is known by: the same for other blanks, widths and case."""
    folded = "\n".join(plain(name) for name in names)
    return hashlib.sha256(folded.encode()).hexdigest()[:16]


def is_shipped(layers_dir: Path) -> bool:
    """Say whether a city came with the product: the next version would write over it."""
    package = Path(messages.__file__).resolve().parent
    shipped = {package / "workspace", package.parents[1] / "layers"}
    return not shipped.isdisjoint(layers_dir.resolve().parents)


def _place(layers_dir: Path, layer: str) -> Path:
    return layers_dir / "imports" / f"{layer}.yaml"


def known_mappings(layers_dir: Path, layer: str) -> tuple[Remembered, ...]:
    """Return what is remembered for a layer.

    Raises
    ------
    CardError
        When the file is there and is no such file; names line and key.
    """
    place = _place(layers_dir, layer)
    return read_model(place, _File).mappings if place.is_file() else ()


def mapping_of(known: Sequence[Remembered], header: Sequence[str]) -> Remembered | None:
    """Return the mapping of a header, None where it is new."""
    sign = signature(header)
    return next((one for one in known if one.signature == sign), None)


def remember(layers_dir: Path, layer: str, mapping: Remembered) -> Path:
    """Keep a mapping in the place of an earlier one of the same header.

    Raises
    ------
    CardError, OutputError
        When what is there cannot be read, or the file cannot be written.
    """
    kept = [m for m in known_mappings(layers_dir, layer) if m.signature != mapping.signature]
    entries = [_plain(one) for one in (*kept, mapping)]
    text = yaml.safe_dump({"mappings": entries}, allow_unicode=True, sort_keys=False, width=100)
    place = _place(layers_dir, layer)
    with atomic_path(place) as path:
        path.write_text(_HEAD + text, encoding="utf-8")
    return place


def _plain(mapping: Remembered) -> Mapping[str, object]:
    told = mapping.model_dump()
    return {key: list(v) if isinstance(v, tuple) else v for key, v in told.items() if v}

"""YAML that people write: read it, and know the line of each key.

Cards, plans and rule packs are written by hand. When one is wrong, the message names the
file and the line, so a reader keeps the positions beside the values. Keys that stand twice
are refused: the second would silently win. So are references to another place of the file
(``*name``), which can stand for more than any memory holds, and files that are larger, or
nested deeper, than people write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from platforms.errors import CardError

__all__ = ["YamlFile", "read_model", "read_yaml"]

Loc = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BYTES = 4_000_000
_NODES = 250_000
_DEPTH = 100
_YAML_TAG = "tag:yaml.org,2002:"
_TAG_CHARS = 80
_NUMBERS = {f"{_YAML_TAG}int", f"{_YAML_TAG}float"}
# to YAML 010 is 8, 1:30 is 90 and 1_0 is 10
_NOT_AS_READ = re.compile(r"[-+]?0[0-9xb].*|.*[:_].*", re.IGNORECASE)
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]*(e[-+]?[0-9]+)?", re.IGNORECASE)


@dataclass(frozen=True)
class YamlFile:
    """A parsed file.

    Attributes
    ----------
    path
        The file.
    data
        Its content: mapping, list or scalar.
    lines
        Line (1-based) of each key and item, by its path inside the file.
    """

    path: Path
    data: object
    lines: Mapping[Loc, int]

    def line(self, loc: Sequence[str | int]) -> int:
        """Return the line of a place, or of the nearest place above it."""
        place = tuple(loc)
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(path: Path) -> YamlFile:
    """Read one YAML file with the lines of its keys.

    Raises
    ------
    CardError
        When the file is missing, not UTF-8, not YAML, or has a key twice; when it is too
        large, nested too deep, has a tag (``!name``), refers to another place of itself, or
        has a number that YAML takes for another one than people do.
    """
    try:
        if path.stat().st_size > _BYTES:
            raise CardError("layers.yaml_large", file=path.name, allowed=_BYTES // 1_000_000)
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CardError("layers.file_missing", file=path.name, folder=path.parent.name) from None
    except (OSError, UnicodeDecodeError):
        raise CardError("layers.file_unreadable", file=path.name) from None
    try:
        _bounded(text, path)
        loader = _LOADER(text)
        node = loader.get_single_node()
        lines: dict[Loc, int] = {}
        if node is not None:
            _walk(node, (), lines, path)
        data = None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = str(getattr(error, "problem", None) or type(error).__name__)
        if mark is not None and "cannot start any token" in problem:
            sign = text.splitlines()[mark.line][mark.column : mark.column + 1]
            key = "yaml_tab" if sign == "\t" else "yaml_sign"
            raise CardError(f"layers.{key}", file=path.name, line=line, sign=sign) from None
        raise CardError("layers.yaml_broken", file=path.name, line=line, problem=problem) from None
    except CardError:
        raise
    except ValueError as error:
        # a date that is none (2022-13-40)
        raise CardError("layers.yaml_value", file=path.name, problem=str(error)) from None
    return YamlFile(path, data, lines)


def _bounded(text: str, path: Path) -> None:
    """Refuse what would cost too much, before anything is made of it."""
    depth = count = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = 1 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise CardError("layers.yaml_alias", file=path.name, line=line, name=event.anchor)
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.NodeEvent):
            _refuse_tag(event, line, path)
            count += 1
            depth += isinstance(event, yaml.CollectionStartEvent)
        if depth > _DEPTH:
            raise CardError("layers.yaml_deep", file=path.name, line=line, allowed=_DEPTH)
        if count > _NODES:
            raise CardError("layers.yaml_many", file=path.name, line=line, allowed=_NODES)


def _refuse_tag(event: yaml.NodeEvent, line: int, path: Path) -> None:
    """Refuse a value that asks for a type of its own: some programs run what such a tag names."""
    tag = getattr(event, "tag", None)
    if tag is not None and tag != "!" and tag not in yaml.SafeLoader.yaml_constructors:
        shown = tag.replace(_YAML_TAG, "!!", 1)
        raise CardError("layers.yaml_tag", file=path.name, line=line, tag=shown[:_TAG_CHARS])


def _walk(node: yaml.Node, loc: Loc, lines: dict[Loc, int], path: Path) -> None:
    lines.setdefault(loc, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.tag == f"{_YAML_TAG}merge":
                line = key.start_mark.line + 1
                raise CardError("layers.yaml_merge", file=path.name, line=line)
            _refuse_number(key, path)
            place = (*loc, key.value)
            if place in lines:
                raise CardError(
                    "layers.key_twice",
                    file=path.name,
                    line=key.start_mark.line + 1,
                    key=key.value,
                )
            lines[place] = key.start_mark.line + 1
            _walk(value, place, lines, path)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _walk(item, (*loc, number), lines, path)
    else:
        _refuse_number(node, path)


def _refuse_number(node: yaml.Node, path: Path) -> None:
    """Refuse a number that YAML reads in base eight, two, sixteen or sixty, or without its `_`."""
    written = str(node.value)
    if node.tag not in _NUMBERS or _DECIMAL.fullmatch(written):
        return
    if _NOT_AS_READ.fullmatch(written):
        line = node.start_mark.line + 1
        raise CardError("layers.yaml_number", file=path.name, line=line, text=written[:_TAG_CHARS])


def read_model(path: Path, model: type[Model]) -> Model:
    """Read a YAML file into a model.

    Raises
    ------
    CardError
        Names file, line and key, and what is allowed there.
    """
    file = read_yaml(path)
    if file.data is None:
        raise CardError("layers.yaml_empty", file=path.name, allowed=sorted(model.model_fields))
    if not isinstance(file.data, dict):
        raise CardError("layers.not_a_mapping", file=path.name, allowed=sorted(model.model_fields))
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        loc = first["loc"]
        allowed = _allowed(model, loc)
        key = ".".join(str(part) for part in loc)
        if first["type"] == "extra_forbidden":
            raise CardError(
                "layers.key_unknown",
                file=path.name,
                line=file.line(loc),
                key=key,
                allowed=allowed,
            ) from None
        if first["type"] == "missing":
            raise CardError(
                "layers.key_missing", file=path.name, line=file.line(loc[:-1]), key=key
            ) from None
        raise CardError(
            "layers.value_wrong",
            file=path.name,
            line=file.line(loc),
            key=key,
            problem=first["msg"],
        ) from None


def _allowed(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """Return the keys that the model has at the parent of a place."""
    current: type[BaseModel] | None = model
    for part in loc[:-1]:
        if isinstance(part, int) or current is None:
            continue
        field = current.model_fields.get(part)
        current = None if field is None else _inner_model(field.annotation)
    return sorted(current.model_fields) if current is not None else []


def _inner_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _inner_model(inner)
        if found is not None:
            return found
    return None

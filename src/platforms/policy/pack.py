"""Read rule packs and refuse those that cannot be right.

The schema knows which keys there are; here the pack is checked against itself: each name
exists, each unit fits, each year is given once, nothing goes in a circle, and nothing is
cited from a document that the workspace does not have. A fault names file, line and key,
and what is allowed there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError

from platforms.errors import CardError, RuleError
from platforms.layers.yaml_file import YamlFile, read_yaml
from platforms.policy.check import Fault, faults
from platforms.policy.conditions import OPERATORS, Expression
from platforms.policy.schema import Pack

__all__ = ["load_pack", "load_packs"]

Loc = tuple[str | int, ...]


def load_pack(path: Path, *, documents: Collection[str] | None = None) -> Pack:
    """Read one rule pack.

    Parameters
    ----------
    path
        The YAML file.
    documents
        Ids that may be cited (those of plan.yaml) beside the pack's own documents; None
        leaves that unchecked.

    Returns
    -------
    pack
        Checked and frozen.

    Raises
    ------
    RuleError
        For the first fault in the order of the file; ``fields["others"]`` has the rest.
    """
    try:
        file = read_yaml(path)
    except CardError as error:
        raise RuleError(error.key, **error.fields) from None
    if not isinstance(file.data, dict):
        raise RuleError("layers.not_a_mapping", file=path.name, allowed=sorted(Pack.model_fields))
    try:
        pack = Pack.model_validate(file.data)
    except ValidationError as error:
        _refuse(file, list(_schema_faults(error)))
        raise
    _refuse(file, list(faults(pack, documents)))
    return pack


def load_packs(
    folder: Path,
    *,
    documents: Collection[str] | None = None,
    taken: Collection[str] = (),
) -> dict[str, Pack]:
    """Read every pack of a folder, by pack id.

    Parameters
    ----------
    folder
        Folder with one YAML file a pack; none, if it is not there.
    documents
        As for ``load_pack``.
    taken
        Ids that packs elsewhere carry.

    Raises
    ------
    RuleError
        As ``load_pack``, and for an id that two files carry.
    """
    packs: dict[str, Pack] = {}
    for path in sorted(folder.glob("*.yaml")):
        pack = load_pack(path, documents=documents)
        if pack.pack in packs or pack.pack in taken:
            raise RuleError("policy.pack_twice", file=path.name, name=pack.pack)
        packs[pack.pack] = pack
    return packs


def _refuse(file: YamlFile, found: Sequence[Fault]) -> None:
    if not found:
        return
    errors = []
    for loc, key, fields in found:
        place = _place(file, loc)
        named = {
            "file": file.path.name,
            "line": file.line(place),
            "key": ".".join(map(str, place)) or "-",
            **fields,
        }
        errors.append(RuleError(key, **named))
    errors.sort(key=lambda e: int(str(e.fields["line"])))
    first = errors[0]
    first.fields["others"] = tuple(errors[1:])
    raise first


def _place(file: YamlFile, loc: Loc) -> Loc:
    """Return the path in the file: a union leaves names in the path that the file has not."""
    place: Loc = ()
    for part in loc:
        if (*place, part) in file.lines:
            place = (*place, part)
    return place


def _schema_faults(error: ValidationError) -> Iterator[Fault]:
    for row in error.errors(include_url=False):
        loc = row["loc"]
        # the path names the key of a value, and the parent of what is absent
        match row["type"]:
            case "extra_forbidden":
                yield loc, "policy.key_unknown", {"name": loc[-1], "allowed": _keys(loc[:-1])}
            case "missing":
                yield loc[:-1], "policy.key_missing", {"name": loc[-1]}
            case "union_tag_not_found" | "union_tag_invalid":
                yield loc, "policy.operator_unknown", {"allowed": list(OPERATORS)}
            case _:
                yield loc, "policy.value_wrong", {"problem": row["msg"]}


def _keys(loc: Loc) -> list[str]:
    """Return the keys that may stand at a place."""
    current: type[BaseModel] | None = Pack
    for part in loc:
        if isinstance(part, int):
            continue
        fields = {} if current is None else _fields(current)
        if part in fields:
            inner = _models(fields[part])
            # a condition can be many things; the operator that follows says which
            current = inner[0] if len(inner) == 1 else None
        elif current is None and part in OPERATORS:
            current = _BY_OPERATOR[part]
    return [] if current is None else list(_fields(current))


def _fields(model: type[BaseModel]) -> dict[str, object]:
    """Return the keys of a model as people write them, and what may stand there."""
    return {f.alias or name: f.annotation for name, f in model.model_fields.items()}


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models(inner)]


_BY_OPERATOR = {next(iter(_fields(model))): model for model in _models(Expression)}

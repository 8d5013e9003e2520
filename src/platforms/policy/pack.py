"""Read rule packs and score packs and refuse those that cannot be right.

The schema knows which keys there are; here the pack is checked against itself: each name
exists, each unit fits, each year is given once, nothing goes in a circle, and nothing is
cited from a document that the workspace does not have. A fault names file, line and key,
and what is allowed there. Both kinds lie in one folder; ``kind: score`` tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError

from platforms.errors import CardError, RuleError
from platforms.layers.yaml_file import YamlFile, read_yaml
from platforms.policy.check import Fault, faults
from platforms.policy.check_scores import score_faults
from platforms.policy.conditions import OPERATORS, Expression
from platforms.policy.schema import Pack
from platforms.policy.score_schema import ScorePack

__all__ = ["load_pack", "load_packs", "load_score", "load_scores"]

Loc = tuple[str | int, ...]
AnyPack = TypeVar("AnyPack", Pack, ScorePack)


def load_pack(
    path: Path, *, documents: Collection[str] | None = None, year: int | None = None
) -> Pack:
    """Read one rule pack.

    Parameters
    ----------
    path
        The YAML file.
    documents
        Ids that may be cited (those of plan.yaml) beside the pack's own documents; None
        leaves that unchecked.
    year
        Year that is judged for where the pack names none (that of plan.yaml).

    Returns
    -------
    pack
        Checked and frozen.

    Raises
    ------
    RuleError
        For the first fault in the order of the file; ``fields["others"]`` has the rest.
    """
    return _checked(_dated(_read(path), year), Pack, lambda pack: faults(pack, documents))


def load_score(path: Path, *, documents: Collection[str] | None = None) -> ScorePack:
    """Read one score pack; as ``load_pack``.

    Raises
    ------
    RuleError
        As ``load_pack``.
    """
    return _checked(_read(path), ScorePack, lambda pack: score_faults(pack, documents))


def load_packs(
    folder: Path,
    *,
    documents: Collection[str] | None = None,
    taken: Collection[str] = (),
    year: int | None = None,
) -> dict[str, Pack]:
    """Read every rule pack of a folder, by pack id; score packs are left out.

    Parameters
    ----------
    folder
        Folder with one YAML file a pack; none, if it is not there.
    documents
        As for ``load_pack``.
    taken
        Ids that packs elsewhere carry.
    year
        As for ``load_pack``.

    Raises
    ------
    RuleError
        As ``load_pack``, and for an id that two files carry.
    """
    files = [_dated(file, year) for file in _files(folder) if not _scores(file)]
    read = (_checked(file, Pack, lambda pack: faults(pack, documents)) for file in files)
    return _by_id(zip(files, read, strict=True), taken)


def load_scores(
    folder: Path,
    *,
    documents: Collection[str] | None = None,
    taken: Collection[str] = (),
) -> dict[str, ScorePack]:
    """Read every score pack of a folder, by pack id; as ``load_packs``.

    Raises
    ------
    RuleError
        As ``load_packs``.
    """
    files = [file for file in _files(folder) if _scores(file)]
    read = (_checked(file, ScorePack, lambda pack: score_faults(pack, documents)) for file in files)
    return _by_id(zip(files, read, strict=True), taken)


def _by_id(read: Iterable[tuple[YamlFile, AnyPack]], taken: Collection[str]) -> dict[str, AnyPack]:
    packs: dict[str, AnyPack] = {}
    for file, pack in read:
        if pack.pack in packs or pack.pack in taken:
            raise RuleError("policy.pack_twice", file=file.path.name, name=pack.pack)
        packs[pack.pack] = pack
    return packs


def _files(folder: Path) -> list[YamlFile]:
    return [_read(path) for path in sorted(folder.glob("*.yaml"))]


def _dated(file: YamlFile, year: int | None) -> YamlFile:
    """Return a pack with the year that is judged for, where it names none itself."""
    if year is None or not isinstance(file.data, dict) or "assessment_year" in file.data:
        return file
    return replace(file, data=file.data | {"assessment_year": year})


def _scores(file: YamlFile) -> bool:
    return isinstance(file.data, dict) and file.data.get("kind") == "score"


def _read(path: Path) -> YamlFile:
    try:
        return read_yaml(path)
    except CardError as error:
        raise RuleError(error.key, **error.fields) from None


def _checked(
    file: YamlFile, model: type[AnyPack], find: Callable[[AnyPack], Iterable[Fault]]
) -> AnyPack:
    if not isinstance(file.data, dict):
        allowed = sorted(model.model_fields)
        raise RuleError("layers.not_a_mapping", file=file.path.name, allowed=allowed)
    try:
        pack = model.model_validate(file.data)
    except ValidationError as error:
        _refuse(file, list(_schema_faults(error, model)))
        raise
    _refuse(file, list(find(pack)))
    return pack


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


def _schema_faults(error: ValidationError, model: type[BaseModel]) -> Iterator[Fault]:
    for row in error.errors(include_url=False):
        loc = row["loc"]
        # the path names the key of a value, and the parent of what is absent
        match row["type"]:
            case "extra_forbidden":
                yield (
                    loc,
                    "policy.key_unknown",
                    {"name": loc[-1], "allowed": _keys(model, loc[:-1])},
                )
            case "missing":
                yield loc[:-1], "policy.key_missing", {"name": loc[-1]}
            case "union_tag_not_found" | "union_tag_invalid":
                yield loc, "policy.operator_unknown", {"allowed": list(OPERATORS)}
            case _:
                yield loc, "policy.value_wrong", {"problem": row["msg"]}


def _keys(model: type[BaseModel], loc: Loc) -> list[str]:
    """Return the keys that may stand at a place."""
    current: type[BaseModel] | None = model
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

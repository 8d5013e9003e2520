"""Trees made wrong, and written again as trees: JSON, YAML and XML."""

from __future__ import annotations

import copy
import json
import random
from xml.etree import ElementTree as ET

import yaml
from byte_mutants import NUMBERS, TEXT

_TREE = [
    None, True, False, 0, -1, 2**63, 1e308, -1e-320, float("nan"), float("inf"), "", " ", "x" * 5000,
    "NaN", "１２", "{0} {name}", "\x00", "\ud800", [], {}, [[]], [None], {"": None}, "2020-13-01", "<b>",
]  # fmt: skip


def _nodes(tree: object) -> list[tuple[object, object]]:
    """Return each container with each of its keys."""
    found: list[tuple[object, object]] = []
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        entries = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()  # fmt: skip
        for key, value in entries:
            found.append((one, key))
            waiting.append(value)
    return found


def _tree(tree: object, rng: random.Random) -> object:
    found = _nodes(tree)
    if not found:
        return rng.choice(_TREE)
    holder, key = rng.choice(found)
    other, there = rng.choice(found)
    match rng.randrange(6):
        case 0:
            del holder[key]  # type: ignore[attr-defined]
        case 1 if isinstance(holder, list):
            holder.insert(rng.randrange(len(holder) + 1), copy.deepcopy(holder[key]))  # type: ignore[call-overload]
        case 2:
            holder[key] = copy.deepcopy(other[there])  # type: ignore[index]
        case 3 if isinstance(holder, dict):
            holder[rng.choice(("x", "", "type", "id", str(key) + " "))] = holder.pop(key)
        case 4 if isinstance(holder[key], (int, float)):  # type: ignore[index]
            holder[key] *= rng.choice((-1, 0, 2, 1e6, 1.0000001))  # type: ignore[index]
        case _:
            holder[key] = rng.choice(_TREE)  # type: ignore[index]
    return tree


def of_json(data: bytes, rng: random.Random) -> bytes:
    """Change the tree of a JSON text."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return rng.choice(TEXT)(data, rng)
    return json.dumps(_tree(tree, rng), ensure_ascii=True).encode()


def of_yaml(data: bytes, rng: random.Random) -> bytes:
    """Change the tree of a YAML text."""
    try:
        tree = yaml.safe_load(data.decode())
        return yaml.safe_dump(_tree(tree, rng), allow_unicode=True).encode()
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        return rng.choice(TEXT)(data, rng)


def of_xml(data: bytes, rng: random.Random) -> bytes:
    """Change the tree of an XML text."""
    try:
        root = ET.fromstring(data)  # noqa: S314 our own file
    except (ET.ParseError, ValueError, LookupError):
        return rng.choice(TEXT)(data, rng)
    holders = [one for one in root.iter() if len(one)]
    every = list(root.iter())
    one = rng.choice(every)
    match rng.randrange(6):
        case 0 if holders:
            holder = rng.choice(holders)
            holder.remove(rng.choice(list(holder)))
        case 1 if holders:
            holder = rng.choice(holders)
            holder.append(copy.deepcopy(rng.choice(list(holder))))
        case 2 if one.attrib:
            one.set(rng.choice(list(one.attrib)), rng.choice(NUMBERS).decode())
        case 3:
            one.tag = rng.choice(every).tag
        case 4:
            one.append(copy.deepcopy(rng.choice(every)) if len(every) < 500 else ET.Element("x"))
        case _:
            one.text = rng.choice(NUMBERS).decode()
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)

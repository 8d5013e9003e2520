"""What our own validators say passes through pydantic and still reaches users in their language."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from platforms import messages

SOURCE = Path(messages.__file__).parent
_VALIDATORS = {"model_validator", "field_validator"}


def _validates(function: ast.FunctionDef) -> bool:
    calls = [d.func if isinstance(d, ast.Call) else d for d in function.decorator_list]
    return any(isinstance(c, ast.Name) and c.id in _VALIDATORS for c in calls)


def _sentence(node: ast.expr) -> str:
    """Return a text with ``X`` where a value is put in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(v.value if isinstance(v, ast.Constant) else "X" for v in node.values)
    return str(ast.literal_eval(node))


def _sentences() -> list[str]:
    found = []
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if not any(word in text for word in _VALIDATORS):
            continue
        for function in ast.walk(ast.parse(text)):
            if not (isinstance(function, ast.FunctionDef) and _validates(function)):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "msg":
                    found.append(_sentence(node.value))
                call = node.exc if isinstance(node, ast.Raise) else None
                if isinstance(call, ast.Call) and not isinstance(call.args[0], ast.Name):
                    found.append(_sentence(call.args[0]))
    return found


SENTENCES = _sentences()


def test_there_are_validators():
    assert "a category needs its allowed values" in SENTENCES


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_validators_sentence_is_said_in_chinese(sentence):
    told = messages.text(
        "layers.value_wrong", "zh_CN", file="a", line=1, key="b", problem=f"Value error, {sentence}"
    )
    english = re.findall(r"[A-Za-z]{2,}", told)
    # names of fields stay as they are written in the file
    assert set(english) <= {"readings", "reading", "value", "source", "allowed", "up_to", "labels",
                            "key", "convert", "ratio", "sum", "up", "to"}, told  # fmt: skip

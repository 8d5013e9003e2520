"""The commands of the schema with calls that are good, and awkward values for each option.

What a command has is asked of the command itself; what it needs to run at all stands here.
`{name}` in a word is a thing of the table's workspace (see ``Ground``).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import click
import yaml

from platforms.cli.main import _platforms

GOOD: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "command_calls.yaml").read_text("utf-8")
)
# no scheduler runs here, and what an import writes is the workspace itself
NOT_HERE = {"run --scheduler", "import --write"}

# the tests start no server, and have no whole document
NEVER_DONE = {"documents check", "store start", "store stop"}

_LONG = 10
_NUMBERS = ("", " ", "-1", "0", "nan", "inf", "-inf", "1e999", "99999999999999999999", "1.5", "１２", "1_0", "0x10", "x", "1,5")  # fmt: skip
_TEXTS = (
    "", " ", "\t\n", "=1+1", "a=b", "a=b=c", "=", ",", "..", "{0} {name}", "%s", "<b>&amp;", "长" * 3000,
    "\u202eabc", "\x1b[31m", "-1", "nan", "１２", "../../etc/passwd", "CSV:/etc/passwd", "a\nb", "\udce9",
    "postgresql://", "http://127.0.0.1:1/", "store:", "{missing}", "{empty}",
)  # fmt: skip
_FILES = (
    "", " ", "{missing}", "{folder}", "{empty}", "{text}", "/dev/null", "{fifo}", "{plots}", "{broken}",
    "{missing}/deeper/a.gpkg", "a\nb.csv", "x" * 300, "-", "~", "\udce9.csv", "{plots}/a.gpkg", "{out}/a.exe",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Option:
    """An option or argument of a command."""

    command: str
    name: str
    param: click.Parameter

    @property
    def flag(self) -> bool:
        return bool(getattr(self.param, "is_flag", False))

    def awkward(self) -> tuple[str, ...]:
        """Return what is no honest value of it, or hardly one."""
        kind = self.param.type
        if self.flag:
            return ("x",)
        if isinstance(kind, click.Path):
            return _FILES
        if isinstance(kind, click.Choice):
            return ("", "x", str(kind.choices[0]).swapcase() + "x", *_TEXTS[3:6])
        numbers = (click.types.IntParamType, click.types.FloatParamType)
        if isinstance(kind, numbers) or kind.name == "number":
            # a search that may take for ever is not wrong, only long
            return tuple(n for n in _NUMBERS if self.name != "--seconds" or len(n) < _LONG)
        if isinstance(kind, click.DateTime):
            return ("", "2020-13-01", "2020", "0000-00-00", "２０２０-01-01", "nan", "99999-01-01")
        return _TEXTS


def commands() -> dict[str, click.Command]:
    """Return every command of the program by its words."""
    found: dict[str, click.Command] = {}

    def walk(command: click.Command, words: tuple[str, ...]) -> None:
        if isinstance(command, click.Group):
            for name in command.list_commands(click.Context(command)):
                inner = command.get_command(click.Context(command), name)
                walk(inner, (*words, name))
        else:
            found[" ".join(words)] = command

    walk(_platforms, ())
    return found


def options(command: str) -> Iterator[Option]:
    """Return all that a command can be given."""
    for param in commands()[command].params:
        argument = isinstance(param, click.Argument)
        yield Option(command, param.name if argument else max(param.opts, key=len), param)


def used(words: list[str], command: str) -> set[str]:
    """Return the names of the options and arguments that a call uses."""
    made = commands()[command]
    parsed = made.make_parser(click.Context(made)).parse_args(args=list(words))[0]
    by_name = {one.param.name: one.name for one in options(command)}
    given = {
        name for name, value in parsed.items() if value not in (None, ()) and not _unset(value)
    }
    found = {by_name[name] for name in given if name in by_name}
    # two options can fill one parameter
    return found | {word for word in words if word.startswith("--")}


def _unset(value: object) -> bool:
    return type(value).__name__ == "Sentinel"


def with_value(words: list[str], option: Option, value: str) -> list[str]:
    """Return a call with one of its values replaced, or put to its end."""
    param = option.param
    if option.flag:
        return [*words, f"{option.name}={value}"]
    if isinstance(param, click.Option):
        out, skip = [], False
        for word in words:
            if skip:
                skip = False
            elif word in param.opts and not param.multiple:
                skip = True
            else:
                out.append(word)
        return [
            *out,
            f"{option.name}={value}" if option.name.startswith("--") else option.name,
            *([] if option.name.startswith("--") else [value]),
        ]
    arguments = [
        one for one in commands()[option.command].params if isinstance(one, click.Argument)
    ]
    at = arguments.index(param)
    taken = [i for i, word in enumerate(words) if _positional(words, i, option.command)]
    if at < len(taken):
        return [*words[: taken[at]], value, *words[taken[at] + 1 :]]
    return [*words, value]


def _positional(words: list[str], at: int, command: str) -> bool:
    if words[at].startswith("-") and words[at] != "-":
        return False
    before = words[at - 1] if at else ""
    for param in commands()[command].params:
        if isinstance(param, click.Option) and before in (*param.opts, *param.secondary_opts):
            return bool(param.is_flag)
    return True

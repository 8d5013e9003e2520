"""The command ``platforms`` and its guard: no traceback reaches a user.

Exit status: 0 good, 1 the data have faults or the job could not be done, 2 wrong usage.
"""

from __future__ import annotations

import atexit
import errno
import gc
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import click

from platforms import messages
from platforms.cli.misuse import said
from platforms.cli.options import Group, echo_error
from platforms.errors import PlatformsError
from platforms.version import VERSION

__all__ = ["main"]

# a command holds what it read until it ends, and looking through 100,000 shapes for rings of
# garbage costs more than measuring them; memory that a command could leak stays bounded
_NEW_OBJECTS = 1_000_000
# nor is a process that ends to be looked through: its memory goes as a whole
atexit.register(gc.freeze)

# what is said of a library, and of a thread, for which there is no room
_NO_MEMORY = ("failed to map segment", "cannot allocate memory", "can't start new thread")

# each command is a module of the same name; it is loaded when it is called or listed
_COMMANDS = (
    "assess",
    "assign",
    "check",
    "documents",
    "export",
    "import",
    "init",
    "ledger",
    "map",
    "measure",
    "plots",
    "portfolio",
    "positions",
    "reclaim",
    "relocate",
    "run",
    "scenario",
    "serve",
    "site",
    "store",
    "targets",
)
# a word of the language cannot be a module's name
_MODULES = {"import": "importing"}


class _Commands(Group):
    """Loads a command's module only when it is needed, so that help is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        return [name for name in _COMMANDS if _exists(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS or not _exists(cmd_name):
            return None
        command: click.Command = import_module(_module(cmd_name)).command
        return command


def _module(name: str) -> str:
    return f"platforms.cli.{_MODULES.get(name, name)}"


def _exists(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(_module(name)) is not None


@click.command(
    cls=_Commands,
    help=messages.text("cli.help"),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(
    VERSION, "--version", message="platforms %(version)s", help=messages.text("cli.version")
)
def _platforms() -> None:
    pass


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    arguments
        Words after ``platforms``; default those of the process.
    """
    often = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS, *often[1:])
    try:
        with _ended_like_ctrl_c(), _said_on():
            status = _platforms.main(args=arguments, prog_name="platforms", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        # its message is the whole help, no fault of a word
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        echo_error(_misused(error))
        return error.exit_code
    except BrokenPipeError:
        # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        # between the command and click's own guard
        echo_error(messages.text("cli.stopped"))
        return 1
    except Exception as error:  # noqa: BLE001 the last guard
        echo_error(_explained(error))
        return 1
    finally:
        gc.set_threshold(*often)
    return status if isinstance(status, int) else 0


class _Said(logging.Handler):
    """Says to the user what a room notes."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(record.getMessage(), err=True)


@contextmanager
def _said_on() -> Iterator[None]:
    """Say where a new store was made, whichever command made it."""
    heard, said = logging.getLogger("platforms.store"), _Said()
    before = heard.level
    heard.addHandler(said)
    heard.setLevel(logging.INFO)
    try:
        yield
    finally:
        heard.removeHandler(said)
        heard.setLevel(before)


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """Let a polite kill end a command as Ctrl-C does, so that it leaves no hidden folder."""
    before = signal.getsignal(signal.SIGTERM)
    # only the main thread hears of signals; what somebody chose is not replaced
    if threading.current_thread() is not threading.main_thread() or before != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _misused(error: click.ClickException) -> str:
    """Return what a person is told about a wrong word on the command line."""
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "platforms"
    names: dict[type[click.ClickException], tuple[str, object]] = {
        click.MissingParameter: ("missing", _parameter(error)),
        click.NoSuchOption: ("no_option", getattr(error, "option_name", "")),
        click.BadParameter: ("bad_value", _parameter(error)),
    }
    entry, name = next((v for kind, v in names.items() if isinstance(error, kind)), ("wrong", ""))
    problem = messages.text(f"cli.misuse.{entry}", name=name, detail=said(error.format_message()))
    return messages.text("cli.misuse.help", problem=problem, command=where)


def _parameter(error: click.ClickException) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return str(getattr(error, "param_hint", None) or "")
    if isinstance(parameter, click.Option):
        return " / ".join(parameter.opts)
    return str(parameter.make_metavar(getattr(error, "ctx", None) or click.Context(_platforms)))


def _explained(error: Exception) -> str:
    """Return what a person is told about an error."""
    if isinstance(error, PlatformsError):
        return str(error)
    if isinstance(error, click.exceptions.Abort):
        return messages.text("cli.stopped")
    if _no_memory(error):
        return messages.text("cli.memory")
    if os.environ.get("PLATFORMS_DEBUG"):
        traceback.print_exception(error)
    told = messages.one_line(str(error))
    return messages.text("cli.unexpected", kind=type(error).__name__, error=told)


def _no_memory(error: BaseException) -> bool:
    """Say whether there was no memory, also for a library that was to be loaded."""
    if isinstance(error, (ImportError, RuntimeError)):
        return any(word in str(error) for word in _NO_MEMORY)
    number = error.errno if isinstance(error, OSError) else None
    return isinstance(error, MemoryError) or number == errno.ENOMEM

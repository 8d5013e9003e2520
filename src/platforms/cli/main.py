"""The command ``platforms`` and its guard: no traceback reaches a user.

Exit status: 0 good, 1 the data have faults or the job could not be done, 2 wrong usage.
"""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module

import click

from platforms import messages
from platforms.cli.options import echo_error
from platforms.errors import PlatformsError
from platforms.version import VERSION

__all__ = ["main"]

# each command is a module of the same name; it is loaded when it is called or listed
_COMMANDS = ("assess", "assign", "check", "init", "measure", "reclaim", "run", "serve", "targets")


class _Commands(click.Group):
    """Loads a command's module only when it is needed, so that help is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        return [name for name in _COMMANDS if _exists(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS or not _exists(cmd_name):
            return None
        command: click.Command = import_module(f"platforms.cli.{cmd_name}").command
        return command


def _exists(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(f"platforms.cli.{name}") is not None


@click.command(cls=_Commands, help=messages.text("cli.help"))
@click.version_option(
    VERSION, "--version", message="platforms %(version)s", help=messages.text("cli.version")
)
@click.help_option("-h", "--help", help=messages.text("cli.help_option"))
def _platforms() -> None:
    pass


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    arguments
        Words after ``platforms``; default those of the process.
    """
    try:
        status = _platforms.main(args=arguments, prog_name="platforms", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 the last guard
        echo_error(_explained(error))
        return 1
    return status if isinstance(status, int) else 0


def _explained(error: Exception) -> str:
    """Return what a person is told about an error."""
    if isinstance(error, PlatformsError):
        return str(error)
    if isinstance(error, click.exceptions.Abort):
        return messages.text("cli.stopped")
    if isinstance(error, MemoryError):
        return messages.text("cli.memory")
    if os.environ.get("PLATFORMS_DEBUG"):
        traceback.print_exception(error)
    return messages.text("cli.unexpected", kind=type(error).__name__, error=error)

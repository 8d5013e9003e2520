"""Where the app listens, and under which names it answers.

Without a word it listens on this machine only. An address is listened at; a name, or an address
that stands for all, lets it listen everywhere. It answers only under the names that were given
and, where it listens everywhere, under this machine's own: a page of another site that points
its own name here gets nothing.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import tomllib
from pathlib import Path
from typing import NamedTuple

import click

from platforms import messages

__all__ = ["Door", "door", "own_names", "signs_in"]

_HERE, _EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 only where somebody asks for it
_NAME = re.compile(r"(?!-)[\w-]+(\.[\w-]+)*\.?")


class Door(NamedTuple):
    """Where the app is reached.

    Attributes
    ----------
    address
        Where it listens.
    names
        Further names and addresses under which it answers.
    shown
        Those to be told, the best first.
    behind
        Those of ``names`` that only lead here, through a proxy.
    """

    address: str
    names: tuple[str, ...] = ()
    shown: tuple[str, ...] = (_HERE,)
    behind: tuple[str, ...] = ()

    @property
    def to_others(self) -> bool:
        """Whether other machines reach it."""
        return not _is_here(self.address)


def door(hosts: tuple[str, ...], named: tuple[str, ...] = ()) -> Door:
    """Return where the app listens and answers.

    Parameters
    ----------
    hosts
        What was given as ``--host``.
    named
        What was given as ``--allow-host``: names under which it answers, without listening there.

    Raises
    ------
    BadParameter
        For what is neither a name nor an address.
    """
    opened = _opened(_checked(hosts, "--host"))
    behind = _checked(named, "--allow-host")
    names = tuple(dict.fromkeys((*opened.names, *behind)))
    return opened._replace(names=names, behind=behind)


def _checked(said: tuple[str, ...], option: str) -> tuple[str, ...]:
    given = tuple(dict.fromkeys(one.strip().strip("[]") for one in said))
    for one in given:
        if _address(one) is None and not _NAME.fullmatch(one):
            told = messages.text("cli.serve.host_wrong", None, host=one)
            raise click.BadParameter(told.rstrip("。."), param_hint=option)
    return given


def _opened(given: tuple[str, ...]) -> Door:
    away = tuple(one for one in given if not _is_here(one))
    if not away:
        return Door(_HERE)
    named = tuple(one for one in away if not _is_all(one))
    listens = [one for one in away if _address(one) is not None]
    if len(away) == len(listens) == 1 and named:
        return Door(named[0], named, named)
    address = "::" if "::" in away else _EVERYWHERE
    known = tuple(dict.fromkeys((*named, *own_names())))
    return Door(address, known, (*named, *(one for one in known if one not in named), _HERE))


def _address(said: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(said)
    except ValueError:
        return None


def _is_here(said: str) -> bool:
    found = _address(said)
    return said.casefold() == "localhost" or (found is not None and found.is_loopback)


def _is_all(said: str) -> bool:
    found = _address(said)
    return found is not None and found.is_unspecified


def own_names() -> tuple[str, ...]:
    """Return this machine's address in its network and its names, as far as they are known."""
    found = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        # nothing is sent: the system only says by which address it would go out
        plain.connect(("192.0.2.1", 9))
        found.append(str(plain.getsockname()[0]))
    host = socket.gethostname()
    with contextlib.suppress(OSError):
        found += socket.gethostbyname_ex(host)[2]
    found += [host, host.casefold()]
    usable = (one for one in found if one and not _is_here(one) and not _is_all(one))
    return tuple(dict.fromkeys(usable))


def signs_in() -> bool:
    """Say whether sign-in is configured where the server will look for it."""
    for folder in (Path.cwd(), Path.home()):
        file = folder / ".streamlit" / "secrets.toml"
        with contextlib.suppress(OSError, ValueError):
            if "auth" in tomllib.loads(file.read_text(encoding="utf-8")):
                return True
    return False

"""Asking whether somebody may do something: the one place that says yes or no.

A workspace without members is in single-user mode: whoever has the store may do everything. As
soon as there is a member, every write asks here, in the transaction that it writes in. Names
that differ by case or width only are the same person; of ``name <address>`` the address counts.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import sqlalchemy as sa

from platforms import messages
from platforms.errors import StoreError
from platforms.store import sayings
from platforms.store.schema import member

__all__ = ["DEEDS", "ROLES", "Standing", "allow", "allow_on", "key_of"]
__all__ += ["role_title", "same_person", "standings"]

ROLES = ("reader", "editor", "approver")
# what is done → the lowest role that may; None for whoever comes
DEEDS: dict[str, str | None] = {
    "note": None,
    "write": "editor",
    "approve": "approver",
    "others": "approver",
    "name": "approver",
}
_ADDRESS = re.compile(r"<([^<>]+)>\s*$")
_NAMED = 5
# asked at every write, and so built once
_MEMBERS = (
    sa.select(member.c.key, member.c.name, member.c.role)
    .where(member.c.workspace == sa.bindparam("its_workspace"), member.c.role != "")
    .order_by(member.c.id)
)


class Standing(NamedTuple):
    """What a member is."""

    name: str
    role: str


def key_of(name: str) -> str:
    """Return what makes a person: the address of ``name <address>``, else the name."""
    said = sayings.who(unicodedata.normalize("NFKC", name))
    found = _ADDRESS.search(said)
    return sayings.alike(found[1] if found else said).strip()


def same_person(one: str, other: str) -> bool:
    """Say whether two names are those of one person; nobody is not a person."""
    return key_of(one) == key_of(other) != ""


def standings(connection: sa.Connection, workspace: str) -> dict[str, Standing]:
    """Return the members of a workspace by their key, in the order they came; often none."""
    rows = connection.execute(_MEMBERS, {"its_workspace": workspace})
    return {row.key: Standing(row.name, row.role) for row in rows}


def allow(connection: sa.Connection, workspace: str, who: str, deed: str = "write") -> None:
    """Let somebody do something, or refuse.

    Parameters
    ----------
    connection
        The transaction that it is done in.
    workspace
        Name of the workspace.
    who
        The person.
    deed
        A key of `DEEDS`.

    Raises
    ------
    StoreError
        Names the person, the role, what is needed and who could do it.
    """
    needed = DEEDS[deed]
    if needed is None:
        return
    known = standings(connection, workspace)
    if not known:
        return
    mine = known.get(key_of(who))
    if mine is not None and ROLES.index(mine.role) >= ROLES.index(needed):
        return
    approvers = [one.name for one in known.values() if one.role == "approver"]
    entry = "lower" if mine is not None else "stranger" if key_of(who) else "nobody"
    raise StoreError(
        f"members.refused.{entry}",
        who=sayings.who(who),
        role=role_title(mine.role) if mine is not None else "",
        needed=role_title(needed),
        deed=messages.text(f"members.deed.{deed}"),
        approvers=approvers[:_NAMED],
    )


def allow_on(connection: sa.Connection, workspace: str, who: str, *, owner: str) -> None:
    """Let somebody undo, unlock or remove what is theirs; what is another's needs an approver.

    Raises
    ------
    StoreError
        As `allow`.
    """
    if not same_person(who, owner):
        allow(connection, workspace, who, "others")


def role_title(role: str) -> str:
    """Return what users read for a role."""
    return messages.text(f"members.role.{role}")

"""The tables of a relocation: sample ones of the workspace, or files of the visitor, and locks.

Files are read as the command line reads them and leave nothing on the disk. Locks are edited
in a table of the page; what is typed there belongs to the session.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.journal import noted_upload
from platforms.app.markup import el
from platforms.app.plots.shelf import Job, Shelf
from platforms.app.plots.upload import Upload, safe_name

__all__ = [
    "Given",
    "given_tables",
    "locks_key",
    "read_tables",
    "show_files",
    "show_locks",
    "tables_job",
    "told_sources",
]

_FILES = ("firms", "parks", "locks")
_GIVEN, _SHELF, _TURN = "move-files", "move-tables", "move-turn"
_LOCKS, _BASE, _LOCK_TURN = "move-locks", "move-locks-base", "move-locks-turn"
_COLUMNS = ("firm_id", "lock", "park_id")
_KINDS = ("in", "out")
# longer lists are typed, not chosen
_MOST_CHOICES = 3_000
_HEIGHT = 190


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"moves_page.tables.{entry}", None, **fields)


@dataclass(frozen=True)
class Given:
    """Files that the visitor gave; what is None is the workspace's own."""

    firms: Upload | None = None
    parks: Upload | None = None
    locks: Upload | None = None

    @property
    def names(self) -> dict[str, str]:
        """Names of the files, as the visitor knows them."""
        files = {"firms": self.firms, "parks": self.parks, "locks": self.locks}
        return {name: safe_name(file.name) for name, file in files.items() if file}

    @property
    def key(self) -> tuple[str | None, ...]:
        """Fingerprints of the files."""
        files = (self.firms, self.parks, self.locks)
        return tuple(None if one is None else one.sha256 for one in files)


def given_tables() -> Given:
    """Return the files that the session looks at."""
    given: Given = st.session_state.get(_GIVEN, Given())
    return given


def tables_job(city: ip.Workspace, given: Given, plan: str) -> Job[ip.RelocationData]:
    """Return the job that reads the tables, held to the plan's directions as asked."""
    shelf: Shelf[ip.RelocationData] = st.session_state.setdefault(_SHELF, Shelf(2))
    key = (city.fingerprint, given.key, plan)
    return shelf.ask(key, lambda _: read_tables(city, given, plan))


def read_tables(city: ip.Workspace, given: Given, plan: str = "") -> ip.RelocationData:
    """Read the visitor's files, and leave nothing of them on the disk.

    Parameters
    ----------
    city
        Lends what is not given.
    given
        The files.
    plan
        ``only``, ``prefer``, ``off``; empty for what the plan's own file says.

    Raises
    ------
    PlatformsError
        Names the file and what is wrong with it, or the table that the workspace lacks.
    """
    with ip.temporary_folder() as folder:
        paths: dict[str, Path] = {}
        for name in _FILES:
            file: Upload | None = getattr(given, name)
            if file is not None:
                home = folder / name
                home.mkdir()
                paths[name] = home / safe_name(file.name)
                paths[name].write_bytes(file.data)
        rule: Any = plan or None
        return ip.relocation_data(
            city, firms=paths.get("firms"), parks=paths.get("parks"), locks=paths.get("locks"),
            transfers=rule,
        )  # fmt: skip


def told_sources(data: ip.RelocationData) -> str:
    """Say which tables are used, and how long they are.

    Parameters
    ----------
    data
        What was read.
    """
    counts = {"firms": f"{len(data.firms):,}", "parks": f"{len(data.parks):,}"}
    named = list(given_tables().names.values())
    return _t("files", files=named, **counts) if named else _t("own", **counts)


def show_files(*, expanded: bool) -> None:
    """Take files in the place of the workspace's tables.

    Parameters
    ----------
    expanded
        Whether the boxes are seen at once.
    """
    turn = st.session_state.get(_TURN, 0)
    with st.expander(_t("upload"), expanded=expanded, key="move-files-box"):
        for name, column in zip(_FILES, st.columns(len(_FILES), gap="small"), strict=True):
            key = f"move-file-{name}-{turn}"
            with column:
                st.file_uploader(
                    _t(f"file.{name}"), key=key, help=messages.text(f"moves.cli.{name}"),
                    on_change=_take, args=(name, key),
                )  # fmt: skip
        markup.show(el("p", _t("form"), cls="ip-note"))
        st.button(
            _t("forget"), on_click=_forget, disabled=not given_tables().names, key="move-forget"
        )


def _take(name: str, key: str) -> None:
    """Look at what was dropped, before anything of the page is drawn."""
    file = st.session_state[key]
    upload = None if file is None else Upload(file.name, file.getvalue())
    if file is not None:
        noted_upload(file.name, file.getvalue())
    held = given_tables()
    files = {one: getattr(held, one) for one in _FILES}
    st.session_state[_GIVEN] = Given(**{**files, name: upload})
    # the ids may be others
    _reset_locks()


def _forget() -> None:
    st.session_state.pop(_GIVEN, None)
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    _reset_locks()


def _reset_locks() -> None:
    st.session_state.pop(_LOCKS, None)
    st.session_state[_LOCK_TURN] = st.session_state.get(_LOCK_TURN, 0) + 1


def show_locks(data: ip.RelocationData) -> pd.DataFrame:
    """Show the locks to be edited, and return them.

    Parameters
    ----------
    data
        Firms and parks that can be locked, and the locks of a file.

    Returns
    -------
    locks
        ``firm_id``, ``lock``, ``park_id``; rows without any of them left out.
    """
    key = f"move-locks-{st.session_state.get(_LOCK_TURN, 0)}"
    if key not in st.session_state:
        # a table that another page made the session forget begins with what stood in it
        st.session_state[_BASE] = st.session_state.get(_LOCKS, _first(data.locks))
    shown = st.data_editor(
        st.session_state[_BASE],
        key=key,
        num_rows="dynamic",
        hide_index=True,
        height=_HEIGHT,
        column_config={
            "firm_id": _choice(_t("firm"), data.firms, "firm_id"),
            "lock": st.column_config.SelectboxColumn(
                _t("lock"), options=list(_KINDS), default=_KINDS[0],
                format_func=lambda kind: _t(f"kind.{kind}"),
            ),
            "park_id": _choice(_t("park"), data.parks, "park_id"),
        },
        placeholder="",
        alt=_t("locks"),
    )  # fmt: skip
    rows = pd.DataFrame(shown).reset_index(drop=True)
    st.session_state[_LOCKS] = rows
    filled = rows["firm_id"].fillna("").ne("") | rows["park_id"].fillna("").ne("")
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        markup.show(el("p", _t("locks_help"), cls="ip-note"))
    with right:
        st.button(
            _t("reset"), on_click=_reset_locks, disabled=not filled.any(), width="stretch",
            key="move-locks-reset",
        )  # fmt: skip
    return rows[filled].reset_index(drop=True)


def _first(locks: pd.DataFrame | None) -> pd.DataFrame:
    """Return the locks of a file as the table takes them."""
    given = pd.DataFrame(columns=list(_COLUMNS)) if locks is None else locks
    rows = given.reindex(columns=list(_COLUMNS)).astype("object")
    words = rows["lock"].fillna("").astype("str").str.strip().str.casefold()
    rows["lock"] = words.where(words.ne(""), _KINDS[0])
    return rows.where(rows.notna(), None).reset_index(drop=True)


def _choice(title: str, frame: pd.DataFrame, key: str) -> Any:  # noqa: ANN401 Streamlit's own
    """Return a column that offers ids under their names; of very many they are typed."""
    if key not in frame or len(frame) > _MOST_CHOICES:
        return st.column_config.TextColumn(title)
    ids = [str(one) for one in frame[key].dropna().unique()]
    names = frame.get("name", frame[key]).fillna("").astype("str")
    named = dict(zip(frame[key].astype("str"), names, strict=True))
    return st.column_config.SelectboxColumn(
        title, options=ids, format_func=lambda one: f"{named.get(str(one)) or one} ({one})"
    )


def locks_key(locks: pd.DataFrame) -> str:
    """Return the fingerprint of locks, SHA-256; empty without any."""
    if locks.empty:
        return ""
    return hashlib.sha256(locks.to_csv(index=False).encode()).hexdigest()

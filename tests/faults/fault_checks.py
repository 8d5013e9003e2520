"""What must hold after any fault: the store opens, is whole, and its history is what stands."""

from __future__ import annotations

from pathlib import Path

from killing import noted

from platforms.store.keeping import Store
from platforms.store.ledger.fields import EDITED, FACTS
from platforms.store.ledger.writing import current_rows, events_of, replayed

FIELDS = {"plot": (*EDITED, *FACTS), "milestone": ("plots", "area_mu")}


def whole(store: Store) -> None:
    """Check that nothing in a store is half there."""
    with store._reading() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        for subject, fields in FIELDS.items():
            rows = current_rows(connection, store.workspace, subject=subject)
            events = events_of(connection, store.workspace, subject=subject)
            again = replayed(events)
            assert set(again) == set(rows)
            for key, row in rows.items():
                assert {f: again[key].get(f) for f in fields} == {f: row[f] for f in fields}
                mine = [one["version"] for one in events if one["key"] == key]
                # each version once, none left out, the last is the one that stands
                assert sorted(set(mine)) == list(range(1, row["version"] + 1))
                assert mine == sorted(mine)
    for key in store.scenarios()["key"]:
        # reading it compares every hash
        assert store.kept(key).key == key
        assert store.history(key)["what"].iloc[0] in {"keep", "copy"}


def none_skipped(store: Store, notes: Path) -> None:
    """Check that of the edits that were told as accepted only the last ones may be missing."""
    told = [line.split() for line in noted(notes) if line.startswith("ledger ")]
    past = store.ledger.history()
    counts = past.loc[past["field"].eq("note"), "became"].value_counts().to_dict()
    there = [counts.get(word) == int(count) for _, word, count in told]
    assert there == sorted(there, reverse=True), "an edit is gone and a later one is there"


def edits_there(store: Store, notes: Path) -> int:
    """Check that everything that was told as accepted is there, and acts as wholes."""
    told = noted(notes)
    past = store.ledger.history()
    with store._reading() as connection:
        goals = events_of(connection, store.workspace, subject="milestone")
    counts = past.loc[past["field"].eq("note"), "became"].value_counts().to_dict()
    names = dict(zip(store.scenarios()["name"], store.scenarios()["note"], strict=True))
    for line in told:
        what, word, *count = line.split()
        if what == "ledger":
            assert counts.get(word) == int(count[0]), f"{word} was accepted and is gone"
        elif what == "kept":
            assert word in names, f"{word} was kept and is gone"
        elif what == "note":
            assert names[word] == word
        else:
            assert any(one["why"] == word for one in goals), f"milestone {word} is gone"
    # an act on all plots is there on all of them or on none, told or not
    acts = past[past["what"].eq("set")].groupby("act")["plot_id"].nunique()
    assert set(acts) <= {1, 20}
    return len(told)

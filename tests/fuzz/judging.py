"""What must hold whatever a file holds, and the words for what became of it."""

from __future__ import annotations

import dataclasses
import random
import re
import shutil
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import mutants
import pytest
from door import Door, Seen

from platforms import messages
from platforms.errors import PlatformsError
from platforms.issues import IssueTable

CANARY = "canary-7f3a-not-to-be-read"
OUTCOMES = ("refused", "set_aside", "remarks", "same", "different", "fewer_rows")
# a placeholder that nobody filled; what people write in braces is in the corpus of texts
_OPEN = re.compile(r"\{[a-z_]+(?::[a-z_.]+)?\}")
_GROWTH_KB = 400_000


class BrokenPromiseError(AssertionError):
    """One of the invariants does not hold."""


@dataclasses.dataclass
class Judge:
    """Gives files to one door, in a folder of its own."""

    door: Door
    folder: Path
    seeds: list[bytes]
    whole: list[Seen]
    # key of the last refusal, empty where the last file was read
    refusal: str = ""

    @classmethod
    def of(cls, door: Door, folder: Path) -> Judge:
        """Make the files to begin with; each of them must be read."""
        made = folder / "seeds"
        made.mkdir()
        judge = cls(door, folder, door.seeds(made), [])
        for data in judge.seeds:
            path = judge._laid(data)
            judge.whole.append(door.read(path))
            judge._clean()
        return judge

    def _laid(self, data: bytes) -> Path:
        work = self.folder / "work"
        work.mkdir()
        (work / self.door.file).write_bytes(data)
        return work / self.door.file

    def _clean(self) -> None:
        shutil.rmtree(self.folder / "work")

    def outcome(self, data: bytes) -> str:
        """Read a file and say what became of it.

        Raises
        ------
        BrokenPromiseError
            When one of the invariants does not hold.
        """
        path = self._laid(data)
        try:
            with own_temp(self.folder / "temp") as temp:
                return self._outcome(data, path, temp)
        finally:
            self._clean()

    def _outcome(self, data: bytes, path: Path, temp: Path) -> str:
        self.refusal = ""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                seen = self.door.read(path)
        except PlatformsError as error:
            self._told(error.message)
            self.refusal, outcome = error.key, "refused"
        except Exception as error:
            where = "".join(traceback.format_exception(error)[-4:])
            raise BrokenPromiseError(
                f"not one of our errors: {type(error).__name__}\n{where}"
            ) from error
        else:
            self._judge_issues(seen.issues)
            outcome = self._accepted(data, seen)
        left = [one.name for one in temp.iterdir()]
        if left:
            raise BrokenPromiseError(f"left behind: {left}")
        if path.read_bytes() != data:
            raise BrokenPromiseError("the file itself was changed")
        return outcome

    def _accepted(self, data: bytes, seen: Seen) -> str:
        # what the files to begin with have to remark is no word about this one
        usual = Counter[str]()
        for one in self.whole:
            usual |= one.issues.by_kind()
        told, rows = seen.issues.by_kind() - usual, seen.rows
        if rows is not None:
            self._account(data, rows, told=bool(told))
            if rows["set_aside"]:
                return "set_aside"
        if told:
            return "remarks"
        if seen.content in {one.content for one in self.whole}:
            return "same"
        had = [one.rows["in"] for one in self.whole if one.rows]
        return "fewer_rows" if rows and rows["in"] < min(had, default=0) else "different"

    def _account(self, data: bytes, rows: dict[str, int], *, told: bool) -> None:
        if rows["in"] != rows["good"] + rows["set_aside"]:
            raise BrokenPromiseError(f"rows do not add up: {rows}")
        if rows["set_aside"] and not told:
            raise BrokenPromiseError(f"rows set aside without a word: {rows}")
        stated = None
        with suppress(Exception):
            stated = self.door.stated(data)
        if stated is not None and rows["in"] < stated and not told:
            raise BrokenPromiseError(f"{stated} rows in the file, {rows['in']} read, and no word")

    def _judge_issues(self, issues: IssueTable) -> None:
        for one in list(issues)[:50]:
            self._told(one.message)
            self._told(one.action)

    def _told(self, say) -> None:
        for lang in messages.LANGUAGES:
            try:
                told = say(lang)
            except Exception as error:
                raise BrokenPromiseError(
                    f"a message cannot be said in {lang}: {error!r}"
                ) from error
            if CANARY in told:
                raise BrokenPromiseError(f"the text of another file: {told}")
            if str(self.folder) in told or f"{tempfile.gettempdir()}/" in told:
                raise BrokenPromiseError(f"a place of this machine: {told}")

    def stands(self, data: bytes) -> bool:
        """Say whether all holds for a file."""
        try:
            self.outcome(data)
        except BrokenPromiseError:
            return False
        return True


@contextmanager
def own_temp(folder: Path) -> Iterator[Path]:
    """Let temporary files lie where they can be counted."""
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        yield folder
    shutil.rmtree(folder)


def input_of(judge: Judge, seed: int, number: int) -> bytes:
    """Return the input of a number; it follows from the seed and the name of the door."""
    rng = random.Random(f"{seed}-{judge.door.name}-{number}")
    return mutants.mutant(judge.seeds, judge.door.file, rng)


def memory_kb() -> int:
    """Return the memory that this process holds now."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def grown_too_much(before_kb: int) -> bool:
    """Say whether this process holds far more than before."""
    return memory_kb() - before_kb > _GROWTH_KB

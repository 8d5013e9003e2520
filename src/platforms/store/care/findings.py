"""What a look into a store found: how many of each were looked at, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from platforms import messages

__all__ = ["Findings", "StoreFault"]

# of one kind so many are told one by one
_MOST = 50


@dataclass(frozen=True)
class StoreFault:
    """One thing that is not as it should be.

    Attributes
    ----------
    kind
        ``database``, ``reference``, ``replay``, ``number``, ``hash``, ``index``, ``guard`` or
        ``leftover``.
    where
        Table and key, or the file.
    said
        What is wrong: the entry of the catalogue under ``care.fault``.
    wrong
        Whether something that is kept is hurt; a leftover is not.
    """

    kind: str
    where: str
    said: str
    wrong: bool = True

    def message(self, lang: str | None = None) -> str:
        """Return it in words."""
        return messages.text(f"care.fault.{self.said}", lang, where=self.where)


@dataclass
class Findings:
    """Collects what is looked at and what is found."""

    looked: dict[str, int] = field(default_factory=dict)
    faults: list[StoreFault] = field(default_factory=list)
    more: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, number: int) -> None:
        """Note how many of something were looked at."""
        self.looked[what] = self.looked.get(what, 0) + number

    def tell(self, kind: str, said: str, where: Iterable[str], *, wrong: bool = True) -> None:
        """Note faults; of very many of one sort the first, and how many more."""
        told = sum(one.said == said for one in self.faults)
        for one in where:
            if told < _MOST:
                self.faults.append(StoreFault(kind, one, said, wrong))
                told += 1
            else:
                self.more[said] = self.more.get(said, 0) + 1

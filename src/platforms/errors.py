"""The errors that users meet, and their tree.

An error here is a message for a person: what is wrong, where, what is allowed and what
to do next, in Chinese and English. The words live in the catalogues; an error carries the
key and the values, so the same error can be shown in either language.

::

    PlatformsError
    ├── InputError (ValueError)            a file or value that a user gave
    │   ├── FormatError                    not a file that can be read
    │   ├── CRSError                       coordinates whose system is open or refused
    │   ├── GeometryError                  shapes that cannot be measured
    │   └── LimitError                     larger than the stated limits
    ├── WorkspaceError                     a city's folder
    │   ├── UnknownWorkspaceError (LookupError)
    │   ├── CardError (ValueError)         a card or plan.yaml that breaks its schema
    │   └── TableError (ValueError)        a table that breaks its card
    ├── RuleError (ValueError)             a rule pack
    ├── OutputError (OSError)              a file that could not be written
    ├── StoreError (OSError)               what is kept cannot be read or written
    │   └── ConflictError                  somebody else changed it meanwhile
    └── MissingPartError (RuntimeError)    a part of the installation that is not there
"""

from __future__ import annotations

from platforms import messages

__all__ = [
    "CRSError",
    "CardError",
    "ConflictError",
    "FormatError",
    "GeometryError",
    "InputError",
    "LimitError",
    "MissingPartError",
    "OutputError",
    "PlatformsError",
    "RuleError",
    "StoreError",
    "TableError",
    "UnknownWorkspaceError",
    "WorkspaceError",
]


class PlatformsError(Exception):
    """Base of all errors that are meant for a person.

    Parameters
    ----------
    key
        Key of the message in the catalogues, for example ``"layers.card_unreadable"``.
    **fields
        Values that the message names.
    """

    def __init__(self, key: str, /, **fields: object) -> None:
        super().__init__(key, fields)
        self.key = key
        self.fields = fields

    def message(self, lang: str | None = None) -> str:
        """Return the message in one language (default: the current one)."""
        return messages.text(self.key, lang, **messages.in_one_line(self.fields))

    def __str__(self) -> str:
        """Return the message in the current language."""
        return self.message()

    def __reduce__(self) -> tuple[object, ...]:
        """Keep key and fields when the error crosses a process border."""
        return (_rebuild, (type(self), self.key, self.fields))


def _rebuild(cls: type[PlatformsError], key: str, fields: dict[str, object]) -> PlatformsError:
    return cls(key, **fields)


class InputError(PlatformsError, ValueError):
    """A file or value that a user gave cannot be used."""


class FormatError(InputError):
    """The content is not a file that can be read."""


class CRSError(InputError):
    """The coordinate system is open, contradicted or refused."""


class GeometryError(InputError):
    """The shapes cannot be measured."""


class LimitError(InputError):
    """The input is larger than the stated limits."""


class WorkspaceError(PlatformsError):
    """A city's folder cannot be used."""


class UnknownWorkspaceError(WorkspaceError, LookupError):
    """No workspace has this name or folder."""


class CardError(WorkspaceError, ValueError):
    """A card or plan.yaml breaks its schema."""


class TableError(WorkspaceError, ValueError):
    """A table or layer breaks its card."""


class RuleError(PlatformsError, ValueError):
    """A rule pack cannot be used."""


class OutputError(PlatformsError, OSError):
    """A file could not be written; nothing half-written was left."""


class StoreError(PlatformsError, OSError):
    """What is kept cannot be read or written; nothing that was kept is lost."""


class ConflictError(StoreError):
    """Somebody else changed what was to be written; nothing was overwritten.

    ``fields["conflicts"]`` lists each field as a dict: key, field, base, theirs, ours, who, at.
    """


class MissingPartError(PlatformsError, RuntimeError):
    """A part of the installation is not there."""

"""The documents of a workspace: what is known of each, and where its full text lies.

Those of the plan come first, then those that only rules and parameters cite. The full text is
the user's to add: a file named by the document's id in the folder ``documents`` beside the
layers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from platforms.layers.cards import Document
from platforms.layers.documents.citing import cited, written_files
from platforms.layers.workspace import Workspace
from platforms.layers.yaml_file import read_yaml

__all__ = ["DOCUMENT_COLUMNS", "FULL_TEXT", "document", "documents", "full_text", "known_documents"]

_FACTS = ("title", "number", "issuer", "date", "region", "period", "note")
DOCUMENT_COLUMNS = ("doc", *_FACTS, "listed", "cited", "passages", "full_text")
# endings under which a full text is looked for, in this order
FULL_TEXT = (".pdf", ".docx", ".txt", ".html", ".htm")


def documents(workspace: Workspace) -> pd.DataFrame:
    """Return the documents that a workspace cites, those of its plan first.

    Returns
    -------
    documents
        ``DOCUMENT_COLUMNS``, a row a document: ``listed`` where its facts stand (``plan.yaml``
        or a file of rules), ``cited`` how many places of the data cite it, ``passages`` how many
        of them keep words of it, ``full_text`` the name of the file with its full text. What is
        not known is empty.
    """
    places = cited(workspace)
    count = Counter(place.doc for place in places)
    kept = Counter(place.doc for place in places if place.words)
    rows = []
    for listed, one in _listed(workspace):
        path = _text_file(workspace, one.id)
        rows.append(
            {
                "doc": one.id,
                **{name: getattr(one, name) or "" for name in _FACTS},
                "listed": listed,
                "cited": count[one.id],
                "passages": kept[one.id],
                "full_text": "" if path is None else path.name,
            }
        )
    return pd.DataFrame(rows, columns=list(DOCUMENT_COLUMNS))


def document(workspace: Workspace, doc: str) -> Document | None:
    """Return what is known of a document of the plan or of the rules, or None."""
    return next((one for _, one in _listed(workspace) if one.id == doc), None)


def full_text(workspace: Workspace, doc: str, *, readable: bool = False) -> Path | None:
    """Return the file with the full text of a document, or None.

    Parameters
    ----------
    workspace
        The city.
    doc
        Id of one of its documents; an id that it does not know is no path.
    readable
        Only a file whose words are read, which those of a PDF are not.
    """
    if workspace.plan.document(doc) is None and document(workspace, doc) is None:
        return None
    return _text_file(workspace, doc, readable=readable)


def known_documents(workspace: Workspace) -> set[str]:
    """Return the ids of the documents of the plan and of the rules."""
    return {one.id for _, one in _listed(workspace)}


def _text_file(workspace: Workspace, doc: str, *, readable: bool = False) -> Path | None:
    folder = workspace.layers_dir / "documents"
    endings = [ending for ending in FULL_TEXT if not (readable and ending == ".pdf")]
    return next((p for ending in endings if (p := folder / f"{doc}{ending}").is_file()), None)


def _listed(workspace: Workspace) -> Iterator[tuple[str, Document]]:
    """Yield the documents with the file that lists them, each id once."""
    known = set()
    for one in workspace.plan.documents:
        known.add(one.id)
        yield "plan.yaml", one
    for path, shown in written_files(workspace):
        data = read_yaml(path).data
        written = data.get("documents") if isinstance(data, dict) else None
        for facts in written if isinstance(written, list) else ():
            found = _facts(facts)
            if found is not None and found.id not in known:
                known.add(found.id)
                yield shown, found


def _facts(written: object) -> Document | None:
    """Return a document of a file of rules; one that is not written well its reader tells of."""
    if not isinstance(written, dict):
        return None
    try:
        return Document.model_validate({str(k): _text(v) for k, v in written.items()})
    except ValidationError:
        return None


def _text(value: object) -> str | None:
    return None if value is None else str(value)

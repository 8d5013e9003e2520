"""Words behind the codes of a FileGDB or GeoPackage: domains, enumerations and subtypes.

The definitions of a FileGDB stand as XML in one of its own tables, those of a GeoPackage in
tables that its reader looks into. A code becomes the word that
the database has for it, and the code stays beside it under ``<field>_code``; a code without
a word stays a code and is named. Where the definitions cannot be read, or a field's words
depend on the subtype of the row, codes stay as they are stored, which is said.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
import pyogrio
import pyogrio.raw

from platforms.geo.ingest.numbers import parse_number

if TYPE_CHECKING:
    from platforms.geo.ingest.raw import RawTable
    from platforms.geo.ingest.worker import Job

__all__ = ["code_key", "coded_column", "words_for_codes"]

_ITEMS = "SELECT Name, Definition FROM GDB_Items"
_CODED = "GPCodedValueDomain2"
_LAYERS = {"DEFeatureClassInfo", "DETableInfo"}
_Words = Mapping[str, str]


def coded_column(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, dict[str, str]]:
    """Part a column that GDAL hands over as places in a list into codes and words.

    The places are the codes themselves; a code without a word lies outside the list, so the
    two must not be joined unlooked.
    """
    words: dict[str, str] = {}
    for chunk in column.chunks:
        told = enumerate(chunk.dictionary.to_pylist())
        words |= {code_key(at): str(word) for at, word in told if word is not None}
    codes = [chunk.indices for chunk in column.chunks]
    return pa.chunked_array(codes, column.type.index_type), words


def words_for_codes(raw: RawTable, job: Job, known: Mapping[str, _Words]) -> None:
    """Put words in the place of codes, where the database has them.

    Parameters
    ----------
    raw
        Rows of one layer; its table and faults change.
    job
        Names the database.
    known
        Words by field and code that came with the rows.
    """
    fields = dict(known)
    if job.kind == "filegdb":
        items = _items(job) or []
        domains = {_text(e, "DomainName"): _words(e) for e in items if _kind(e) == _CODED}
        layers = [e for e in items if _kind(e) in _LAYERS and _text(e, "Name") == raw.layer]
        if not layers:
            raw.fault("domains_unread", "info")
        for layer in layers[:1]:
            found, varying = _fields(layer, domains)
            fields = {n: w for n, w in (fields | found).items() if n not in varying}
            for name in varying:
                raw.fault("domain_varies", "info", field=name)
    replaced = [n for n, words in fields.items() if words and n in raw.table.column_names]
    for name in replaced:
        _replace(raw, name, fields[name])
    if replaced:
        raw.fault("domains_told", "info", fields=replaced)


def _items(job: Job) -> list[ET.Element] | None:
    """Return the definitions in the database, None where it has them in another form."""
    try:
        _, _, _, (_, texts) = pyogrio.raw.read(job.path, sql=_ITEMS, read_geometry=False)
        told = [str(t) for t in texts if t]
        if any("<!" in t for t in told):
            return None
        # no text with a declaration of its own gets here, so nothing can be expanded
        return [ET.fromstring(t) for t in told]  # noqa: S314
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ET.ParseError):
        return None
    except ValueError:
        return None


def _kind(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: ET.Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _words(domain: ET.Element) -> dict[str, str]:
    return {code_key(_text(e, "Code")): _text(e, "Name") for e in domain.iter("CodedValue")}


def _fields(
    layer: ET.Element, domains: Mapping[str, _Words]
) -> tuple[dict[str, _Words], list[str]]:
    """Return the words of each field, and the fields whose words depend on the subtype."""
    fields = {
        _text(e, "Name"): domains.get(_text(e, "DomainName"), {})
        for e in layer.iter("GPFieldInfoEx")
        if _text(e, "DomainName")
    }
    subtypes = list(layer.iter("Subtype"))
    switch = _text(layer, "SubtypeFieldName")
    if not switch or not subtypes:
        return fields, []
    varying: list[str] = []
    for name in sorted({_text(e, "FieldName") for e in layer.iter("SubtypeFieldInfo")}):
        told = {
            _text(e, "DomainName")
            for e in layer.iter("SubtypeFieldInfo")
            if _text(e, "FieldName") == name
        } - {""}
        if any(domains.get(d, {}) != fields.get(name) for d in told):
            varying.append(name)
            fields.pop(name, None)
    fields[switch] = {code_key(_text(e, "SubtypeCode")): _text(e, "SubtypeName") for e in subtypes}
    return fields, varying


def code_key(code: object) -> str:
    """Return a code as text: 1, 1.0 and "1" are one code, "01" is another."""
    if isinstance(code, str) and code[:1] == "0" and code != "0":
        return code
    number = parse_number(code)
    return str(code) if number is None else f"{number.normalize():f}"


def _replace(raw: RawTable, name: str, words: _Words) -> None:
    column = raw.table[name]
    codes = column.to_pylist()
    told = [None if c is None else words.get(code_key(c)) for c in codes]
    unknown = {code_key(c) for c, w in zip(codes, told, strict=True) if c is not None and w is None}
    if unknown:
        few, count = sorted(unknown)[:5], len(unknown)
        raw.fault("domain_code_unknown", "warning", field=name, codes=few, count=count)
    shown = [
        code_key(c) if c is not None and w is None else w for c, w in zip(codes, told, strict=True)
    ]
    beside, number = f"{name}_code", 1
    while beside in raw.table.column_names:
        number += 1
        beside = f"{name}_code_{number}"
    place = raw.table.column_names.index(name)
    table = raw.table.set_column(place, name, pa.array(shown, pa.string()))
    raw.table = table.append_column(beside, column)

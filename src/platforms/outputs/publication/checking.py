"""What speaks against publishing a map: looked at before it leaves, and said in the file.

The check warns and does not decide: whether a map is secret, and whether it needs review, is
for the office that is responsible. Words are looked for in the names, titles, columns and
classes of layers, not in the attributes of single features.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from platforms.issues import IssueTable
from platforms.outputs.maps.map_reading import columns_of, layer_frames, layers_of
from platforms.outputs.maps.map_seal import MapDocument
from platforms.outputs.publication.coverage import detailed_layers, largest_coverage
from platforms.outputs.publication.profile import (
    Profile,
    Prone,
    PublicationRules,
    profile_of,
)
from platforms.units import printed

__all__ = ["check_publication"]


def check_publication(
    document: MapDocument,
    profile: str = "public",
    *,
    review_number: str = "",
    rules: PublicationRules | None = None,
) -> IssueTable:
    """Say what speaks against a map leaving under a profile.

    Parameters
    ----------
    document
        The map before it is published; nothing in it is changed.
    profile
        ``public``, ``internal`` or one of the rules.
    review_number
        The 审图号, where there is one.
    rules
        Default those that come with the product.

    Returns
    -------
    issues
        Warnings ``publication_no_review``, ``publication_contiguous`` and
        ``publication_prone``; ``publication_unlisted`` (info) for a layer that the profile
        leaves out.

    Raises
    ------
    InputError
        For a profile that is not known.
    """
    chosen = profile_of(profile, rules)
    issues = IssueTable()
    if chosen.mark.value == "review_number" and not review_number.strip():
        issues.add("publication_no_review", "warning")
    _check_coverage(document, chosen, issues)
    for layer in layers_of(document):
        if not chosen.keeps_layer(str(layer["id"])):
            issues.add("publication_unlisted", "info", layer=str(layer["title"]))
            continue
        for rule in chosen.prone:
            word = _word_in(layer, rule)
            if word:
                issues.add(
                    "publication_prone",
                    "warning",
                    layer=str(layer["title"]),
                    word=word,
                    source=rule.source,
                )
    return issues


def _check_coverage(document: MapDocument, profile: Profile, issues: IssueTable) -> None:
    rule = profile.contiguous
    if rule is None:
        return
    listed = [one for one in layers_of(document) if profile.keeps_layer(str(one["id"]))]
    detailed = detailed_layers(listed, rule)
    if not detailed:
        return
    frames = layer_frames(document)
    found = largest_coverage({str(one["title"]): frames[str(one["id"])] for one in detailed}, rule)
    if found is not None:
        issues.add(
            "publication_contiguous",
            "warning",
            layers=found.layers,
            km2=printed(found.km2),
            limit=f"{rule.limit_km2:g}",
            features=f"{found.features:,}",
            source=rule.source,
        )


def _word_in(layer: Mapping[str, object], rule: Prone) -> str:
    """Return the first word of a rule that a layer carries, or nothing."""
    texts = [text.casefold() for text in _texts(layer)]
    for word in rule.words:
        wanted = word.casefold()
        if wanted.isascii():
            # a word of its own; names of layers and columns stand with underscores
            spaced = "[ _-]?".join(re.escape(part) for part in wanted.split())
            pattern = rf"(?<![a-z]){spaced}s?(?![a-z])"
            found = any(re.search(pattern, text) for text in texts)
        else:
            found = any(wanted in text for text in texts)
        if found:
            return word
    return ""


def _texts(layer: Mapping[str, object]) -> Iterator[str]:
    yield str(layer["id"])
    yield str(layer["title"])
    for column in columns_of(layer):
        yield column.name
        yield column.title
    style = cast("Mapping[str, object]", layer["style"])
    for one in cast("Sequence[Mapping[str, object]]", style["classes"]):
        yield str(one["value"] or "")
        yield str(one["title"])

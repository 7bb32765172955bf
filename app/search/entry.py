"""A document as the index keeps it: terms, tags and three columns, never its text."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.search.analyzer import terms_of
from app.search.port import Document
from app.search.postings import Field

_LONGEST = 65_535


@dataclass(frozen=True, slots=True)
class Entry:
    """`day` is a proleptic ordinal; `length` counts words, up to 65,535."""

    key: str
    day: int
    length: int
    terms: Mapping[Field, Mapping[str, int]]


def entry(document: Document) -> Entry:
    """Analyse a document. A tag `name:value` is a facet, one without a colon is none."""
    title = document.title if document.type == "policy" else ""
    terms = terms_of(title, document.body, document.labels)
    tags = (
        "private" if document.private else "public",
        f"in:{document.type}",
        f"phase:{document.phase}",
        f"kind:{document.kind}",
        f"language:{document.language}",
        f"department:{document.department}",
    )
    return Entry(
        document.key,
        document.dated_on.toordinal(),
        min(terms.length, _LONGEST),
        {
            "words": terms.words,
            "grams": dict.fromkeys(terms.grams, 1),
            "tags": dict.fromkeys(tags, 1),
            "policy": {str(document.policy_id): 1},
        },
    )

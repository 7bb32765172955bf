"""A document as the index keeps it: terms, tags and three columns, never its text."""

from collections.abc import Mapping

from app.search.analyzer import terms_of
from app.search.port import Document

_LONGEST = 65_535


def entry(document: Document) -> dict[str, bytes | int | Mapping[str, int]]:
    """Field name to value. A tag `name:value` is a facet, one without a colon is none."""
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
    return {
        "key": document.key.encode(),
        "day": document.dated_on.toordinal(),
        "length": min(terms.length, _LONGEST),
        "words": terms.words,
        "grams": dict.fromkeys(terms.grams, 1),
        "tags": dict.fromkeys(tags, 1),
        "policy": {str(document.policy_id): 1},
    }

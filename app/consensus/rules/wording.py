"""What people take positions on, and which words a position is bound to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.errors import NotFound
from app.messages import N_
from app.text.attribution import digest, words_of
from app.text.outline import Clause
from app.text.tokens import tokens

CHOICES = ("agree", "disagree", "pass")
NONE = "none"  # what is sent to take a position back
_STATEMENT = re.compile(r"c-(?P<clause>c[0-9]{1,9})|s-(?P<number>[1-9][0-9]{0,8})", re.ASCII)


def wording_of(clause: Clause) -> str:
    """Sixteen hexadecimal digits; an edit of blanks alone leaves them as they are."""
    return digest(words_of(clause))


def wording_of_changes(changes: Iterable[tuple[str, str, str]]) -> str:
    """The same for a suggestion: its operations as (kind, clause or place, new words)."""
    return digest(
        [part for kind, place, words in changes for part in (kind, place, *tokens(words))]
    )


def of_clause(ident: str) -> str:
    """The name of the statement that is a clause."""
    return f"c-{ident}"


def of_suggestion(number: int) -> str:
    """The name of the statement that is a suggestion."""
    return f"s-{number}"


def read_statement(name: str) -> tuple[str, int]:
    """The clause id and 0, or "" and the number of a suggestion; NotFound for anything else."""
    found = _STATEMENT.fullmatch(name)
    if found is None:
        raise NotFound(N_("This page does not exist."))
    return found["clause"] or "", int(found["number"] or 0)

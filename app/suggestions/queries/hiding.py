"""Which contributions are hidden, asked once for a whole list and not of each row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, select, union
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from app.discussions.models import Comment
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import COMMENT, SUGGESTION
from app.visibility import Hidden

_said = aliased(Contribution, name="said")
_words = aliased(Comment, name="hidden_words")
_earlier = aliased(Comment, name="earlier_words")


def is_hidden_contribution(ident: Any = Contribution.id) -> ColumnElement[bool]:
    """SQL: whether the contribution with this id is hidden, or the comment that holds its words.

    Says of many rows what ``shown.select_contributions`` says of the few that are shown.
    """
    itself = select(Hidden.object_id).where(Hidden.kind == SUGGESTION)
    reply = (
        select(_said.id)
        .join(Hidden, Hidden.object_id == _said.comment_id)
        .where(Hidden.kind == COMMENT)
    )
    is_later = exists().where(_earlier.thread_id == _words.thread_id, _earlier.id < _words.id)
    opening = (
        select(_said.id)
        .join(_words, _words.thread_id == _said.thread_id)
        .join(Hidden, Hidden.object_id == _words.id)
        .where(Hidden.kind == COMMENT, _said.comment_id.is_(None), ~is_later)
    )
    found: ColumnElement[bool] = ident.in_(union(itself, reply, opening))
    return found

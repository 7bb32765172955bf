"""What is private or hidden, and the one filter that every query of such things uses.

A private policy exists only for its department and the people its owner named; for everybody else
it is absent from every list, feed, search, export and count. Hidden texts lie in one table and
leave every path.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, exists
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import ColumnElement

from app.database import Model, UTCDateTime


class Hidden(Model):
    """One hidden text: which, since when, and the moderation action with its rule and reason."""

    __tablename__ = "hidden"
    __table_args__ = (UniqueConstraint("kind", "object_id"), Index("ix_hidden_kind", "kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[int]
    action_id: Mapped[int] = mapped_column(ForeignKey("moderation_action.id"))
    hidden_at: Mapped[datetime] = mapped_column(UTCDateTime)


def is_hidden(kind: str, object_id: ColumnElement[int]) -> ColumnElement[bool]:
    """SQL: whether the object of that kind is hidden."""
    return exists().where(Hidden.kind == kind, Hidden.object_id == object_id)

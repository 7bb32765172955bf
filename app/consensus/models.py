"""Tables of the dashboard, all derived."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model


class RevisionChange(Model):
    """Words one revision put into and took out of one clause (tokens of ``text/tokens.py``).

    A law changes in dozens of clauses at a time, so a row holds only what the revision does not.
    Clause before number: one key serves the history of a clause and the sums of a policy.
    """

    __tablename__ = "revision_change"
    __table_args__ = {"sqlite_with_rowid": False}

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    clause: Mapped[str] = mapped_column(String(12), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    inserted: Mapped[int]
    deleted: Mapped[int]

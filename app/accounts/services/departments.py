"""Departments come into being when they are first named."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Department
from app.database import db


def find_or_add_department(name: str) -> Department:
    """The department called ``name``; the first mention of a name adds it (inside the gate)."""
    name = " ".join(name.split())[:120]
    return _find(name) or _add(name)


def _find(name: str) -> Department | None:
    return db.session.scalar(select(Department).where(Department.name == name))


def _add(name: str) -> Department:
    try:
        with db.session.begin_nested():
            department = Department(name=name)
            db.session.add(department)
    except IntegrityError:  # PostgreSQL: somebody else named it first this moment
        found = _find(name)
        if found is None:
            raise
        return found
    return department

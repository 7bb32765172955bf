"""Departments come into being when they are first named."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import Department
from app.database import db


def find_or_add_department(name: str) -> Department:
    """The department called ``name``; the first mention of a name adds it (inside the gate)."""
    name = " ".join(name.split())[:120]
    department = db.session.scalar(select(Department).where(Department.name == name))
    if department is None:
        department = Department(name=name)
        db.session.add(department)
        db.session.flush()
    return department

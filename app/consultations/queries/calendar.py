"""The site's calendar: its days in its time zone, and which of them are worked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.accounts.services import setup
from app.consultations.models import Holiday
from app.database import db


def zone() -> ZoneInfo:
    """The time zone in which this site's days begin."""
    return ZoneInfo(setup.settings().site_timezone)


def day_of(moment: datetime) -> date:
    """The day on which an aware moment falls here."""
    return moment.astimezone(zone()).date()


def start_of(day: date) -> datetime:
    """The aware moment at which a day begins here."""
    return datetime(day.year, day.month, day.day, tzinfo=zone())


def list_holidays() -> Sequence[Holiday]:
    """The days that are otherwise than their weekday, the first one first."""
    return db.session.scalars(select(Holiday).order_by(Holiday.day)).all()


def calendar() -> dict[date, bool]:
    """The same as ``working_days`` reads it: day → whether it is worked."""
    rows = db.session.execute(select(Holiday.day, Holiday.is_working))
    return {row.day: row.is_working for row in rows}

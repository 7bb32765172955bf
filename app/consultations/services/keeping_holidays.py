"""Keep the site's calendar: which days are free, which weekends are worked."""

from __future__ import annotations

from datetime import date

from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.events import HolidayPut
from app.consultations.models import Holiday
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.text.canonical import check_title, refused_in

MOST_NAME = 80  # characters
YEARS = range(2000, 2101)


def put_holiday(day: date, *, is_working: bool, name: str, actor: Actor) -> None:
    """``day`` is free, or worked, whatever its weekday; a second entry takes the first one's place."""
    ensure(actor, Act.ADMINISTER)
    if day.year not in YEARS:
        raise RuleBroken(N_("Please choose a day of this century."), field="day")
    with refused_in("name"):
        name = check_title(name)
    if len(name) > MOST_NAME:
        raise RuleBroken(N_("At most %(max)s characters, please."), field="name", max=MOST_NAME)
    writing()
    db.session.merge(Holiday(day=day, is_working=is_working, name=name))
    record(HolidayPut(day=day.isoformat(), working=is_working), actor=actor)
    db.session.flush()


def remove_holiday(day: date, *, actor: Actor) -> None:
    """``day`` follows its weekday again; done twice, done once."""
    ensure(actor, Act.ADMINISTER)
    writing()
    holiday = db.session.get(Holiday, day)
    if holiday is None:
        return
    db.session.delete(holiday)
    record(HolidayPut(day=day.isoformat(), working=None), actor=actor)
    db.session.flush()

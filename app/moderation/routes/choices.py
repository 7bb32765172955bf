"""What a volunteer may choose to do on a case, as one list of answers that fits how things stand."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from app.moderation.forms import MeasureForm
from app.moderation.rules import SLOW_MINUTES, SUSPEND_DAYS, Action

Choice = tuple[str, str]
SLOW_FOR = 1  # days


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand; None where there are no words, no thread, no draft or no author to act on."""

    is_hidden: bool | None = None
    is_aside: bool = False
    is_closed: bool = False
    is_locked: bool | None = None
    is_slowed: bool | None = None
    is_suspended: bool | None = None


def take_choices(form: MeasureForm, standing: Standing) -> None:
    """Offer what can be done now; the mildest first, as nothing is hidden without need."""
    form.action.choices = [
        *_nothing(standing),
        *_about_person(standing),
        *_about_words(standing),
        *_about_talk(standing),
        *_suspend(standing),
    ]


def read_choice(code: str) -> tuple[str, int | None, int | None]:
    """Action, days and minutes of an answer such as ``suspend:3`` or ``slow:10``."""
    action, _colon, number = code.partition(":")
    figure = int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else None
    if action == Action.SLOW:
        return action, SLOW_FOR, figure
    return action, figure, None


def _nothing(standing: Standing) -> list[Choice]:
    if standing.is_hidden is None or standing.is_aside or standing.is_closed:
        return []
    return [(Action.NONE.value, _("Nothing: it may stay"))]


def _about_person(standing: Standing) -> list[Choice]:
    if standing.is_suspended is None:
        return []
    return [(Action.REMIND.value, _("Remind the person of the rule"))]


def _about_talk(standing: Standing) -> list[Choice]:
    found: list[Choice] = []
    if standing.is_locked is not None:
        found.append(
            (Action.UNLOCK.value, _("Let replies go on"))
            if standing.is_locked
            else (Action.LOCK.value, _("Stop replies"))
        )
    if standing.is_slowed:
        found.append((Action.END_SLOW.value, _("End the slowdown of this draft")))
    elif standing.is_slowed is not None:
        found += [
            (
                f"{Action.SLOW}:{minutes}",
                _(
                    "Slow this draft down for a day: each person once in %(minutes)s minutes",
                    minutes=minutes,
                ),
            )
            for minutes in SLOW_MINUTES
        ]
    return found


def _about_words(standing: Standing) -> list[Choice]:
    show, hide = (Action.SHOW.value, _("Show again")), (Action.HIDE.value, _("Hide (with reason)"))
    if standing.is_hidden is None:
        return []
    if standing.is_aside:
        return [show, hide]
    return [show if standing.is_hidden else hide]


def _suspend(standing: Standing) -> list[Choice]:
    if standing.is_suspended is None:
        return []
    if standing.is_suspended:
        return [(Action.END_SUSPEND.value, _("End the suspension of the person"))]
    return [
        (
            f"{Action.SUSPEND}:{days}",
            ngettext(
                "Let the person write nothing for %(num)s day",
                "Let the person write nothing for %(num)s days",
                days,
            ),
        )
        for days in SUSPEND_DAYS
    ]

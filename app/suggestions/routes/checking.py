"""Screen 4 and what may come in its stead: numbers to look at, or a closed door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _

from app import clock
from app.consultations.queries.calls import find_call
from app.discussions.services.waiting import find_wait
from app.policies.models import Policy
from app.policies.queries import is_public_now
from app.policies.queries.course import find_hold, list_unnamed
from app.policies.versions import get_version
from app.suggestions.forms import SuggestForm
from app.suggestions.queries.views import ChangeView
from app.suggestions.routes.places import place_at
from app.suggestions.routes.write_page import (
    as_shown,
    closing_for,
    door,
    late_until,
    opening_for,
    place_of,
)
from app.suggestions.rules import Opening
from app.suggestions.services.sending import Looked, Wanted
from app.text.as_read import as_read
from app.text.canonical import MAX_TEXT_BYTES
from app.text.operations import OperationKind
from app.text.personal_data import Found, find_personal
from app.text.signals import Altered, changed_numbers
from app.web.error_pages import showable
from app.web.guard import current_actor

MOST_SHOWN = 40  # changes of a whole page that are shown before it is sent


@dataclass(frozen=True, slots=True)
class Shown:
    """One change for the check page, with the numbers that differ in it."""

    change: ChangeView
    numbers: list[Altered]


def check_page(
    policy: Policy, form: SuggestForm, wanted: Wanted, looked: Looked, code: str = ""
) -> str:
    """What the person is about to send, and what will happen to it; ``code`` is the continue code
    of the words, which are kept meanwhile."""
    place = place_of(policy, form)
    as_shown(policy, form, place)
    form.late.data = "1" if looked.is_late else ""
    call = find_call(policy.id)
    return render_template(
        "suggestions/check.html",
        policy=policy,
        form=form,
        place=place,
        shown=list(_shown(policy, wanted, looked)),
        left_out=max(0, len(looked.operations) - MOST_SHOWN),
        kind=looked.kind,
        code=code,
        is_late=looked.is_late,
        closes_at=closing_for(policy, form),
        late_until=late_until(policy, form),
        answer_days=call.answer_days if call else None,
        is_public=is_public_now(policy),
        wait=find_wait(policy.id, current_actor()),
        unnamed=list_unnamed(policy.id),
        **door(policy),
    )


def _shown(policy: Policy, wanted: Wanted, looked: Looked) -> Iterator[Shown]:
    base = get_version(policy.id, wanted.base)
    for one in looked.operations[:MOST_SHOWN]:
        clause = base.clause(one.clause or one.after or "")
        before = clause.text.strip("\n") if clause and one.clause else ""
        label = clause.label if clause else ""
        change = ChangeView(one.kind, one.clause, one.after, label, before, one.text)
        is_reworded = one.kind == OperationKind.REWORD
        yield Shown(change, changed_numbers(before, one.text) if is_reworded else [])


def numbers_seen(policy: Policy, form: SuggestForm, wanted: Wanted) -> bool:
    """Whether the words hold telephone or identity numbers that nobody has confirmed; then each
    field says so, and sending the form again confirms them."""
    place = place_at(policy, wanted.base, wanted.clause, wanted.after)
    known = place.base if place else ""
    confirmed = form.known_numbers
    seen: set[str] = set(confirmed)
    for field, words in ((form.text, wanted.text), (form.summary, wanted.reason)):
        found = find_personal(words, known) if len(words) <= MAX_TEXT_BYTES else ()
        new = {one.masked: one for one in found if one.masked not in confirmed}
        field.errors = [*field.errors, *map(_said, new.values())]
        seen |= new.keys()
    form.numbers.data = " ".join(sorted(seen))
    return len(seen) > len(confirmed)


def _said(found: Found) -> str:
    if found.kind == "identity":
        return str(
            _(
                "This looks like an identity number: %(masked)s. Remove it, or press Next again"
                " to publish it.",
                masked=found.masked,
            )
        )
    return str(
        _(
            "This looks like a phone number: %(masked)s. Remove it, or press Next again to"
            " publish it.",
            masked=found.masked,
        )
    )


def closed_page(policy: Policy, form: SuggestForm | None = None, code: str = "") -> str:
    """Comments have closed: said as a page like any other, with the words given back."""
    closing = closing_for(policy, form) if form else policy.usual_closes_at or policy.closes_at
    is_over = closing is not None and closing <= clock.now() and not policy.held_phase
    words = (form.text.data if form else "") or ""
    if form and words.split() == as_read(place_of(policy, form).base).split():
        words = ""  # the article's own, not this person's
    return render_template(
        "suggestions/closed.html",
        policy=policy,
        form=form,
        code=code,
        closed_at=closing if is_over else None,
        held=find_hold(policy),
        words=showable(words),
        reason=showable((form.summary.data if form else "") or ""),
    )


def is_late_unseen(policy: Policy, form: SuggestForm) -> bool:
    """Whether the page that was sent did not say yet that comments have closed meanwhile."""
    is_late = opening_for(policy, form) is Opening.LATE
    return is_late and form.late.data != "1"

"""Screen 3, the form itself: made fresh, refilled from kept words, or shown again with a refusal."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, request, url_for

from app import clock
from app.discussions.rules import is_shown_to_others
from app.discussions.services.pacing import find_slowdown
from app.discussions.services.waiting import find_wait
from app.policies.forms import new_token
from app.policies.models import Policy
from app.policies.queries import is_public_now
from app.policies.queries.course import closes_at
from app.suggestions.forms import SuggestForm
from app.suggestions.models import KeptWords
from app.suggestions.routes.begun import opened, sealed
from app.suggestions.routes.places import LONGEST_TOKEN, Place, base_of, place_at
from app.suggestions.rules import LATE_FOR, Opening, opening
from app.text.as_read import as_read
from app.web.error_pages import showable
from app.web.guard import current_actor


def fresh_form(policy: Policy, place: Place) -> SuggestForm:
    """A form about ``place`` as nobody has filled it in yet."""
    token = new_token()
    form = _form(policy, place, token, clock.now())
    form.show(place.base, place.base)
    return form


def refilled_form(policy: Policy, place: Place, kept: KeptWords) -> SuggestForm:
    """The form as it was when its words were kept."""
    form = _form(policy, place, kept.edit_token, kept.begun_at)
    form.show(showable(kept.text), place.base)
    form.summary.data = showable(kept.reason)
    form.kind.data = [kept.kind]
    form.revised.data = str(kept.revised)
    return form


def _form(policy: Policy, place: Place, token: str, begun_at: datetime) -> SuggestForm:
    ident = place.clause.id if place.clause else ""
    return SuggestForm(
        formdata=None,
        base=place.number,
        edit_token=token,
        clause="" if place.is_gap else ident,
        after=ident if place.is_gap else "",
        begun=sealed(policy.id, token, begun_at),
    )


def begun_of(policy: Policy, form: SuggestForm) -> datetime:
    """When the person of this form began: as the seal says, or now."""
    now = clock.now()
    return min(opened(form.begun.data or "", policy.id, form.edit_token.data or "") or now, now)


def opening_for(policy: Policy, form: SuggestForm) -> Opening:
    """What the form takes of somebody who began when this one did."""
    until = closing_for(policy, form)
    return opening(policy.phase_now, policy.mode, until, begun_of(policy, form), clock.now())


def closing_for(policy: Policy, form: SuggestForm) -> datetime | None:
    """When comments on what the form is about close."""
    return closes_at(policy, form.clause.data or form.after.data or None)


def late_until(policy: Policy, form: SuggestForm) -> datetime | None:
    """Until when somebody who began before that may still send."""
    closing = closing_for(policy, form)
    return closing + LATE_FOR if closing else None


def place_of(policy: Policy, form: SuggestForm) -> Place:
    """What a form is about, as it stood when the form was made; else as it stands now."""
    clause, after = form.clause.data or "", form.after.data or ""
    wanted = (clause, "" if clause else after)
    found = place_at(policy, base_of(form), *wanted) or place_at(
        policy, policy.head_number, *wanted
    )
    return found or place_at(policy, policy.head_number, "", "") or Place(policy.head_number)


def as_shown(policy: Policy, form: SuggestForm, place: Place) -> None:
    """Let a form that was sent be sent again: what no page can hold is shown as U+FFFD, a version
    that does not exist becomes the one shown, and the seal is renewed."""
    form.text.data = showable(form.text.data if form.text.data is not None else place.base)
    hold_base(form, place.number)
    form.edit_token.data = (form.edit_token.data or new_token())[:LONGEST_TOKEN]
    form.begun.data = sealed(policy.id, form.edit_token.data, begun_of(policy, form))


def hold_base(form: SuggestForm, number: int) -> None:
    """Let the form say that it was made from version ``number``, whatever was sent."""
    form.base.data, form.base.raw_data = number, None


def write_page(
    policy: Policy,
    form: SuggestForm,
    *,
    place: Place | None = None,
    kept_at: datetime | None = None,
    code: str = "",
) -> str:
    """The form. ``code`` and ``kept_at`` say where and when the words were kept."""
    place = place or place_of(policy, form)
    as_shown(policy, form, place)
    original = as_read(place.base) if form.hides_marks else place.base
    state = opening_for(policy, form)
    actor = current_actor()
    return render_template(
        "suggestions/write.html",
        policy=policy,
        form=form,
        place=place,
        original=original,
        takes_words=state is not Opening.COMMENTS or _is_changed(form, original),
        is_late=state is Opening.LATE,
        closes_at=closing_for(policy, form),
        late_until=late_until(policy, form),
        kept_at=kept_at,
        code=code,
        is_arrived=request.method == "POST" or "fresh" in request.args,
        is_public=is_public_now(policy),
        wait=find_wait(policy.id, actor),
        slowdown=find_slowdown(policy.id),
        is_confirmed=actor.is_anonymous or is_shown_to_others(actor.confirmation),
        **door(policy),
    )


def door(policy: Policy) -> dict[str, object]:
    """Where the form is sent: to the address that shows it. In mode ``reviewed`` that may be the
    editor's, whose changes by others than the drafting group become suggestions."""
    is_editor = request.blueprint == "policies"
    endpoint = "policies.save" if is_editor else "suggestions.suggest"
    return {"is_instead_of_edit": is_editor, "action": url_for(endpoint, slug=policy.slug)}


def _is_changed(form: SuggestForm, original: str) -> bool:
    """Whether the field holds words that a page without it would lose."""
    return (form.text.data or "").replace("\r\n", "\n").strip() != original.strip()

"""Who works on a draft: everybody reads it, the owner names people and bodies and ends their seats."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.access.ensure import ensure
from app.access.grants import may
from app.consultations.queries import preparedness
from app.errors import RuleBroken
from app.policies import queries
from app.policies.forms import SeatForm, WaiveForm
from app.policies.models import Policy
from app.policies.queries import course
from app.policies.routes import blueprint
from app.policies.seats import SeatKind
from app.policies.services import seating
from app.policies.services.seating import NewSeat
from app.policies.stamps import find_stamp
from app.text.canonical import TextRefused
from app.web.error_pages import translated
from app.web.forms import Form, failed, put_error
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors


@blueprint.get("/policies/<slug>/people")
@requires(Act.READ_POLICY)
@cached_for_visitors(find_stamp)
def people(slug: str) -> ResponseReturnValue:
    """The seats with who holds them, and those the draft was let off; the owner's forms below."""
    policy = queries.get_policy(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for(".people", slug=policy.slug), 301)
    return _page(policy)


def _page(policy: Policy, *, name: Form | None = None, waiver: Form | None = None) -> str:
    """A form that was refused stands in for its fresh twin."""
    actor = current_actor()
    is_owner = bool(may(actor, Act.NAME_PEOPLE, queries.facts(policy, actor)))
    seats = course.list_seats(policy.id)
    held = {seat.kind for seat in seats}
    let_off = {
        waiver.what.removeprefix("seat:"): waiver
        for waiver in course.list_waivers(policy.id)
        if waiver.what.startswith("seat:") and waiver.what.removeprefix("seat:") not in held
    }
    needed = preparedness.open_seats(policy) if is_owner else ()
    return render_template(
        "policies/people.html",
        policy=policy,
        groups=[(kind, [seat for seat in seats if seat.kind == kind]) for kind in SeatKind],
        unnamed=course.list_unnamed(policy.id),
        let_off=let_off,
        is_owner=is_owner,
        is_public=queries.is_public_now(policy),
        missing=[translated(one) for one in preparedness.missing_seats(policy)] if is_owner else (),
        name=(name or SeatForm(formdata=None)) if is_owner else None,
        waiver=(waiver or WaiveForm(formdata=None, needed=needed)) if is_owner else None,
        needed=[kind for kind in needed if kind != SeatKind.OWNER],
    )


@blueprint.post("/policies/<slug>/people")
@requires(Act.NAME_PEOPLE, own_token_check=True)
def change_people(slug: str) -> ResponseReturnValue:
    """Name somebody; with ``end`` or ``remove`` end a seat or all of a person; ``waive`` let off."""
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    ensure(actor, Act.NAME_PEOPLE, queries.facts(policy, actor))
    if request.form.get("waive"):
        return _waive(policy)
    form = SeatForm()
    is_valid = form.validate()
    if "csrf_token" not in form.errors and _ended(policy.slug):
        flash(_("That person no longer works on this draft."), "success")
        return redirect(url_for(".people", slug=policy.slug), 303)
    if not is_valid:
        return _page(policy, name=form), failed(form)
    new = NewSeat(
        kind=form.kind.data,
        address=form.address.data or "",
        body=form.body.data or "",
        shows_name=not form.hides_name.data,
    )
    try:
        seat = seating.name_seat(slug, new, actor=actor)
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "address")
        return _page(queries.get_policy(slug, actor), name=form), 422
    named = seat.person.name if seat.person else seat.body
    flash(_("%(name)s now works on this draft.", name=named), "success")
    return redirect(url_for(".people", slug=policy.slug), 303)


def _ended(slug: str) -> bool:
    """Whether a button that ends a seat was pressed; then it is done."""
    actor, seat = current_actor(), request.form.get("end", "")
    if seat.isdecimal() and len(seat) < 10:
        seating.end_seat(slug, int(seat), actor=actor)
        return True
    person = request.form.get("remove", "")
    if person:
        seating.unname_person(slug, public_id=person, actor=actor)
    return bool(person)


def _waive(policy: Policy) -> ResponseReturnValue:
    actor = current_actor()
    form = WaiveForm(needed=preparedness.open_seats(policy))
    if not form.validate():
        return _page(policy, waiver=form), failed(form)
    try:
        seating.waive_seat(policy.slug, form.seat.data, form.reason.data or "", actor=actor)
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "reason")
        return _page(queries.get_policy(policy.slug, actor), waiver=form), 422
    flash(_("The seat is left open, with your reason."), "success")
    return redirect(url_for(".people", slug=policy.slug), 303)

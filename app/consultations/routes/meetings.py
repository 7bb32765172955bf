"""Meetings about a draft: the public page, and the office's forms before and after each."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.grants import may
from app.consultations.beside_forms import CallOffForm, MeetingForm, RecordForm
from app.consultations.models import Meeting
from app.consultations.queries import beside
from app.consultations.queries.calendar import zone
from app.consultations.queries.calls import find_call
from app.consultations.routes import blueprint
from app.consultations.services import holding_meetings as services
from app.errors import RuleBroken
from app.policies import queries
from app.policies.models import Policy
from app.policies.stamps import find_stamp
from app.text.canonical import TextRefused
from app.web.forms import Form, failed, put_error, refused
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors


def _stamp(slug: str, **_rest: object) -> str | None:
    """The page says which meetings are still to come, so it also changes with the hour."""
    stamp = find_stamp(slug)
    return stamp and f"{stamp}.{clock.now():%Y%m%d%H}"


def own_office(slug: str) -> Policy:
    """The policy, for somebody who may keep its meetings and papers."""
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    ensure(actor, Act.KEEP_PAPERS, queries.facts(policy, actor))
    return policy


def keeps_papers(policy: Policy) -> bool:
    """Whether the page shows what the office can do on it."""
    actor = current_actor()
    return bool(may(actor, Act.KEEP_PAPERS, queries.facts(policy, actor)))


@blueprint.get("/policies/<slug>/meetings")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp)
def meetings(slug: str) -> ResponseReturnValue:
    """When and where, how to take part, who was there, and what was said."""
    policy = queries.get_policy(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for(".meetings", slug=policy.slug), 301)
    call = find_call(policy.id)
    now = clock.now()
    rows = beside.list_meetings(policy.id)
    return render_template(
        "consultations/meetings.html",
        policy=policy,
        rows=rows,
        now=now,
        earlier_words=call.meetings if call else "",
        hints=[row.id for row in rows if services.lacks_papers(row, now)],
        is_office=keeps_papers(policy),
        is_public=queries.is_public_now(policy),
    )


@blueprint.route("/policies/<slug>/meetings/new", methods=["GET", "POST"])
@requires(Act.KEEP_PAPERS, own_token_check=True)
def new_meeting(slug: str) -> ResponseReturnValue:
    """Announce a meeting."""
    policy = own_office(slug)
    form = MeetingForm()
    if not form.is_submitted():
        return _form(policy, form)
    if not form.validate():
        return _form(policy, form), failed(form)
    try:
        meeting = services.announce_meeting(slug, form.wanted(zone()), actor=current_actor())
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "place")
        return _form(policy, form), refused(error)
    return _back(policy, meeting, _("The meeting is announced."))


@blueprint.route("/policies/<slug>/meetings/<int:number>/edit", methods=["GET", "POST"])
@requires(Act.KEEP_PAPERS, own_token_check=True)
def edit_meeting(slug: str, number: int) -> ResponseReturnValue:
    """Change what is announced, until the meeting begins."""
    policy = own_office(slug)
    meeting = beside.get_meeting(policy.id, number)
    form = MeetingForm()
    if not form.is_submitted():
        form.show(meeting, zone())
        return _form(policy, form, meeting)
    if not form.validate():
        return _form(policy, form, meeting), failed(form)
    try:
        services.change_meeting(slug, number, form.wanted(zone()), actor=current_actor())
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "place")
        return _form(policy, form, meeting), refused(error)
    return _back(policy, meeting, _("The meeting is changed."))


@blueprint.route("/policies/<slug>/meetings/<int:number>/call-off", methods=["GET", "POST"])
@requires(Act.KEEP_PAPERS, own_token_check=True)
def call_off_meeting(slug: str, number: int) -> ResponseReturnValue:
    """Say that a meeting is not held, and why."""
    policy = own_office(slug)
    meeting = beside.get_meeting(policy.id, number)
    form = CallOffForm()
    if not (form.is_submitted() and form.validate()):
        page = _page("call_off_meeting.html", policy, form, meeting)
        return page, failed(form) if form.is_submitted() else 200
    try:
        services.call_off_meeting(slug, number, form.reason.data or "", actor=current_actor())
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "reason")
        return _page("call_off_meeting.html", policy, form, meeting), refused(error)
    return _back(policy, meeting, _("The meeting is called off; your reason is public."))


@blueprint.route("/policies/<slug>/meetings/<int:number>/record", methods=["GET", "POST"])
@requires(Act.KEEP_PAPERS, own_token_check=True)
def record_meeting(slug: str, number: int) -> ResponseReturnValue:
    """Publish who was there and the signed record."""
    policy = own_office(slug)
    meeting = beside.get_meeting(policy.id, number)
    form = RecordForm()
    if not form.is_submitted():
        form.participants.data = meeting.participants
        return _page("record_meeting.html", policy, form, meeting)
    if not form.validate():
        return _page("record_meeting.html", policy, form, meeting), failed(form)
    try:
        services.record_meeting(
            slug,
            number,
            words=form.record.data or "",
            signed_by=form.signed_by.data or "",
            participants=form.participants.data or "",
            actor=current_actor(),
        )
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "record")
        return _page("record_meeting.html", policy, form, meeting), refused(error)
    return _back(policy, meeting, _("The record is public."))


def _form(policy: Policy, form: MeetingForm, meeting: Meeting | None = None) -> str:
    return _page("edit_meeting.html", policy, form, meeting)


def _page(name: str, policy: Policy, form: Form, meeting: Meeting | None) -> str:
    return render_template(f"consultations/{name}", policy=policy, form=form, meeting=meeting)


def _back(policy: Policy, meeting: Meeting, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    anchor = f"meeting-{meeting.id}"
    return redirect(url_for(".meetings", slug=policy.slug, _anchor=anchor), 303)

"""For supervisors: what is late and how often decisions were wrong; notes, and replies to them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.access.grants import may
from app.errors import Conflict, NotFound, RuleBroken
from app.messages import N_
from app.moderation.queries import supervision as supervising
from app.moderation.queries.appeals import list_flags
from app.moderation.queries.held import list_held_drafts
from app.moderation.queries.log import find_entry
from app.moderation.queries.notes import NoteView, get_note, list_open_notes
from app.moderation.review_forms import CaseNoteForm, NoteForm, ReplyForm
from app.moderation.review_rules import About, Aim, read_aim
from app.moderation.routes import blueprint
from app.moderation.rules import Action
from app.moderation.services.acting import Decision
from app.moderation.services.inspecting import answer_report, close_note, open_note, reply_to_note
from app.policies.queries import facts, get_policy
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires

_ABSENT = N_("This page does not exist, or you may not see it.")


@blueprint.get("/supervision")
@requires(Act.INSPECT)
def supervision() -> ResponseReturnValue:
    """Duties that are overdue, and how often decisions were overturned. Nothing is changed here."""
    actor = current_actor()
    return render_template(
        "moderation/supervision.html",
        waiting=supervising.count_waiting(actor),
        late_cases=supervising.list_late_cases(actor),
        reports=supervising.list_reports(actor),
        late_appeals=supervising.count_late_appeals(actor),
        late_answers=supervising.list_late_answers(actor),
        held=list_held_drafts(actor),
        rates=supervising.list_rates(actor),
        people=supervising.list_rates_of_people(actor),
        days=supervising.RATES_DAYS,
        notes=list_open_notes(actor),
    )


@blueprint.route("/supervision/notes/new", methods=["GET", "POST"])
@requires(Act.INSPECT, own_token_check=True)
def inspect() -> ResponseReturnValue:
    """``about`` is action:12, case:5 (a report on officers' words), policy or overdue (with
    ``policy`` of that draft)."""
    aim = read_aim(request.values.get("about", ""))
    if aim is None:
        raise NotFound(_ABSENT)
    if aim.about is About.CASE:
        return _report(aim)
    form, slug = NoteForm(), request.values.get("policy", "")
    if not form.is_submitted():
        form.about.data, form.policy.data = str(aim), slug
        return _note_page(aim, slug, form)
    if not form.validate():
        return _note_page(aim, slug, form), failed(form)
    try:
        note = open_note(aim, form.words.data or "", actor=current_actor(), slug=slug)
    except RuleBroken as error:
        put_error(form, error, "words")
        return _note_page(aim, slug, form), 422
    flash(_("Your note is written down. Those who are responsible can reply."), "success")
    return redirect(url_for(".inspection", ident=note.id), 303)


def _note_page(aim: Aim, slug: str, form: NoteForm) -> str:
    return render_template("moderation/inspect.html", form=form, **_subject(aim, slug))


def _subject(aim: Aim, slug: str) -> dict[str, Any]:
    """What a note is about, for its page: the entry of the log, or the draft."""
    actor = current_actor()
    if aim.about is About.ACTION:
        found = find_entry(aim.number, actor)
        if found is None or not found[1]:
            raise NotFound(_ABSENT)
        return {"aim": aim, "row": found[0], "policy": None}
    needs_policy = aim.about is About.POLICY or slug
    return {"aim": aim, "row": None, "policy": get_policy(slug, actor) if needs_policy else None}


def _report(aim: Aim) -> ResponseReturnValue:
    """The words of an office were reported: close it, with a reason and maybe a note to it."""
    form = CaseNoteForm()
    if not form.is_submitted():
        return _report_page(aim, form)
    if not form.validate():
        return _report_page(aim, form), failed(form)
    decision = Decision(Action.NONE, form.rule.data or "", form.reason.data or "")
    try:
        done = answer_report(aim.number, decision, form.words.data or "", actor=current_actor())
    except RuleBroken as error:
        put_error(form, error, "reason")
        return _report_page(aim, form), 422
    flash(_("The report is answered. The record shows your reason."), "success")
    return redirect(url_for(".log", page=done.id + 1, _anchor=f"action-{done.id}"), 303)


def _report_page(aim: Aim, form: CaseNoteForm) -> str:
    report = supervising.get_report_place(aim.number, current_actor())
    if report is None:
        raise NotFound(_ABSENT)
    if not form.is_submitted():
        form.about.data, form.rule.data = str(aim), report.rule
    return render_template(
        "moderation/report.html", report=report, flags=list_flags(aim.number), form=form
    )


@blueprint.get("/supervision/notes/<int:ident>")
@requires(Act.READ_POLICY)
def inspection(ident: int) -> ResponseReturnValue:
    """One note and its reply, for everybody who sees what it is about."""
    return _inspection_page(get_note(ident, current_actor()), ReplyForm(formdata=None))


@blueprint.post("/supervision/notes/<int:ident>")
@requires(Act.REPLY_TO_INSPECTION, own_token_check=True)
def reply_to_inspection(ident: int) -> ResponseReturnValue:
    form = ReplyForm()
    if not form.validate():
        return _inspection_page(get_note(ident, current_actor()), form), failed(form)
    try:
        reply_to_note(ident, form.words.data or "", actor=current_actor())
    except (Conflict, RuleBroken) as error:
        put_error(form, error, "words")
        status = 409 if isinstance(error, Conflict) else 422
        return _inspection_page(get_note(ident, current_actor()), form), status
    flash(_("Your reply stands below the note."), "success")
    return redirect(url_for(".inspection", ident=ident), 303)


@blueprint.post("/supervision/notes/<int:ident>/close")
@requires(Act.INSPECT)
def close_inspection(ident: int) -> ResponseReturnValue:
    close_note(ident, actor=current_actor())
    flash(_("The note is closed. It stays readable."), "success")
    return redirect(url_for(".inspection", ident=ident), 303)


def _inspection_page(note: NoteView, form: ReplyForm) -> str:
    actor = current_actor()
    found = find_entry(note.aim.number, actor) if note.aim.about is About.ACTION else None
    return render_template(
        "moderation/inspection.html",
        note=note,
        row=found[0] if found else None,
        may_reply=not note.replied_at and not note.closed_at and _may_reply(note),
        form=form,
    )


def _may_reply(note: NoteView) -> bool:
    """Whether to show the form; the service asks again inside the gate."""
    actor = current_actor()
    stands_on = facts(get_policy(note.slug, actor), actor) if note.slug else None
    return actor.role is note.answered_by and bool(may(actor, Act.REPLY_TO_INSPECTION, stands_on))

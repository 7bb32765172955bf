"""The desk of answers: one contribution after another, with all that its answer needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.queries.due import due_of
from app.errors import RuleBroken
from app.moderation.queries.hidden_words import HiddenWords
from app.moderation.services.disclosing import read_contribution
from app.policies.models import Policy
from app.policies.phases import Phase, allows
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.suggestions.answer_forms import DeskForm
from app.suggestions.queries import desk as queries
from app.suggestions.queries.answered import officer_view
from app.suggestions.queries.desk import SHOWS, DeskFilters, DeskItem
from app.suggestions.queries.owed import count_owed
from app.suggestions.queries.shown import get_contribution
from app.suggestions.routes import blueprint
from app.suggestions.routes.places import clause_named
from app.suggestions.services import answering, drafting_answers, saving_reasons
from app.suggestions.services.answering import DraftWritten, NewAnswer, draft_token, said
from app.text.canonical import TextRefused
from app.web.error_pages import showable, translated
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires
from app.web.paging import number_argument


@blueprint.route("/policies/<slug>/answers/work", methods=["GET", "POST"])
@requires(Act.PREPARE_ANSWERS, own_token_check=True)
def desk(slug: str) -> ResponseReturnValue:
    policy = office_policy(slug)
    filters = desk_filters(policy)
    number = number_argument("number")
    if request.method == "GET" and number is None:
        number = queries.next_number(policy, current_actor(), filters)
    if number is None:
        return _nothing_chosen(policy, filters)
    view = get_contribution(policy.slug, number, current_actor())
    ensure(
        current_actor(),
        Act.PREPARE_ANSWERS,
        replace(office_facts(policy, current_actor()), author_id=view.author_id),
    )
    item = queries.get_item(view, current_actor())
    form = DeskForm()
    if form.is_submitted():
        return _acted(policy, filters, item, form)
    _fill(policy, item, form, _part_wanted(item))
    return _page(policy, filters, item, form)


def office_policy(slug: str) -> Policy:
    """The policy whose answers the reader prepares; a refusal for others."""
    actor = current_actor()
    policy = get_policy(slug, actor)
    ensure(actor, Act.PREPARE_ANSWERS, office_facts(policy, actor))
    return policy


def desk_filters(policy: Policy) -> DeskFilters:
    """What the address asks for; an article may be named by id or as it is called."""
    show = request.args.get("show", "")
    clause = clause_named(policy, request.args.get("clause", ""))
    return DeskFilters(
        show=show if show in SHOWS else SHOWS[0], mine="mine" in request.args, clause=clause
    )


def address(policy: Policy, filters: DeskFilters, number: int | None, **more: Any) -> str:
    """The desk at ``number`` (None: at the next one) under these filters."""
    return url_for(
        "suggestions.desk",
        slug=policy.slug,
        number=number,
        show=filters.show if filters.show != SHOWS[0] else None,
        mine="1" if filters.mine else None,
        clause=filters.clause or None,
        **more,
    )


def _part_wanted(item: DeskItem) -> int:
    """The point that the address names, else the first without a draft."""
    if not item.view.parts:
        return 0
    asked = number_argument("part", 0) or 0
    if asked in item.points:
        return asked
    return next((part for part in item.points if part not in item.drafts), 1)


def _fill(policy: Policy, item: DeskItem, form: DeskForm, part: int) -> None:
    """The form as the draft says, or empty."""
    form.part.data = part
    draft = item.drafts.get(part)
    form.seen.data = draft_token(draft)
    if draft is None:
        return
    form.outcome.data, form.reason.data = draft.outcome, draft.reason
    form.reference.data, form.revision.data = draft.reference, draft.revision
    form.clauses.data = " ".join(draft.clauses.split())


def _acted(
    policy: Policy, filters: DeskFilters, item: DeskItem, form: DeskForm
) -> ResponseReturnValue:
    """What the pressed button asks for."""
    if not form.validate():
        return _page(policy, filters, item, form), failed(form)
    step = request.form.get("step", "save")
    try:
        if step == "read":
            hidden = read_contribution(policy.slug, item.view.number, actor=current_actor())
            return _page(policy, filters, item, form, hidden=hidden)
        if step == "preview":
            checked = answering.preview(
                policy.slug, item.view.number, _wanted(form), actor=current_actor()
            )
            return _page(policy, filters, item, form, checked)
        if step == "insert":
            return _insert(policy, filters, item, form)
        if step == "keep":
            return _keep_reason(policy, filters, item, form)
        return _save(policy, filters, item, form)
    except DraftWritten as conflict:
        form.seen.data = draft_token(queries.find_draft(item.view.id, form.part.data or 0))
        return _page(policy, filters, item, form, conflict=conflict), 409
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "reason")
        return _page(policy, filters, item, form), refused(error)


def _wanted(form: DeskForm) -> NewAnswer:
    return NewAnswer(
        outcome=form.outcome.data or "",
        reason=(form.reason.data or "").replace("\r\n", "\n"),
        reference=form.reference.data or "",
        clauses=form.named_clauses,
        revision=form.revision.data,
    )


def _save(
    policy: Policy, filters: DeskFilters, item: DeskItem, form: DeskForm
) -> ResponseReturnValue:
    """Store the draft, and go on: to the next point, else to the next contribution."""
    actor, number, part = current_actor(), item.view.number, form.part.data or 0
    wanted = _wanted(form)
    drafting_answers.save_draft(
        policy.slug, number, wanted, actor=actor, part=part, seen=form.seen.data or ""
    )
    count = 0
    if form.together.data and not part:
        count = drafting_answers.save_together(
            policy.slug, number, form.left_out, wanted, actor=actor
        )
    if count:
        flash(
            ngettext(
                "The answer to no. %(number)s is saved, and to %(num)s similar comment.",
                "The answer to no. %(number)s is saved, and to %(num)s similar comments.",
                count,
                number=number,
            ),
            "success",
        )
    else:
        flash(_("The answer to no. %(number)s is saved.", number=number), "success")
    left = [one for one in item.points if one not in item.drafts and one != part]
    if left:
        return redirect(address(policy, filters, number, part=left[0]), 303)
    following = queries.next_number(policy, actor, filters, number)
    return redirect(address(policy, filters, following), 303)


def _insert(
    policy: Policy, filters: DeskFilters, item: DeskItem, form: DeskForm
) -> ResponseReturnValue:
    """The reason that was kept, behind what is written."""
    wanted = request.form.get("kept_reason", "")
    kept = next((one for one in queries.list_reasons(policy.id) if str(one.id) == wanted), None)
    if kept is not None:
        written = (form.reason.data or "").replace("\r\n", "\n").rstrip()
        form.reason.data = f"{written}\n{kept.reason}" if written else kept.reason
    return _page(policy, filters, item, form)


def _keep_reason(
    policy: Policy, filters: DeskFilters, item: DeskItem, form: DeskForm
) -> ResponseReturnValue:
    name, reason = form.reason_name.data or "", (form.reason.data or "").replace("\r\n", "\n")
    saving_reasons.save_reason(policy.slug, name, reason, actor=current_actor())
    form.reason_name.data = ""
    return _page(policy, filters, item, form, sentence=_("The reason is kept."))


def _nothing_chosen(policy: Policy, filters: DeskFilters) -> ResponseReturnValue:
    """Nothing is left to answer; or a form came that names no contribution."""
    form = DeskForm()
    if not form.is_submitted():
        return _page(policy, filters, None, form)
    form.validate()
    return _page(policy, filters, None, form), failed(form)


def _page(
    policy: Policy,
    filters: DeskFilters,
    item: DeskItem | None,
    form: DeskForm,
    checked: NewAnswer | None = None,
    conflict: DraftWritten | None = None,
    sentence: str = "",
    hidden: HiddenWords | None = None,
) -> str:
    """The desk; with a ``checked`` answer also what the person will read."""
    actor = current_actor()
    form.reason.data = showable(form.reason.data or "")
    number = item.view.number if item else 0
    return render_template(
        "suggestions/desk.html",
        policy=policy,
        filters=filters,
        item=item,
        form=form,
        part=form.part.data or 0,
        checked=checked,
        conflict=conflict,
        conflict_words=translated(conflict.message) if conflict else "",
        sentence=sentence,
        hidden=hidden,
        counts=count_owed(policy.id),
        mine=queries.count_matching(policy, actor, replace(filters, mine=True, show="unwritten")),
        due=due_of(policy),
        is_open=policy.phase_now == Phase.CONSULTATION,
        may_write=allows(policy.phase_now, Act.PREPARE_ANSWERS) and policy.answers_at is None,
        officer=officer_view(item.view, actor) if item else None,
        drafts={part: said(draft) for part, draft in item.drafts.items()} if item else {},
        reasons=queries.list_reasons(policy.id),
        colleagues=queries.list_colleagues(policy),
        following=queries.next_number(policy, actor, filters, number),
        address=lambda number=None, narrowed=filters, **more: address(
            policy, narrowed, number, **more
        ),
        narrowed=lambda **values: replace(filters, **values),
    )

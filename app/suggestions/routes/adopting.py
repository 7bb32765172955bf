"""The page on which an officer takes suggested words into the text: all, some, or other words."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.errors import Conflict, RuleBroken
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.policies.versions import get_version
from app.suggestions.answer_forms import AdoptForm
from app.suggestions.queries.answered import list_same_place
from app.suggestions.queries.proposal import (
    Adoption,
    PartView,
    Proposal,
    TextMovedOn,
    Way,
    list_parts,
    propose,
)
from app.suggestions.queries.shown import get_contribution
from app.suggestions.queries.views import ContributionView
from app.suggestions.routes import blueprint
from app.suggestions.routes.answering import to_contribution, too_late
from app.suggestions.routes.places import place_at
from app.suggestions.rules import Outcome
from app.suggestions.services import adopting
from app.suggestions.services.adopting import PreviewChanged
from app.text.as_read import as_read, as_written
from app.text.canonical import MAX_TEXT_BYTES, TextRefused
from app.text.compare import compare
from app.text.operations import OperationKind
from app.web.error_pages import showable, translated
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires
from app.web.paging import number_argument


@dataclass(frozen=True, slots=True)
class _Offer:
    """What can be done with a suggestion on the head: ``whole`` is the head with all its words,
    None when they no longer fit; ``now`` and ``then`` are (label, words) of the articles where
    they do not, as they read now and as suggested."""

    whole: Proposal | None
    parts: list[PartView]
    now: list[tuple[str, str]]
    then: list[tuple[str, str]]

    @property
    def ways(self) -> list[Way]:
        whole = [Way.WHOLE] if self.whole else []
        return [*whole, *([Way.PARTS] if len(self.parts) > 1 else []), Way.OTHER]


@blueprint.route("/policies/<slug>/suggestions/<int:number>/adopt", methods=["GET", "POST"])
@requires(Act.ANSWER, own_token_check=True)
def adopt(slug: str, number: int) -> ResponseReturnValue:
    form = AdoptForm()
    try:
        point = form.part.data or number_argument("part", 0) or 0
        policy, view = adopting.ensure_adoptable(slug, number, current_actor(), point)
        form.part.data = point
        if form.is_submitted():
            return _adopted(policy, view, form)
        return _fresh(policy, view)
    except PreviewChanged as changed:
        return _check(slug, number, form, 409, translated(changed.message))
    except Conflict as conflict:
        return too_late(slug, number, conflict, form.reason.data or "", form.text.data or "")


def _fresh(policy: Policy, view: ContributionView) -> str:
    """The form as the address asks for it (``way``, ``in=whole``), else as the words allow."""
    offer = _offer(policy, view)
    asked = request.args.get("way", "")
    form = AdoptForm(formdata=None, base=policy.head_number)
    form.part.data = number_argument("part", 0)
    usual = Way.WHOLE if offer.whole else Way.OTHER
    form.way.data = asked if asked in offer.ways else usual
    form.outcome.data = Outcome.ADOPTED
    if form.way.data == Way.OTHER:
        _fill(form, policy, view, offer)
    return _page(policy, view, form, offer)


def _fill(form: AdoptForm, policy: Policy, view: ContributionView, offer: _Offer) -> None:
    """Begin other words with the suggested ones where they fit, else with the text as it is."""
    head = get_version(policy.id, policy.head_number)
    after = {clause.id: clause for clause in offer.whole.after} if offer.whole else {}
    one = view.changes[0] if len(view.changes) == 1 else None
    place = head.clause(one.clause or one.place or "") if one else None
    if one is None or place is None or request.args.get("in") == "whole":
        text = offer.whole.text if offer.whole else head.text
        form.show(text, head.text)
    elif one.kind == OperationKind.INSERT:
        form.after.data = place.id
        form.show(one.after, place.text.strip("\n"))
    else:
        form.clause.data = place.id
        words = after.get(place.id, place).text.strip("\n")
        form.show(words, place.text.strip("\n"))


def _adopted(policy: Policy, view: ContributionView, form: AdoptForm) -> ResponseReturnValue:
    """What the form asks for: to look at it, to go on writing, or to save it."""
    slug, number, actor = policy.slug, view.number, current_actor()
    if not form.validate():
        return _page(policy, view, form), failed(form)
    step, wanted = request.form.get("step"), _wanted(policy, form)
    if step == "edit":
        return _page(policy, view, form)
    try:
        if step == "preview":
            return _check(slug, number, form)
        return to_contribution(adopting.adopt(slug, number, wanted, actor=actor))
    except (RuleBroken, TextRefused) as error:
        policy, view = adopting.ensure_adoptable(slug, number, actor, wanted.point)
        if isinstance(error, TextMovedOn):
            form.way.data = Way.OTHER
            if not form.text.data:
                form.base.data = policy.head_number
                _fill(form, policy, view, _offer(policy, view))
        put_error(form, error)
        if error.field == "looked":
            return _check(slug, number, form, 422)
        return _page(policy, view, form), refused(error)


def _wanted(policy: Policy, form: AdoptForm) -> Adoption:
    """What the form asks for; words shown as read have their marks again."""
    base = form.base.data or policy.head_number
    clause, after = form.clause.data or "", form.after.data or ""
    words = (form.text.data or "").replace("\r\n", "\n")
    if form.hides_marks and len(words) <= MAX_TEXT_BYTES:
        place = place_at(policy, base, clause, "" if clause else after)
        words = as_written(words, place.sisters) if place else words
    return Adoption(
        base=base,
        way=form.way.data or Way.WHOLE,
        reason=(form.reason.data or "").replace("\r\n", "\n"),
        outcome=form.outcome.data or "",
        parts=frozenset(form.parts.data or ()),
        clause=clause,
        after="" if clause else after,
        text=words,
        also=form.others,
        has_looked=bool(form.looked.data),
        point=form.part.data or 0,
    )


def _offer(policy: Policy, view: ContributionView) -> _Offer:
    head = get_version(policy.id, policy.head_number)
    wanted = Adoption(base=head.number, way=Way.WHOLE, reason="")
    try:
        return _Offer(propose(policy, view, wanted, head.number), list_parts(view), [], [])
    except TextMovedOn as moved:
        clauses = [clause for clause in head.outline if clause.id in moved.clauses]
        now = [(clause.label, as_read(clause.text.strip("\n"))) for clause in clauses]
        then = [
            (change.label, as_read(change.after))
            for change in view.changes
            if (change.clause or change.place) in moved.clauses
        ]
        return _Offer(None, list_parts(view), now, then)
    except RuleBroken:  # the text says it all already
        return _Offer(None, [], [], [])


def _page(
    policy: Policy, view: ContributionView, form: AdoptForm, offer: _Offer | None = None
) -> str:
    offer = offer or _offer(policy, view)
    _make_showable(form)
    place = get_version(policy.id, policy.head_number).clause(
        form.clause.data or form.after.data or ""
    )
    return render_template(
        "suggestions/adopt.html",
        policy=policy,
        view=view,
        form=form,
        offer=offer,
        place=place,
        others=list_same_place(view, current_actor()),
    )


def _check(
    slug: str, number: int, form: AdoptForm, status: int = 200, sentence: str = ""
) -> ResponseReturnValue:
    """The text before and after, and what the person will read; made on the head of this moment."""
    policy = get_policy(slug, current_actor())
    wanted = _wanted(policy, form)
    proposal, outcome = adopting.preview(slug, number, wanted, actor=current_actor())
    form.base.data, form.outcome.data = proposal.head, outcome
    if wanted.way == Way.OTHER and not wanted.after:
        head = get_version(policy.id, proposal.head)
        old, new = head.clause(wanted.clause), _clause(proposal, wanted.clause)
        if old is not None and new is not None:
            form.show(new.strip("\n"), old.text.strip("\n"))
        else:
            form.clause.data = ""
            form.show(proposal.text, head.text)
    _make_showable(form)
    page = render_template(
        "suggestions/adopt_check.html",
        policy=policy,
        view=get_contribution(slug, number, current_actor()),
        form=form,
        comparison=compare(proposal.before, proposal.after),
        faults=proposal.faults,
        others=form.others,
        sentence=sentence,
    )
    return page, status


def _make_showable(form: AdoptForm) -> None:
    """No page can hold some of the characters that a field may have been sent with."""
    for field in (form.text, form.reason):
        field.data = showable(field.data or "")


def _clause(proposal: Proposal, ident: str) -> str | None:
    return next((clause.text for clause in proposal.after if clause.id == ident), None)

"""The call for comment: its page, its poster to print, and the officer's form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import (
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations import rules
from app.consultations.forms import CallForm
from app.consultations.models import ConsultationCall
from app.consultations.qr_code import qr_code
from app.consultations.queries import calls as queries
from app.consultations.routes import blueprint
from app.consultations.rules import Card
from app.consultations.services import calling as services
from app.errors import NotFound, RuleBroken
from app.messages import N_
from app.policies import queries as policy_queries
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.stamps import find_stamp
from app.policies.versions import Version, get_version
from app.text.canonical import TextRefused
from app.text.clauses import title_of
from app.text.outline import Clause, ClauseKind
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors

USUALLY_CLOSES = time(18, 0)


class _Asks(Protocol):
    """A card as it is stored or as it is wanted."""

    @property
    def clause(self) -> str: ...

    @property
    def question(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _ShownCard:
    """A question and the words it is about; ``clause`` None when they have left the text."""

    ident: str
    question: str
    clause: Clause | None
    title: str
    html: str


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["SETTINGS"].site_timezone)


def _stamp(slug: str, **_rest: object) -> str | None:
    """The pages say how many days are left, so they also change at midnight."""
    stamp = find_stamp(slug)
    return stamp and f"{stamp}.{clock.now().astimezone(_zone()).date()}"


@blueprint.get("/policies/<slug>/consultation")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp)
def call(slug: str) -> ResponseReturnValue:
    """What is asked, until when, and where to begin; ``?clause=`` begins with that one."""
    policy = policy_queries.get_policy(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for(".call", slug=policy.slug, clause=request.args.get("clause")), 301)
    found = _call_of(policy)
    if found is None:
        return render_template("consultations/none.html", policy=policy)
    version = get_version(policy.id, policy.head_number)
    cards = _shown(queries.list_cards(policy.id), version)
    chosen = request.args.get("clause")
    cards.sort(key=lambda card: card.ident != chosen)
    return render_template(
        "consultations/call.html",
        policy=policy,
        call=found,
        cards=cards,
        articles=_count_articles(version),
        closes_at=policy.closes_at,
        **_clock(policy, found),
    )


def _call_of(policy: Policy) -> ConsultationCall | None:
    """The call, unless the draft was taken back to be worked on."""
    is_asked = policy.closes_at is not None and policy.phase_now != Phase.DRAFTING
    return queries.find_call(policy.id) if is_asked else None


def _clock(policy: Policy, found: ConsultationCall) -> dict[str, object]:
    closes_at = policy.closes_at or found.opened_at
    today = clock.now().astimezone(_zone()).date()
    return {
        "is_open": policy.phase_now == Phase.CONSULTATION,
        "days_left": rules.days_left(closes_at.astimezone(_zone()).date(), today),
        "answers_due_at": rules.answers_due_at(closes_at, found.answer_days),
    }


def _shown(cards: Iterable[_Asks], version: Version) -> list[_ShownCard]:
    """The cards with the words they are about, rendered."""
    pairs = [(card, version.clause(card.clause)) for card in cards]
    clauses = tuple(clause for _card, clause in pairs if clause)
    rendered = current_app.extensions["gongyi_renderer"].render_outline(clauses, version.text)
    html = {clause.id: one.html for clause, one in zip(clauses, rendered.slices, strict=True)}
    return [
        _ShownCard(
            ident=card.clause,
            question=card.question,
            clause=clause,
            title=title_of(clause) if clause else "",
            html=html.get(card.clause, ""),
        )
        for card, clause in pairs
    ]


def _count_articles(version: Version) -> int:
    return sum(clause.kind is ClauseKind.ARTICLE for clause in version.outline)


@blueprint.get("/policies/<slug>/consultation/poster")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp)
def poster(slug: str) -> ResponseReturnValue:
    """The call on A4 with its codes, and the words with lines to write on; ``?whole=1`` all of it."""
    policy = policy_queries.get_policy(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for(".poster", slug=policy.slug), 301)
    found = _call_of(policy)
    if found is None:
        return render_template("consultations/none.html", policy=policy)
    version = get_version(policy.id, policy.head_number)
    is_whole = request.args.get("whole") == "1"
    cards = _shown(queries.list_cards(policy.id), version)
    every = [Card(clause.id, "") for clause in version.outline]
    return render_template(
        "consultations/poster.html",
        policy=policy,
        call=found,
        cards=cards,
        pages=_shown(every, version) if is_whole else cards,
        is_whole=is_whole,
        headings=ClauseKind.HEADING,
        address=_address(policy),
        closes_at=policy.closes_at,
    )


@blueprint.get("/policies/<slug>/consultation/code.svg")
@requires(Act.READ_POLICY)
def code(slug: str) -> ResponseReturnValue:
    """The QR code that leads to the call, or to it beginning with one clause."""
    policy = policy_queries.get_policy(slug, current_actor())
    clause = request.args.get("clause", "")
    version = get_version(policy.id, policy.head_number)
    if clause and version.clause(clause) is None:
        raise NotFound(N_("There is no such article in this draft."))
    return Response(qr_code(_address(policy, clause)), mimetype="image/svg+xml")


def _address(policy: Policy, clause: str = "") -> str:
    """The whole address of the call, as others reach this site."""
    site: str = current_app.config["SETTINGS"].site_url
    return site + url_for(".call", slug=policy.slug, clause=clause or None)


@blueprint.route("/policies/<slug>/consultation/edit", methods=["GET", "POST"])
@requires(Act.MOVE_PHASE, own_token_check=True)
def edit(slug: str) -> ResponseReturnValue:
    """Write the call, look at it as residents will see it, open it; change it while it is open."""
    actor = current_actor()
    policy = policy_queries.get_policy(slug, actor)
    ensure(actor, Act.MOVE_PHASE, policy_queries.facts(policy, actor))
    form = CallForm()
    if not form.is_submitted():
        _fill(form, policy)
        return _form_page(policy, form)
    if not form.validate():
        return _form_page(policy, form), failed(form)
    step = request.form.get("step", "check")
    if step == "back":
        return _form_page(policy, form)
    wanted = form.wanted(_zone())
    try:
        if step == "open":
            policy = services.open_consultation(slug, wanted, actor=actor)
            flash(_("The draft is open for comment."), "success")
        elif step == "save":
            policy = services.change_call(slug, wanted, actor=actor)
            flash(_("The call is changed."), "success")
        else:
            return _check_page(policy, form, services.check_call(slug, wanted, actor=actor))
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "question")
        return _form_page(policy, form), refused(error)
    return redirect(url_for(".call", slug=policy.slug), 303)


def _fill(form: CallForm, policy: Policy) -> None:
    """Begin with what an earlier call said; closing is proposed a month ahead."""
    local = clock.now().astimezone(_zone())
    month = local.date() + rules.USUAL_TIME + timedelta(days=1)
    form.closes_at.data = datetime.combine(month, USUALLY_CLOSES)
    earlier = queries.find_call(policy.id)
    if earlier is None:
        return
    for field in ("question", "answer_days", "short_reason", "address", "meetings", "how_else"):
        form[field].data = getattr(earlier, field)
    names = rules.names_of(get_version(policy.id, policy.head_number).outline)
    form.put_cards(
        [
            Card(names[card.clause], card.question)
            for card in queries.list_cards(policy.id)
            if card.clause in names
        ]
    )
    if policy.phase_now == Phase.CONSULTATION and policy.closes_at is not None:
        form.closes_at.data = policy.closes_at.astimezone(_zone())


def _form_page(policy: Policy, form: CallForm) -> str:
    outline = get_version(policy.id, policy.head_number).outline
    names = rules.names_of(outline)
    return render_template(
        "consultations/edit.html",
        policy=policy,
        form=form,
        names=[(names[clause.id], title_of(clause)) for clause in outline if clause.id in names],
        is_public=policy_queries.is_public_now(policy),
        is_open=policy.phase_now == Phase.CONSULTATION and policy.closes_at is not None,
    )


def _check_page(policy: Policy, form: CallForm, wanted: rules.WantedCall) -> str:
    closes_on = wanted.closes_at.astimezone(_zone()).date()
    version = get_version(policy.id, policy.head_number)
    return render_template(
        "consultations/check.html",
        policy=policy,
        form=form,
        call=wanted,
        cards=_shown(wanted.cards, version),
        articles=_count_articles(version),
        closes_at=wanted.closes_at,
        days_left=rules.days_left(closes_on, clock.now().astimezone(_zone()).date()),
        answers_due_at=rules.answers_due_at(wanted.closes_at, wanted.answer_days),
    )

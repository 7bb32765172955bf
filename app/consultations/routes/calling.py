"""The call for comment: its page, and its poster to print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import (
    Response,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app import clock
from app.access.acts import Act
from app.consultations import rules
from app.consultations.models import Annex, ConsultationCall, Meeting
from app.consultations.qr_code import qr_code
from app.consultations.queries import beside
from app.consultations.queries import calls as queries
from app.consultations.queries.corrections import find_taken_back, list_notices
from app.consultations.queries.due import list_promises
from app.consultations.routes import blueprint
from app.consultations.rules import Card
from app.errors import NotFound
from app.messages import N_
from app.policies import queries as policy_queries
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries.course import find_hold
from app.policies.stamps import find_stamp
from app.policies.versions import Version, get_version
from app.text.clauses import title_of
from app.text.outline import Clause, ClauseKind
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors


@dataclass(frozen=True, slots=True)
class Beside:
    """What a notice leads to: the papers, the meetings still to come, and the text it is about.

    ``revision`` is 0 and ``check_code`` "" where not everybody may read that text.
    """

    annexes: Sequence[Annex]
    meetings: Sequence[Meeting]
    revision: int
    check_code: str


class _Asks(Protocol):
    """A card as it is stored or as it is wanted."""

    @property
    def clause(self) -> str: ...

    @property
    def question(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ShownCard:
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
        return render_template(
            "consultations/none.html", policy=policy, taken_back=find_taken_back(policy)
        )
    version = get_version(policy.id, policy.head_number)
    cards = shown(queries.list_cards(policy.id), version)
    chosen = request.args.get("clause")
    cards.sort(key=lambda card: card.ident != chosen)
    return render_template(
        "consultations/call.html",
        policy=policy,
        call=found,
        cards=cards,
        articles=count_articles(version),
        corrections=list_notices(policy, current_actor()),
        beside=beside_of(policy, found.revision or policy.head_number),
        held=find_hold(policy),
        **_clock(policy, found),
    )


def _call_of(policy: Policy) -> ConsultationCall | None:
    """The call, unless the draft was taken back to be worked on."""
    is_asked = policy.closes_at is not None and policy.phase_now != Phase.DRAFTING
    return queries.find_call(policy.id) if is_asked else None


def _clock(policy: Policy, found: ConsultationCall) -> dict[str, object]:
    closes_at = policy.usual_closes_at or policy.closes_at or found.opened_at
    today = clock.now().astimezone(_zone()).date()
    return {
        "closes_at": closes_at,
        "is_open": policy.phase_now == Phase.CONSULTATION and closes_at > clock.now(),
        "days_left": rules.days_left(closes_at.astimezone(_zone()).date(), today),
        "answers_due_at": list_promises([policy]).get(
            policy.id, rules.answers_due_at(closes_at, found.answer_days)
        ),
    }


def beside_of(policy: Policy, number: int) -> Beside:
    """What stands beside a call about revision ``number``."""
    now = clock.now()
    is_readable = number >= policy_queries.outsiders_from(policy)
    return Beside(
        annexes=beside.list_annexes(policy.id),
        meetings=[
            meeting
            for meeting in beside.list_meetings(policy.id)
            if meeting.starts_at > now and not meeting.called_off
        ],
        revision=number if is_readable else 0,
        check_code=queries.find_check_code(policy.id, number) if is_readable else "",
    )


def shown(cards: Iterable[_Asks], version: Version) -> list[ShownCard]:
    """The cards with the words they are about, rendered."""
    pairs = [(card, version.clause(card.clause)) for card in cards]
    clauses = tuple(clause for _card, clause in pairs if clause)
    rendered = current_app.extensions["gongyi_renderer"].render_outline(clauses, version.text)
    html = {clause.id: one.html for clause, one in zip(clauses, rendered.slices, strict=True)}
    return [
        ShownCard(
            ident=card.clause,
            question=card.question,
            clause=clause,
            title=title_of(clause) if clause else "",
            html=html.get(card.clause, ""),
        )
        for card, clause in pairs
    ]


def count_articles(version: Version) -> int:
    """How many articles a version has, for the link to all of it."""
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
    cards = shown(queries.list_cards(policy.id), version)
    every = [Card(clause.id, "") for clause in version.outline]
    return render_template(
        "consultations/poster.html",
        policy=policy,
        call=found,
        cards=cards,
        pages=shown(every, version) if is_whole else cards,
        is_whole=is_whole,
        headings=ClauseKind.HEADING,
        address=_address(policy),
        closes_at=policy.usual_closes_at or policy.closes_at,
        beside=beside_of(policy, found.revision or policy.head_number),
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

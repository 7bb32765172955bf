"""The page *How this draft stands*: one row for each clause, and what lies under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from app import clock
from app.access.acts import Act
from app.access.grants import may
from app.consensus.queries import states, weeks
from app.consensus.queries.facts import get_thresholds
from app.consensus.queries.figures import Figure, find_figure
from app.consensus.routes import blueprint
from app.consensus.rules.figures import MEASURES_VERSION
from app.consensus.rules.listed import is_listed
from app.consensus.rules.status import Regime, Status, regime_of
from app.policies import queries as policy_queries
from app.policies.stamps import find_stamp
from app.policies.versions import get_version
from app.suggestions.queries.answered import list_credits
from app.suggestions.queries.listing import count_by_clause
from app.text.clauses import title_of
from app.text.outline import Clause, Outline
from app.web.guard import current_actor, requires
from app.web.paging import number_argument
from app.web.visitor_cache import cached_for_visitors

ROWS = 80  # on a page; a law of 1,300 articles has seventeen pages
UNKNOWN = "unknown"  # in place of a status, before the first evaluation
LOUD_FIRST = (*Status, UNKNOWN)


def _stamp_of_day(slug: str, **_rest: object) -> str | None:
    """The version of everything the page shows; "unchanged for 41 days" is true for a day."""
    stamp = find_stamp(slug)
    return f"{stamp} {_today()}" if stamp else None


def _today() -> str:
    zone = ZoneInfo(current_app.config["SETTINGS"].site_timezone)
    return clock.now().astimezone(zone).date().isoformat()


@dataclass(frozen=True, slots=True)
class Row:
    """One clause in the list; ``headings`` are those that begin with it, in their order."""

    clause: Clause
    status: str
    headings: tuple[Clause, ...] = ()

    @property
    def name(self) -> str:
        """第五条 停放时限, a heading's words, or how a paragraph without a number begins."""
        return name_of(self.clause)


def name_of(clause: Clause) -> str:
    """What a clause is called in a list; in the language of the text."""
    label, title = clause.label, title_of(clause)
    if not label:
        return shortened(clause.text.strip().lstrip("#").strip(), 28)
    return label if not title or label.endswith(title) else f"{label} {title}"


def shortened(words: str, most: int) -> str:
    """The first line of ``words``, cut behind ``most`` characters."""
    line = words.partition("\n")[0]
    return line if len(line) <= most else f"{line[:most].rstrip()}…"


@blueprint.get("/policies/<slug>/consensus")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp_of_day)
def dashboard(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = policy_queries.get_policy(slug, actor)
    head = get_version(policy.id, policy.head_number)
    everything = list(_rows(head.outline, states.list_shown(policy.id)))
    counts = Counter(row.status for row in everything)
    wanted = request.args.get("show", "")
    wanted = wanted if wanted in LOUD_FIRST else ""
    rows = [row for row in everything if row.status == wanted] if wanted else everything
    start = _place_of(request.args.get("from", ""), rows)
    page = rows[start : start + ROWS]
    heartbeat = find_figure(policy.id, "heartbeat")
    return render_template(
        "consensus/dashboard.html",
        policy=policy,
        first_number=policy_queries.first_number(policy, actor),
        rows=page,
        states=states.list_states(policy.id, [row.clause.id for row in page]),
        counts=[(code, counts[code]) for code in LOUD_FIRST if counts[code]],
        total=counts.total(),
        stretches=_stretches(everything),
        shown=wanted,
        before=rows[max(start - ROWS, 0)].clause.id if start else None,
        after=rows[start + ROWS].clause.id if len(rows) > start + ROWS else None,
        chapters=_chapters(rows) if len(rows) > ROWS else [],
        is_frozen=regime_of(policy.phase_now) is Regime.FROZEN,
        measured=states.find_measured(policy.id),
        limits=get_thresholds(policy.id),
        said=count_by_clause(policy.id, policy_queries.private_until(policy, actor)),
        heartbeat=heartbeat,
        labels=_labels(heartbeat),
        talk=find_figure(policy.id, "talk"),
        measures_version=MEASURES_VERSION,
        may_set=bool(may(actor, Act.CHANGE_SETTINGS, policy_queries.facts(policy, actor))),
    )


def _labels(heartbeat: Figure | None) -> list[str]:
    """What the bars are called: the day each begins with."""
    bars = heartbeat.data["bars"] if heartbeat else []
    return [format_date(date.fromisoformat(bar["begins"]), "medium") for bar in bars]


def _rows(outline: Outline, shown: Mapping[str, str]) -> Iterator[Row]:
    """The clauses of the outline with the headings above them."""
    headings: dict[int, Clause] = {}
    for clause in outline:
        if is_listed(clause):
            yield Row(clause, shown.get(clause.id, UNKNOWN), tuple(headings.values()))
            headings = {}
        elif clause.start:  # the text's own title stands above the page already
            depth = len(clause.path)
            headings = {level: one for level, one in headings.items() if level < depth}
            headings[depth] = clause


def _stretches(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """The statuses in the order of the text, each with how many clauses in a row have it."""
    runs = groupby(rows, key=lambda row: row.status)
    return [(status, sum(1 for _ in run)) for status, run in runs]


def _place_of(ident: str, rows: Sequence[Row]) -> int:
    """Where the page begins that starts with this clause; at the top when it is not listed."""
    return next((place for place, row in enumerate(rows) if row.clause.id == ident), 0)


def _chapters(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Each heading's words and the clause that its chapter begins with."""
    return [(heading.label, row.clause.id) for row in rows for heading in row.headings[-1:]]


@blueprint.get("/policies/<slug>/clauses/<ident>/history")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp_of_day)
def clause_history(slug: str, ident: str) -> ResponseReturnValue:
    """Which versions changed the words of one clause."""
    actor = current_actor()
    policy = policy_queries.get_policy(slug, actor)
    first = policy_queries.first_number(policy, actor)
    rows, next_key = weeks.list_clause_changes(policy, ident, first, before=number_argument("page"))
    clause = get_version(policy.id, policy.head_number).clause(ident)
    return render_template(
        "consensus/clause_history.html",
        policy=policy,
        ident=ident,
        label=clause.label if clause else "",
        rows=rows,
        credits=list_credits(policy, [row[1].number for row in rows], actor),
        next_key=next_key,
        first_number=first,
    )

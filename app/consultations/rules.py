"""What a call for comment must hold, and how long it stays open; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.errors import RuleBroken
from app.messages import N_
from app.text.canonical import check_line, check_title, check_words, refused_in
from app.text.labels import label_key
from app.text.outline import Clause, ClauseKind, Outline

MOST_CARDS = 5
USUAL_TIME = timedelta(days=30)  # shorter needs a reason that everybody can read
LONGEST_TIME = timedelta(days=366)
ANSWER_DAYS, MOST_ANSWER_DAYS = 60, 365
MOST_REASON, MOST_ADDRESS, MOST_WORDS = 500, 200, 2000  # characters


@dataclass(frozen=True, slots=True)
class Card:
    """A clause the call asks about, by id or by the label as somebody typed it, and the question."""

    clause: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedCall:
    """A call as an officer wants it; ``closes_at`` is aware."""

    question: str
    closes_at: datetime
    cards: tuple[Card, ...]
    short_reason: str = ""
    answer_days: int = ANSWER_DAYS
    audience: str = ""
    address: str = ""
    meetings: str = ""
    how_else: str = ""


def checked(wanted: WantedCall, outline: Outline) -> WantedCall:
    """The call as it is stored, its cards by clause id; raises RuleBroken or TextRefused."""
    with refused_in("question"):
        question = check_title(wanted.question)
    if not question:
        raise RuleBroken(N_("Please put the question to residents."), field="question")
    if not 1 <= wanted.answer_days <= MOST_ANSWER_DAYS:
        raise RuleBroken(
            N_("Please choose 1 to %(most)s days."), field="answer_days", most=MOST_ANSWER_DAYS
        )
    return replace(
        wanted,
        question=question,
        cards=_checked_cards(wanted.cards, outline),
        short_reason=_words(wanted.short_reason, MOST_REASON, "short_reason"),
        audience=_line(wanted.audience, MOST_ADDRESS, "audience"),
        address=_words(wanted.address, MOST_ADDRESS, "address"),
        meetings=_words(wanted.meetings, MOST_WORDS, "meetings"),
        how_else=_words(wanted.how_else, MOST_WORDS, "how_else"),
    )


def _line(value: str, most: int, field: str) -> str:
    with refused_in(field):
        return check_line(value, characters=most)


def _words(value: str, most: int, field: str) -> str:
    with refused_in(field):
        return check_words(value, most)


def _checked_cards(cards: tuple[Card, ...], outline: Outline) -> tuple[Card, ...]:
    if not cards:
        raise RuleBroken(N_("Please choose at least one article."), field="clause_1")
    if len(cards) > MOST_CARDS:
        raise RuleBroken(
            N_("Please choose at most %(most)s articles."), field="clause_1", most=MOST_CARDS
        )
    found: list[Card] = []
    for place, card in enumerate(cards, start=1):
        clause = named_clause(outline, card.clause)
        if clause is None:
            raise RuleBroken(
                N_("There is no article “%(name)s” in this draft."),
                field=f"clause_{place}",
                name=card.clause[:40],
            )
        if clause.id in [earlier.clause for earlier in found]:
            raise RuleBroken(N_("This article is chosen twice."), field=f"clause_{place}")
        with refused_in(f"question_{place}"):
            question = check_title(card.question)
        if not question:
            raise RuleBroken(N_("Please put a question about it."), field=f"question_{place}")
        found.append(Card(clause.id, question))
    return tuple(found)


def named_clause(outline: Outline, name: str) -> Clause | None:
    """The clause called ``name``: its id, its label (第五条, Article 5), or the number alone."""
    wanted = name.strip()
    keys = [label_key(form % wanted) for form in ("%s", "第%s条", "Article %s", "§ %s")]
    clauses = [clause for clause in outline if clause.kind is not ClauseKind.HEADING]
    by_label = {label_key(clause.label): clause for clause in reversed(clauses) if clause.label}
    for clause in clauses:
        if wanted == clause.id:
            return clause
    return next((by_label[key] for key in keys if key in by_label), None)


def names_of(outline: Outline) -> dict[str, str]:
    """By clause id, what ``named_clause`` finds it by: its label, or the id where that is not enough."""
    names: dict[str, str] = {}
    seen: set[str] = set()
    for clause in outline:
        if clause.kind is ClauseKind.HEADING:
            continue
        key = label_key(clause.label)
        names[clause.id] = clause.label if key and key not in seen else clause.id
        seen.add(key)
    return names


def ensure_closing(closes_at: datetime, opened_at: datetime, now: datetime, reason: str) -> None:
    """Raise RuleBroken for a time that is past, too far, or short without a reason."""
    if closes_at <= now:
        raise RuleBroken(N_("Please choose a time that is still to come."), field="closes_at")
    if closes_at - opened_at > LONGEST_TIME:
        raise RuleBroken(N_("Please choose a time within one year."), field="closes_at")
    if is_short(closes_at, opened_at) and not reason:
        raise RuleBroken(
            N_("Comments are open for fewer than 30 days. Please say why; everybody will see it."),
            field="short_reason",
        )


def is_short(closes_at: datetime, opened_at: datetime) -> bool:
    """Whether residents have fewer than the usual 30 days."""
    return closes_at - opened_at < USUAL_TIME


def ensure_no_less(wanted: WantedCall, closes_at: datetime, answer_days: int) -> None:
    """Raise RuleBroken when a change would take back what residents were promised."""
    if wanted.closes_at < closes_at:
        raise RuleBroken(
            N_("The closing time can be put off, but not brought forward."), field="closes_at"
        )
    if wanted.answer_days > answer_days:
        raise RuleBroken(
            N_("People were promised an answer within %(days)s days; it cannot take longer."),
            field="answer_days",
            days=answer_days,
        )


def days_left(closes_on: date, today: date) -> int:
    """Nights between today and the day of closing, both in the site's time zone."""
    return (closes_on - today).days


def answers_due_at(closes_at: datetime, answer_days: int) -> datetime:
    """The moment until which every comment is answered."""
    return closes_at + timedelta(days=answer_days)

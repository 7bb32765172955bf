"""What a GET of a paper comes to: a file, a marker left for the worker, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app import clock
from app.access.actor import Actor
from app.papers import pdf_writer
from app.papers.queries.answering import count_contributions
from app.papers.queries.standing import stamp_of, standing_of
from app.papers.rules import Format, Order, Paper, Standing, language_of_text
from app.papers.services.making import make
from app.papers.shelf import shelf
from app.policies.models import Policy
from app.policies.queries import is_public_now
from app.policies.versions import get_version

_OF_ANSWERS = (Paper.ANSWERS, Paper.REPORT, Paper.EVERYTHING)
QUICK = 60_000  # characters of text that are set within a request
QUICK_ROWS = 200  # contributions


@dataclass(frozen=True, slots=True)
class Served:
    """One of: the finished ``path``, why it failed (a message id), packages that are missing, that
    answers are coming out at this moment; none of them: it is being made."""

    order: Order
    path: Path | None = None
    failure: str = ""
    missing: tuple[str, ...] = ()
    must_wait: bool = False


def order_of(
    policy: Policy,
    paper: Paper,
    ending: Format,
    locale: str,
    actor: Actor,
    pair: tuple[int, int] = (0, 0),
) -> Order:
    """What this reader asks for; the text itself speaks the language of the policy."""
    standing = standing_of(policy, actor)
    if paper is Paper.EVERYTHING and is_public_now(policy):
        standing = Standing.PUBLIC  # what is published holds nothing that is not public
    if paper is Paper.TEXT:
        locale = language_of_text(policy.language)
    return Order(
        slug=policy.slug,
        paper=paper,
        format=ending,
        locale=locale,
        standing=standing,
        stamp=stamp_of(policy),
        before=pair[0],
        after=pair[1],
    )


def serve(policy: Policy, order: Order) -> Served:
    """The file if there is one or it is made in a moment; else it is wanted from the worker."""
    if order.format is Format.PDF and (missing := pdf_writer.missing_packages()):
        return Served(order, missing=missing)
    path = shelf.find(order)
    if path is not None:
        return Served(order, path)
    if order.paper in _OF_ANSWERS and is_publishing(policy):
        return Served(order, must_wait=True)
    failure = shelf.find_failure(order)
    if failure is not None:
        return Served(order, failure=failure)
    if _is_quick(policy, order):
        return Served(order, make(order))
    shelf.want(order)
    return Served(order)


def is_publishing(policy: Policy) -> bool:
    """Whether answers come out at this moment, portion by portion: a table would hold some of them."""
    return policy.answers_at is not None and policy.answers_at <= clock.now()


def _is_quick(policy: Policy, order: Order) -> bool:
    """HTML and CSV of what is not long; everything else would hold up other readers."""
    if order.format not in (Format.HTML, Format.CSV):
        return False
    numbers = {order.before or policy.head_number, order.after or policy.head_number}
    if sum(len(get_version(policy.id, number).text) for number in numbers) > QUICK:
        return False
    return order.paper not in _OF_ANSWERS or count_contributions(policy.id) <= QUICK_ROWS

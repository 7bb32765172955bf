"""The page *More figures*: who shaped the text, whether roles agree, how the talk goes; and the
numbers of *How this draft stands* to take away."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale

from app.access.acts import Act
from app.consensus.queries.asked import list_compared
from app.consensus.queries.disputes import list_disputes
from app.consensus.queries.facts import get_thresholds
from app.consensus.queries.figures import Figure, list_figures
from app.consensus.queries.public_history import list_bylines
from app.consensus.queries.published import as_csv, as_json
from app.consensus.routes import blueprint
from app.consensus.routes.dashboard import name_of
from app.consensus.rules.figures import MEASURES_VERSION
from app.consensus.rules.shares import nearest
from app.policies.models import Policy
from app.policies.queries import get_policy, outsiders_from
from app.policies.seats import Byline
from app.policies.versions import get_version
from app.web.guard import current_actor, requires

MOST_CLAUSES = 60  # of which the page tells who shaped them; all of them are in the download
MOST_COMPARED = 40


@dataclass(frozen=True, slots=True)
class Shaped:
    """Whose words a clause has, or the whole text (``ident`` ""): ``roles`` (role, least, most), or
    the ``authors`` of short words in order of first contribution; neither where nobody can say."""

    ident: str
    name: str
    tokens: int
    roles: Sequence[tuple[str, int, int]]
    authors: Sequence[Byline]
    is_bulk: bool


@blueprint.get("/policies/<slug>/consensus/more")
@requires(Act.READ_POLICY)
def more(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = get_policy(slug, actor)
    figures, limits = list_figures(policy.id), get_thresholds(policy.id)
    head = get_version(policy.id, policy.head_number).outline if policy.head_number else ()
    names = {clause.id: name_of(clause) for clause in head}
    whole, *clauses = _shaped(policy, figures.get("shaped"), names)
    compared = list_compared(policy, limits.gap) if head else []
    return render_template(
        "consensus/more.html",
        policy=policy,
        figures={name: figure.data for name, figure in figures.items()},
        heartbeat=figures.get("heartbeat"),
        latest=max(figures.values(), key=lambda figure: figure.computed_at, default=None),
        first_number=outsiders_from(policy),
        limits=limits,
        labels=_labels(figures),
        announced=[*_announced(figures.get("heartbeat"))],
        whole=whole,
        clauses=clauses[:MOST_CLAUSES],
        clauses_left=len(clauses) - MOST_CLAUSES,
        fates=list(_fates(figures.get("fate"))),
        disputes=list_disputes(policy, actor),
        compared=compared[:MOST_COMPARED],
        compared_left=len(compared) - MOST_COMPARED,
        asked={one.name: one for one in compared},
        names=names,
        checksums=[("data.csv", _hash(as_csv(policy)).hex()),
                   ("data.json", _hash(as_json(policy)).hex())],
        measures_version=MEASURES_VERSION,
    )  # fmt: skip


def _labels(figures: Mapping[str, Figure]) -> dict[str, list[str]]:
    """By figure, what its bars are called in the reader's language."""
    found = {}
    for name, key in (("heartbeat", "bars"), ("people", "mix")):
        if name in figures:
            data = figures[name].data
            found[name] = [_called(bar["begins"], data["period"]) for bar in data[key]]
    if "talk" in figures:
        months = figures["talk"].data["by_month"]
        found["talk"] = [_called(f"{month['month']}-01", "month") for month in months]
    return found


def _announced(heartbeat: Figure | None) -> Iterator[tuple[date, str]]:
    """On which day the draft entered which phase, as far as there is a bar for it."""
    for bar in heartbeat.data["bars"] if heartbeat else ():
        for day, phase in bar["ticks"]:
            yield date.fromisoformat(day), phase


def _called(begins: str, period: str) -> str:
    day = date.fromisoformat(begins)
    if period == "week":
        return format_date(day, "medium")
    return format_skeleton("y" if period == "year" else "yMMM", day, locale=get_locale())


def _shaped(policy: Policy, figure: Figure | None, names: Mapping[str, str]) -> list[Shaped]:
    """The whole text, then each clause with words that is still there, in order."""
    if figure is None:
        return [Shaped("", "", 0, (), (), is_bulk=False)]
    rows = [{"clause": "", **figure.data["whole"]}, *figure.data["clauses"]]
    bylines = list_bylines(policy.id, {one for row in rows for one in row.get("people", ())})
    return [
        Shaped(
            row["clause"],
            names.get(row["clause"], ""),
            row["tokens"],
            [(role, *ends) for role, ends in row.get("roles", {}).items()],
            [bylines[person] for person in row.get("people", ()) if person in bylines],
            row.get("is_bulk", False),
        )
        for row in rows
        if not row["clause"] or row["clause"] in names
    ]


def _fates(figure: Figure | None) -> Iterator[dict[str, Any]]:
    """By role: words and people, and in steps of five what is still here and who took the rest."""
    for role, fate in (figure.data["roles"] if figure else {}).items():
        words = fate["words"]
        shares = None
        if "alive" in fate:
            shares = {by: nearest(count, words) for by, count in fate["gone"].items()}
            shares = {"": nearest(fate["alive"], words)} | shares
        yield {"role": role, "words": words, "people": fate["people"], "shares": shares}


@blueprint.get("/policies/<slug>/consensus/data.csv")
@requires(Act.READ_POLICY)
def data_csv(slug: str) -> ResponseReturnValue:
    """One row for each clause."""
    policy = get_policy(slug, current_actor())
    return _download(as_csv(policy), "text/csv; charset=utf-8", f"{policy.slug}.csv")


@blueprint.get("/policies/<slug>/consensus/data.json")
@requires(Act.READ_POLICY)
def data_json(slug: str) -> ResponseReturnValue:
    """The same rows, and the figures of the whole draft."""
    policy = get_policy(slug, current_actor())
    return _download(as_json(policy), "application/json", f"{policy.slug}.json")


def _download(content: bytes, media: str, name: str) -> Response:
    response = Response(content, content_type=media)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    # RFC 9530: what was received can be checked against the number on the page.
    checksum = base64.b64encode(_hash(content)).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{checksum}:"
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(_hash(content).hex())
    return response


def _hash(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()

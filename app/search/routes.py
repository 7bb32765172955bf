"""The search page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.search import forms, services
from app.search.port import FACETS, Query
from app.search.services.searching import Results, search
from app.web.guard import current_actor, requires
from app.web.paging import number_argument

MOST_VALUES = 12

blueprint = Blueprint("search", __name__)
blueprint.record(
    lambda state: services.keep_in(state.app.config["SETTINGS"].instance_dir / "index")
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet as a link: how many it leaves, and whether it is chosen now."""

    value: str
    count: int
    is_chosen: bool
    url: str


@blueprint.get("/search")
@requires(Act.READ_POLICY)
def results() -> ResponseReturnValue:
    query = forms.question_of(request.args, number_argument("page", 1) or 1)
    found = search(query, current_actor()) if query.q else Results(0, ())
    last = min(-(-found.total // query.size), forms.LAST_PAGE)
    return render_template(
        "search/results.html",
        query=query,
        found=found,
        is_cut=len(forms.readable(request.args.get("q", ""))) > len(query.q),
        facets={name: _choices(name, query, found) for name in FACETS},
        everything=_address(query),
        corrected=_address(query, q=found.corrected) if found.corrected else None,
        before=_address(query, page=min(query.page - 1, last)) if query.page > 1 and last else None,
        after=_address(query, page=query.page + 1) if query.page < last else None,
        without_choices=_address(Query(query.q)) if query.chosen() else None,
    )


def _choices(name: str, query: Query, found: Results) -> list[Choice]:
    """The values of a facet, the commonest first; the chosen one stays, to be taken back."""
    chosen = query.chosen().get(name, "")
    counts = dict(found.facets.get(name, {}))
    if chosen:
        counts.setdefault(chosen, 0)
    elif list(counts.values()) == [found.total]:
        return []  # one value that all hits have leaves nothing to choose
    ordered = sorted(counts.items(), key=lambda item: (item[0] != chosen, -item[1], item[0]))
    return [
        Choice(value, count, value == chosen, _address(query, **{name: _other(value, chosen)}))
        for value, count in ordered[:MOST_VALUES]
    ]


def _other(value: str, chosen: str) -> str:
    return "" if value == chosen else value


def _address(query: Query, **changes: Any) -> str:
    """The same search with something changed, from its first page."""
    values = {"q": query.q, **query.chosen(), **changes}
    return url_for("search.results", **{name: value for name, value in values.items() if value})

"""The published numbers of every clause of a policy, as they are downloaded."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from typing import Any

from app.consensus.queries.figures import list_figures
from app.consensus.queries.states import StateView, list_states
from app.consensus.rules.figures import MEASURES_VERSION, ClauseFigures
from app.consensus.rules.listed import is_listed
from app.papers.csv_writer import write_to
from app.policies.models import Policy
from app.policies.versions import get_version
from app.text.outline import Clause

GROUPS = ("resident", "volunteer", "officer", "other")
FIGURES = ("heartbeat", "shaped", "fate", "half_life", "talk", "people", "groups")
_COUNTS = tuple(name for name in asdict(ClauseFigures()) if name != "readers")
COLUMNS = (
    "clause", "label", "status", "found", "reason", "regime", "is_under_review",
    "changed_version", "changed_at", "evaluated_at", *_COUNTS,
    *(f"readers_{group}" for group in GROUPS), "measures_version",
)  # fmt: skip


def list_published(policy: Policy) -> list[dict[str, Any]]:
    """One row for each clause of the head, in order; empty cells where nothing is counted yet."""
    states = list_states(policy.id)
    head = get_version(policy.id, policy.head_number).outline if policy.head_number else ()
    return [_row(clause, states.get(clause.id)) for clause in head if is_listed(clause)]


def _row(clause: Clause, state: StateView | None) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {"clause": clause.id, "label": clause.label, "measures_version": MEASURES_VERSION}
    if state is None:
        return row
    figures = asdict(state.figures)
    readers = figures.pop("readers")
    return row | figures | {f"readers_{group}": readers.get(group) for group in GROUPS} | {
        "status": state.shown,
        "found": state.found,
        "reason": state.reason,
        "regime": state.regime,
        "is_under_review": state.is_under_review,
        "changed_version": state.changed_number,
        "changed_at": state.changed_at.isoformat(),
        "evaluated_at": state.evaluated_at.isoformat(),
    }  # fmt: skip


def as_csv(policy: Policy) -> bytes:
    """UTF-8, comma, CRLF; no cell is a formula to a spreadsheet."""
    file = io.StringIO(newline="")
    rows = (
        ["" if row[column] is None else str(row[column]) for column in COLUMNS]
        for row in list_published(policy)
    )
    write_to(file, COLUMNS, rows)
    return file.getvalue().encode()


def as_json(policy: Policy) -> bytes:
    """The same rows, and the figures of the whole policy without what tells people apart."""
    figures = {
        name: {
            "version": figure.number,
            "counted_at": figure.computed_at.isoformat(),
            "data": _told(figure.data) if name == "shaped" else figure.data,
        }
        for name, figure in sorted(list_figures(policy.id).items())
        if name in FIGURES
    }
    data = {
        "policy": policy.slug,
        "version": policy.head_number,
        "measures_version": MEASURES_VERSION,
        "clauses": list_published(policy),
        "figures": figures,
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def _told(shaped: dict[str, Any]) -> dict[str, Any]:
    """Who wrote a short clause stands on the page by name, which can be erased there."""
    whole = {key: value for key, value in shaped["whole"].items() if key != "people"}
    clauses = [
        {key: value for key, value in clause.items() if key != "people"}
        for clause in shaped["clauses"]
    ]
    return {**shaped, "whole": whole, "clauses": clauses}

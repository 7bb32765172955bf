"""The words with which somebody begins who changes a suggestion: theirs, on the text as it is now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.policies.versions import Version, get_version
from app.suggestions.queries.proposal import list_operations
from app.suggestions.queries.views import ChangeView, ContributionView
from app.text.operations import Operation, dressed
from app.text.rebase import Misfit, apply
from app.text.units import merge_slice


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A form's beginning: ``text`` for version ``base``, the latest.

    ``now`` are the clause's words there, "" unless they changed since the suggestion was written.
    ``misfits`` are the changes that are not in ``text`` because they no longer fit.
    """

    base: int
    text: str
    now: str = ""
    misfits: tuple[ChangeView, ...] = ()


def find_rewriting(view: ContributionView) -> Rewriting | None:
    """How to go on from a suggestion; None when its clause is no longer in the text."""
    base, head = (get_version(view.policy_id, number) for number in (view.base, view.head))
    operations = list_operations(view.id)
    place = view.clause or view.after
    if place and head.clause(place) is None:
        return None
    if view.clause:
        return _of_clause(view.clause, operations[0], base, head)
    if view.after:
        return Rewriting(head.number, operations[0].text)
    return _of_text(view, operations, base, head)


def _of_clause(ident: str, operation: Operation, base: Version, head: Version) -> Rewriting | None:
    old, now = base.clause(ident), head.clause(ident)
    if old is None or now is None:
        return None
    is_same = now.text.strip() == old.text.strip()
    text = operation.text
    if text and not is_same:
        mine = replace(old, text=dressed(old.text, text))
        merged = merge_slice(old, mine, now)
        text = text if merged is None else merged.strip("\n")
    return Rewriting(head.number, text, "" if is_same else now.text.strip("\n"))


def _of_text(
    view: ContributionView, operations: tuple[Operation, ...], base: Version, head: Version
) -> Rewriting:
    """The head with all changes that still fit; each round takes out those that do not."""
    fitting = dict(enumerate(operations))
    while isinstance(found := apply(head.outline, base.outline, fitting.values()), Misfit):
        wrong = [
            place
            for place, operation in fitting.items()
            if (operation.clause or operation.after or "") in found.clauses
        ]
        for place in wrong or list(fitting):
            del fitting[place]
    misfits = [view.changes[place] for place in range(len(operations)) if place not in fitting]
    return Rewriting(head.number, found.text, misfits=tuple(misfits))

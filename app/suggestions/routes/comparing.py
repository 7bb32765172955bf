"""The text was corrected while somebody wrote: what was corrected beside what they changed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from app.policies.models import Policy
from app.policies.versions import get_version
from app.suggestions.forms import SuggestForm
from app.suggestions.queries.views import ChangeView
from app.suggestions.routes.places import Place, place_at
from app.suggestions.routes.write_page import as_shown, door, hold_base
from app.suggestions.rules import ArticleChanged
from app.suggestions.services.sending import Wanted
from app.text.as_read import as_read
from app.text.canonical import normalise
from app.text.identity import carry
from app.text.merge import Conflicts, three_way
from app.text.operations import OperationKind
from app.web.error_pages import showable


@dataclass(frozen=True, slots=True)
class Clash:
    """A clause that was corrected while somebody changed it: ``before`` in words as read, and how
    it reads ``now`` and in ``mine``; None for a side that left it as it was."""

    label: str
    before: str
    now: ChangeView | None
    mine: ChangeView | None


def compare_page(
    policy: Policy, form: SuggestForm, wanted: Wanted, changed: ArticleChanged
) -> str | None:
    """Before, now and yours, in a form made from the text as it is now; None when the place has
    no wording now."""
    before = place_at(policy, wanted.base, wanted.clause, wanted.after)
    now = place_at(policy, changed.head, wanted.clause, wanted.after)
    if before is None or now is None:
        return None
    mine, clashes = _against(policy, wanted, before, now)
    as_shown(policy, form, before)
    form.show(mine, now.base, with_marks=not form.hides_marks)
    form.text.data = showable(form.text.data or "")
    hold_base(form, now.number)
    return render_template(
        "suggestions/compare.html",
        policy=policy,
        form=form,
        place=now,
        clashes=clashes,
        **door(policy),
    )


def _against(policy: Policy, wanted: Wanted, before: Place, now: Place) -> tuple[str, list[Clash]]:
    """The words to go on from, and what stands against what."""
    mine = wanted.text.strip("\n")
    if now.clause is not None:
        clash = _clash(now.clause.id, now.label, before.base, mine, now.base)
        is_comment = normalise(mine) == normalise(before.base)  # it goes on being one
        return now.base if is_comment else mine, [clash]
    base, head = (get_version(policy.id, number) for number in (wanted.base, now.number))
    carried = carry(base.outline, normalise(wanted.text), next_id=policy.next_clause)
    merged = three_way(base.outline, carried.outline, head.outline)
    if not isinstance(merged, Conflicts):
        return merged.text, []
    found = (
        _clash(one.clause, one.label, one.base, one.mine, one.theirs) for one in merged.conflicts
    )
    return merged.draft, list(found)


def _clash(clause: str, label: str, base: str, mine: str, theirs: str) -> Clash:
    base, mine, theirs = (words.strip("\n") for words in (base, mine, theirs))

    def change(words: str) -> ChangeView | None:
        kind = OperationKind.REWORD if words else OperationKind.REMOVE
        same = normalise(words) == normalise(base)
        return None if same else ChangeView(kind, clause, None, label, base, words)

    return Clash(label, as_read(base), change(theirs), change(mine))

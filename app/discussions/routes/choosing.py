"""What a volunteer chooses from when words are moved: the clauses and the threads of a draft."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice

from app.discussions import queries
from app.discussions.forms import NEW, OTHER, TargetForm
from app.discussions.queries import ThreadView
from app.discussions.rules import quote_of, thread_in
from app.errors import RuleBroken
from app.messages import N_
from app.policies.models import Policy
from app.policies.versions import get_version
from app.text.outline import Clause
from app.web.guard import current_actor

THREADS_SHOWN = 10  # to choose from; any other by its address
EXCERPT = 60  # characters


def clause_choices(policy: Policy, chosen: str | None) -> list[SelectChoice]:
    """The whole draft and every clause of its text; ``chosen`` also when it is gone."""
    head = get_version(policy.id, policy.head_number)
    choices = [SelectChoice("", _("The whole draft"))]
    choices += [SelectChoice(clause.id, _name(clause)) for clause in head.outline]
    if chosen and head.clause(chosen) is None:
        choices.append(SelectChoice(chosen, _("An article that is no longer in the draft")))
    return choices


def clause_name(policy: Policy, ident: str, number: int) -> str:
    """What a clause ("" the whole draft) is called now, or was in revision ``number``."""
    if not ident:
        return _("The whole draft")
    clause = get_version(policy.id, policy.head_number).clause(ident)
    clause = clause or get_version(policy.id, number).clause(ident)
    return _name(clause) if clause else _("An article that is no longer in the draft")


def target_choices(
    policy: Policy, view: ThreadView, *, before: int | None = None, may_be_new: bool = False
) -> list[SelectChoice]:
    """The newest threads on the same clause, then of the whole policy, and the ways besides.

    ``before``: only those that were opened before this comment.
    """
    actor, size = current_actor(), THREADS_SHOWN
    near, _key = queries.list_threads(policy, actor, clause=view.clause, size=size)
    newest, _key = queries.list_threads(policy, actor, size=size)
    found = {row.id: row for row in (*near, *newest) if row.id != view.id and _takes_in(row)}
    rows = [row for row in found.values() if before is None or row.first.id < before]
    choices = [SelectChoice(str(row.id), _heading(row)) for row in rows[:size]]
    choices.append(SelectChoice(OTHER, _("Another one, at the address below")))
    if may_be_new:
        choices.append(SelectChoice(NEW, _("A new discussion")))
    return choices


def wanted_thread(form: TargetForm) -> int:
    """The id of the thread that was chosen or whose address was given; RuleBroken for neither."""
    if form.target.data and form.target.data != OTHER:
        found, field = thread_in(form.target.data), "target"
    else:
        found, field = thread_in(form.address.data or ""), "address"
    if found is None:
        raise RuleBroken(
            N_("There is no such discussion on this draft. Please copy its address from the page."),
            field=field,
        )
    return found


def _takes_in(row: ThreadView) -> bool:
    is_shown = row.is_readable and row.first.held_until is None
    return is_shown and not row.is_closed and not row.is_locked


def _heading(row: ThreadView) -> str:
    words = row.title or _short(row.first.body)
    replies = ngettext("%(num)s reply", "%(num)s replies", row.replies)
    return " · ".join(part for part in (row.label, words, replies) if part)


def _name(clause: Clause) -> str:
    return clause.label or _short(quote_of(clause)) or _("this paragraph")


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"

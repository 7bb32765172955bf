"""The queue of what was reported, and taking a case from it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.acts import Act
from app.access.grants import may
from app.moderation.queries.history import list_undoable
from app.moderation.queries.log_rows import LogEntry
from app.moderation.queries.queue import WHO, QueueFilters, QueueKey, count_cases, list_cases
from app.moderation.routes import blueprint
from app.moderation.rules import HIDEABLE, SELECTION_LIMIT, Rule
from app.moderation.services import claiming
from app.web.guard import current_actor, requires

_KEY = re.compile(r"([un])([0-9]{1,9})")


@blueprint.get("/moderation")
@requires(Act.SEE_ORDER)
def queue() -> ResponseReturnValue:
    actor, filters = current_actor(), _filters()
    key = _read_key(request.args.get("page", ""))
    cases, next_key = list_cases(actor, filters, after=key)
    waiting, urgent = count_cases(actor)
    return render_template(
        "moderation/queue.html",
        cases=cases,
        next_key=next_key,
        is_first_page=key is None,
        filters=filters,
        narrowed={name: getattr(filters, name) for name in _NAMES if getattr(filters, name)},
        waiting=waiting,
        urgent=urgent,
        rules=[rule for rule in Rule if rule is not Rule.VANDALISM],
        kinds=sorted(HIDEABLE),
        may_keep=bool(may(actor, Act.KEEP_ORDER)),
        all_chosen=request.args.get("all") == "1",
        just_done=list_just_done(),
        limit=SELECTION_LIMIT,
        now=clock.now(),
    )


@blueprint.post("/moderation/<int:flag>/claim")
@requires(Act.KEEP_ORDER)
def claim(flag: int) -> ResponseReturnValue:
    if claiming.claim(flag, actor=current_actor()):
        return redirect(url_for("moderation.case", flag=flag), 303)
    return gone()


@blueprint.post("/moderation/<int:flag>/give-back")
@requires(Act.KEEP_ORDER)
def give_back(flag: int) -> ResponseReturnValue:
    claiming.give_back(flag, actor=current_actor())
    flash(_("Another volunteer can take it up now."), "success")
    return redirect(url_for("moderation.queue"), 303)


def gone() -> ResponseReturnValue:
    """Back to the queue: the words are not there any more, and the case closed itself."""
    flash(_("There is nothing left to decide: the words are gone. The report is closed."), "info")
    return redirect(url_for("moderation.queue"), 303)


def list_just_done() -> Sequence[LogEntry]:
    """What the volunteer did in the last minutes and can still undo."""
    actor = current_actor()
    if not may(actor, Act.KEEP_ORDER):
        return []
    return list_undoable(actor)


_NAMES = ("who", "policy", "rule", "kind")


def _filters() -> QueueFilters:
    """The filters of the address; what is none of the choices narrows nothing."""
    who, rule, kind = (request.args.get(name, "") for name in ("who", "rule", "kind"))
    return QueueFilters(
        who=who if who in WHO else "",
        policy=request.args.get("policy", "")[:80],
        rule=rule if rule in set(Rule) else "",
        kind=kind if kind in HIDEABLE else "",
    )


def _read_key(code: str) -> QueueKey | None:
    found = _KEY.fullmatch(code)
    return QueueKey(found[1] == "u", int(found[2])) if found else None

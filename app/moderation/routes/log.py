"""The public record of what moderators did: a page with filters and figures, and a feed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from babel.dates import format_skeleton
from flask import Response, current_app, get_template_attribute, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.actor import Role
from app.access.acts import Act
from app.consultations.queries.calendar import day_of, start_of
from app.discussions.services.waiting import is_watched
from app.moderation.queries.figures import count_month
from app.moderation.queries.log import LogKey, key_at, list_actions
from app.moderation.queries.log_rows import HOLD, REMOVE, STATES, LogEntry, LogFilters
from app.moderation.routes import blueprint
from app.moderation.rules import SITE, Action, Kind, Rule
from app.policies.queries import get_policy
from app.web.atom import MEDIA_TYPE, Entry, feed, tag
from app.web.guard import current_actor, requires
from app.web.languages import HTML_LANG, locale

CHOICES: dict[str, tuple[str, ...]] = {
    "action": (*Action, HOLD, REMOVE),
    "rule": tuple(Rule),
    "kind": tuple(Kind),
    "state": STATES,
    "role": (Role.VOLUNTEER, Role.SUPERVISOR, SITE),
}
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)
_KEY = re.compile(r"([0-9]{1,10})-([0-9]{1,10})-([0-9]{1,10})", re.ASCII)
_LARGEST = 2**31 - 1


@blueprint.get("/moderation/log")
@requires(Act.READ_POLICY)
def log() -> ResponseReturnValue:
    """``page`` is the key of a page, or the number of an action: then it begins below that one."""
    filters, month = _filters()
    key = _key()
    actor = current_actor()
    rows, next_key = list_actions(actor, filters, key=key)
    begins = _month_of(month) or day_of(clock.now()).replace(day=1)
    ends = _next_month(begins)
    return render_template(
        "moderation/log.html",
        rows=rows,
        next_key=next_key,
        is_first_page=key is None,
        filters=filters,
        choices=CHOICES,
        chosen=_chosen(filters, month),
        month=month,
        policy=get_policy(filters.policy, actor) if filters.policy else None,
        figures=count_month(actor, start_of(begins), start_of(ends)) if key is None else None,
        month_words=format_skeleton("yMMMM", begins, locale=locale()),
        is_running=clock.now() < start_of(ends),
        is_watched=is_watched(clock.now()),
    )


@blueprint.get("/moderation/log.atom", endpoint="log_feed")
@requires(Act.READ_POLICY)
def log_feed() -> ResponseReturnValue:
    """The newest entries of the log, with the same filters."""
    filters, month = _filters()
    rows, _next = list_actions(current_actor(), filters)
    chosen = _chosen(filters, month)
    site = current_app.config["SETTINGS"].site_url.rstrip("/")
    body = feed(
        _("What moderators did"),
        tag(site, "moderation", "log", *(f"{name}={value}" for name, value in chosen.items())),
        max(
            (_changed_at(row) for row in rows),
            default=datetime.fromtimestamp(0, tz=clock.now().tzinfo),
        ),
        site + url_for("moderation.log", **chosen),
        [_entry(row, site) for row in rows],
        self_link=site + url_for("moderation.log_feed", **chosen),
        language=HTML_LANG[locale()],
    )
    answer = Response(body, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    answer.add_etag()
    return answer.make_conditional(request)


def _entry(row: LogEntry, site: str) -> Entry:
    words = get_template_attribute("moderation/_log_parts.html", "entry_title")
    facts = get_template_attribute("moderation/_log_parts.html", "entry_facts")
    page: dict[str, Any] = (
        {"page": row.id + 1} if not row.is_of_other_table else {"action": row.action}
    )
    return Entry(
        ident=tag(site, "moderation", row.anchor),
        title=words(row).striptags(),
        updated=_changed_at(row),
        link=site + url_for("moderation.log", **page, _anchor=row.anchor),
        summary=facts(row).striptags(),
    )


def _changed_at(row: LogEntry) -> datetime:
    moments = (
        row.at,
        row.ended_at,
        row.verdict.asked_at,
        row.verdict.decided_at,
        row.verdict.reversed_at,
    )
    return max(moment for moment in moments if moment is not None)


def _filters() -> tuple[LogFilters, str]:
    """What the address asks for, odd values left out, and the month as it was written."""
    found: dict[str, Any] = {name: _one_of(name, allowed) for name, allowed in CHOICES.items()}
    month = request.args.get("month", "")
    filters = LogFilters(policy=request.args.get("policy", "")[:120], **found)
    begins = _month_of(month)
    if begins is None:
        return filters, ""
    ends = _next_month(begins)
    return replace(filters, since=start_of(begins), before=start_of(ends)), month


def _chosen(filters: LogFilters, month: str) -> dict[str, Any]:
    """The arguments of an address that asks for the same."""
    values = {name: getattr(filters, name) for name in ("policy", *CHOICES)}
    return {name: value for name, value in {**values, "month": month}.items() if value}


def _one_of(name: str, allowed: tuple[str, ...]) -> str:
    value = request.args.get(name, "")
    return value if value in allowed else ""


def _month_of(month: str) -> date | None:
    found = _MONTH.fullmatch(month)
    return date(int(found[1]), int(found[2]), 1) if found else None


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _key() -> LogKey | None:
    raw = request.args.get("page", "")
    found = _KEY.fullmatch(raw)
    if found:
        return LogKey(*(min(int(part), _LARGEST) for part in found.groups()))
    is_number = raw.isascii() and raw.isdecimal() and len(raw) <= 10
    return key_at(min(int(raw), _LARGEST)) if is_number else None

"""Atom feeds of the site, of a policy and of one clause: what every visitor may see, no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic
from urllib.parse import quote

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.actor import VISITOR
from app.access.acts import Act
from app.accounts.rules import FORMER_NAMES
from app.notifications.queries.happened import (
    find_latest,
    find_site_stamp,
    find_site_updated,
    list_public,
)
from app.notifications.queries.news import News, changes_of
from app.notifications.queries.watches import Target, get_target
from app.notifications.routes import blueprint
from app.notifications.routes.speaking import voice
from app.notifications.rules import Kind
from app.policies.queries import get_policy
from app.policies.stamps import find_stamp
from app.web import atom
from app.web.guard import requires
from app.web.languages import HTML_LANG, locale
from app.web.visitor_cache import PageCache

COMPARING = 1.0  # seconds of comparing wordings in one feed
Feed = tuple[datetime, bytes]


@blueprint.get("/recent.atom")
@requires(Act.READ_POLICY)
def site_feed() -> ResponseReturnValue:
    """The texts and the course of all policies, as on the page "What changed"."""
    return _answer(find_site_stamp(), _site)


def _site() -> Feed:
    news = list_public()
    settings = current_app.config["SETTINGS"]
    updated = find_site_updated()
    return updated, atom.feed(
        _("%(site)s: what changed", site=settings.site_name),
        atom.tag(settings.site_url, "recent"),
        updated,
        settings.site_url + url_for("policies.recent"),
        _entries(news, with_title=True),
        self_link=settings.site_url + url_for(".site_feed"),
        language=HTML_LANG[locale()],
        author=settings.site_name,
    )


@blueprint.get("/policies/<slug>/feed.atom")
@requires(Act.READ_POLICY)
def policy_feed(slug: str) -> ResponseReturnValue:
    """All that happens on a policy, or on one clause of it."""
    clause = request.args.get("clause", "")
    stamp = find_stamp(slug)
    if stamp is None:  # private, not there, or at an address that it had before
        policy = get_policy(slug, VISITOR)
        return redirect(url_for(".policy_feed", slug=policy.slug, clause=clause or None), 301)
    stamp = f"{stamp}.{find_latest(int(stamp.partition('.')[0]))}"
    return _answer(stamp, lambda: _policy(get_target(slug, clause, 0, VISITOR)))


def _policy(target: Target) -> Feed:
    settings, policy = current_app.config["SETTINGS"], target.policy
    news = list_public(policy.id, target.clause)
    about = ("clause", target.clause) if target.clause else ()
    clause = target.clause or None
    page = url_for("policies.show", slug=policy.slug)
    if clause:
        page = url_for("policies.clause", slug=policy.slug, ident=clause)
    return policy.updated_at, atom.feed(
        " · ".join(filter(None, (policy.title, target.label))),
        atom.tag(settings.site_url, "policy", policy.id, *about),
        policy.updated_at,
        settings.site_url + page,
        _entries(news),
        self_link=settings.site_url + url_for(".policy_feed", slug=policy.slug, clause=clause),
        language=HTML_LANG[locale()],
        author=settings.site_name,
    )


def _entries(news: Sequence[News], *, with_title: bool = False) -> list[atom.Entry]:
    until = monotonic() + COMPARING
    return [_entry(one, until, with_title) for one in news]


def _entry(news: News, until: float, with_title: bool) -> atom.Entry:
    settings, said = current_app.config["SETTINGS"], voice().said
    title = (news.place.title if with_title else "", said(news.sentence), *news.labels[:3])
    summary = render_template(
        "notifications/_entry.html", news=news, said=said, changes=changes_of(news, until)
    )
    return atom.Entry(
        ident=_ident(news),
        title=" · ".join(filter(None, title)),
        updated=news.at,
        link=settings.site_url + quote(news.path, safe="/?=&#.-"),
        summary=summary.strip(),
        author=_author(news),
        is_html=True,
    )


def _author(news: News) -> str:
    """Its author's name; of somebody who left, words in the language of the feed."""
    name = news.by.name if news.by else ""
    return _(name) if name in FORMER_NAMES else name


def _ident(news: News) -> str:
    """The same for ever: a burst of versions has that of its first, a call may change often."""
    again = (int(news.at.timestamp()),) if news.kind == Kind.CALL_CHANGED else ()
    site_url = current_app.config["SETTINGS"].site_url
    return atom.tag(site_url, "policy", news.place.id, news.kind, news.ref, *again)


def _answer(stamp: str, make: Callable[[], Feed]) -> ResponseReturnValue:
    """The feed out of the cache if nothing has changed since, or 304 to who has it already."""
    pages: PageCache = current_app.extensions["gongyi_pages"]
    key = ("feed", request.full_path, locale())
    kept = pages.get(key, stamp)
    if kept is None:
        updated, body = make()
        kept = updated.isoformat().encode() + b"\n" + body
        pages.put(key, stamp, kept)
    moment, _line, body = kept.partition(b"\n")
    answer = Response(body, mimetype=atom.MEDIA_TYPE)
    answer.set_etag(f"{stamp}.{locale()}")
    answer.last_modified = datetime.fromisoformat(moment.decode())
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)

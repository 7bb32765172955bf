"""Where things are read that people report and moderators act on, and how they begin."""

from __future__ import annotations

from flask import url_for

from app.access.actor import Actor
from app.accounts.queries import get_own, get_person
from app.discussions.queries import find_page_key, get_comment
from app.errors import NotFound
from app.messages import N_
from app.moderation.queries.words import find_hidden, get_summary
from app.moderation.rules import HIDEABLE, Kind
from app.suggestions.queries.shown import get_suggestion
from app.web.guard import LARGEST


def address_of(kind: Kind, object_id: int, actor: Actor) -> str:
    """The page and place of a comment, suggestion, reason line or name; NotFound when absent."""
    if kind is Kind.COMMENT:
        comment = get_comment(object_id, actor)
        key = find_page_key(comment, actor)
        return url_for(
            "discussions.thread",
            thread_id=comment.thread_id,
            page=key,
            _anchor=f"comment-{comment.id}",
        )
    if kind is Kind.SUGGESTION:
        view = get_suggestion(object_id, actor)
        return url_for("suggestions.show", slug=view.slug, number=view.number)
    if kind in (Kind.SUMMARY, Kind.REVISION):
        policy, revision = get_summary(object_id, actor)
        return url_for("policies.revision", slug=policy.slug, number=revision.number)
    return url_for("accounts.person", public_id=get_own(object_id).public_id)


def quote_of(kind: Kind, object_id: int, actor: Actor) -> str:
    """The words as ``actor`` reads them; "" when they are hidden. NotFound when absent."""
    if kind is Kind.COMMENT:
        return get_comment(object_id, actor).body
    if kind is Kind.SUGGESTION:
        view = get_suggestion(object_id, actor)
        return "\n".join(part for part in (*(c.after for c in view.changes), view.words) if part)
    if kind is Kind.SUMMARY:
        return "" if find_hidden(kind, object_id) else get_summary(object_id, actor)[1].summary
    return get_own(object_id).name


def read_thing(kind: str, ident: str) -> tuple[Kind, int]:
    """What an address names by ``kind`` and ``id``, a name by the public id; NotFound when odd."""
    if kind == Kind.NAME:
        return Kind.NAME, get_person(ident).id
    is_number = ident.isascii() and ident.isdecimal() and len(ident) <= 10
    if kind not in HIDEABLE or not is_number or int(ident) > LARGEST:
        raise NotFound(N_("This page does not exist."))
    return Kind(kind), int(ident)

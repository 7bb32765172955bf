"""Whole pages, kept per process and checked with one raw SELECT.

A page that everybody may read looks the same to all visitors of one language and text size, and
to all signed-in people of one standing but for their name. It is kept under the version of what it
shows; every change of that raises the version in its own transaction, so an old page is never
served after an answered save.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from flask import Response, current_app, make_response, request, session

from app.access.actor import Actor
from app.web import assets, shared_pages
from app.web.guard import current_actor
from app.web.languages import locale, text_size

BUDGET = 10 * 1024 * 1024
Stamp = Callable[..., str | None]
Standing = Callable[..., tuple[str, str] | None]
View = Callable[..., Any]


class PageCache:
    """Least recently used pages within ``budget`` bytes; safe for the threads of one process."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget, self._size = budget, 0
        self._pages: OrderedDict[tuple[str, ...], tuple[str, bytes]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, ...], stamp: str) -> bytes | None:
        with self._lock:
            found = self._pages.get(key)
            if found is None or found[0] != stamp:
                return None
            self._pages.move_to_end(key)
            return found[1]

    def put(self, key: tuple[str, ...], stamp: str, body: bytes) -> None:
        with self._lock:
            self._drop(key)
            self._pages[key] = (stamp, body)
            self._size += len(body)
            while self._size > self._budget and self._pages:
                self._drop(next(iter(self._pages)))

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._size = 0

    def _drop(self, key: tuple[str, ...]) -> None:
        found = self._pages.pop(key, None)
        if found is not None:
            self._size -= len(found[1])


def cached_for_visitors(stamp: Stamp, standing: Standing | None = None) -> Callable[[View], View]:
    """Keep the 200 answers of a GET view for visitors, and for signed-in people too if ``standing``.

    ``stamp`` gets the view's arguments and answers the version of what the page shows, or None
    when a visitor may not see it; then nothing is cached and the view decides. ``standing`` gets
    the actor besides and answers that version and all that the page shows of the actor but the
    name (role, ownership, …): people of one standing share the page.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def cached(**arguments: Any) -> Any:
            actor = current_actor()
            if request.method != "GET" or _has_message():
                return view(**arguments)
            if actor.is_anonymous:
                version = stamp(**arguments)
                return view(**arguments) if version is None else _visit(view, arguments, version)
            found = standing(actor, **arguments) if standing else None
            return view(**arguments) if found is None else _share(view, arguments, actor, *found)

        return cached

    return wrap


def _has_message() -> bool:
    """Whether a sentence waits to be shown once, to this browser only."""
    return "_flashes" in session


def _visit(view: View, arguments: dict[str, Any], version: str) -> Any:
    """The page as it travels; packed is safe here, for a visitor's page holds no form token that
    its size could give away."""
    cache: PageCache = current_app.extensions["gongyi_pages"]
    is_packed = assets.accepts_packed()
    key = (request.full_path, locale(), text_size(), "packed" if is_packed else "plain")
    body = cache.get(key, version)
    if body is None:
        response = make_response(view(**arguments))
        if response.status_code != 200 or session.modified or "Set-Cookie" in response.headers:
            return response  # a page that begins a session is one person's page
        body = response.get_data()
        if is_packed:
            body = gzip.compress(body, 6, mtime=0)
        cache.put(key, version, body)
    tag = hashlib.blake2b("\n".join((*key, version)).encode(), digest_size=12).hexdigest()
    answer = Response(body, mimetype="text/html")
    answer.headers["ETag"] = f'"{tag}"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Cookie, Accept-Language, Accept-Encoding"
    if is_packed:
        answer.headers["Content-Encoding"] = "gzip"
    is_conditional = "If-None-Match" in request.headers
    return answer.make_conditional(request) if is_conditional else answer


def _share(view: View, arguments: dict[str, Any], actor: Actor, version: str, seen: str) -> Any:
    cache: PageCache = current_app.extensions["gongyi_pages"]
    key = (request.full_path, locale(), text_size(), seen)
    body = cache.get(key, version)
    if body is None:
        with shared_pages.rendering(actor) as reader:
            response = make_response(view(**arguments))
        body = response.get_data()
        if response.status_code == 200 and not shared_pages.is_personal(reader):
            cache.put(key, version, body)
        response.set_data(shared_pages.filled(body, actor))
        return response
    return Response(shared_pages.filled(body, actor), mimetype="text/html")

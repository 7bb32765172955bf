"""Whole pages for visitors, kept per process and checked with one raw SELECT.

A page that everybody may read looks the same to all visitors of one language and text size. It is
kept under the version of what it shows; every change of that raises the version in its own
transaction, so an old page is never served after an answered save.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from flask import Response, current_app, get_flashed_messages, make_response, request, session

from app.web.guard import current_actor
from app.web.languages import locale, text_size

BUDGET = 48 * 1024 * 1024
Stamp = Callable[..., str | None]


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


def cached_for_visitors(stamp: Stamp) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Keep the 200 answers of a GET view for visitors.

    ``stamp`` gets the view's arguments and answers the version of what the page shows, or None
    when a visitor may not see it; then nothing is cached and the view decides.
    """

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def cached(**arguments: Any) -> Any:
            if request.method != "GET" or not current_actor().is_anonymous:
                return view(**arguments)
            version = stamp(**arguments)
            if version is None:
                return view(**arguments)
            return _answer(view, arguments, version)

        return cached

    return wrap


def _answer(view: Callable[..., Any], arguments: dict[str, Any], version: str) -> Any:
    cache: PageCache = current_app.extensions["gongyi_pages"]
    key = (request.full_path, locale(), text_size())
    body = cache.get(key, version)
    if body is None:
        if current_app.config["SESSION_COOKIE_NAME"] in request.cookies and get_flashed_messages():
            return view(**arguments)
        response = make_response(view(**arguments))
        if response.status_code != 200 or session.modified or "Set-Cookie" in response.headers:
            return response  # a page that started a session is one person's page
        body = response.get_data()
        cache.put(key, version, body)
    tag = hashlib.blake2b("\n".join((*key, version)).encode(), digest_size=12).hexdigest()
    answer = Response(body, mimetype="text/html")
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)

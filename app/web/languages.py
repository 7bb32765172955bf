"""Which language and text size a page is shown in, without touching the session for visitors."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel import dates
from flask import Flask, Response, current_app, g, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel, get_locale, get_translations
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from app.web.guard import current_actor
from app.web.transaction import SAFE

SHORT = {"zh": "zh_Hans_CN", "en": "en"}
FORMATS = {"en": "en_GB"}  # dates with the day first, as city offices outside the US write them
HTML_LANG = {"zh_Hans_CN": "zh-Hans", "en": "en"}
SIZES = ("1", "2", "3")
YEAR = 365 * 24 * 3600


def locale() -> str:
    """``zh_Hans_CN`` or ``en``: the cookie, then the browser's wish, then the site's default."""
    chosen: str | None = g.get("locale")
    if chosen is None:
        chosen = SHORT.get(request.cookies.get("lang", "")) or _wished()
        g.locale = chosen
    return chosen


def _wished() -> str:
    default: str = current_app.config["SETTINGS"].default_locale
    return _best(request.headers.get("Accept-Language", "")[:200], default)


@lru_cache(maxsize=500)
def _best(accept_language: str, default: str) -> str:
    """Browsers send few different wishes, and each takes longer to read than a kept page."""
    wishes = parse_accept_header(accept_language, LanguageAccept)
    return SHORT.get(wishes.best_match(SHORT) or "", default)


def text_size() -> str:
    """ "1", "2" or "3" from the cookie ``size``."""
    size = request.cookies.get("size", "1")
    return size if size in SIZES else "1"


def _remember_choice() -> ResponseReturnValue | None:
    """``?lang=`` and ``?size=`` are links, not forms: set the cookie and come back without them."""
    if not request.query_string:
        return None
    wanted = {
        "lang": (request.args.get("lang", ""), tuple(SHORT)),
        "size": (request.args.get("size", ""), SIZES),
    }
    chosen = {name: value for name, (value, allowed) in wanted.items() if value in allowed}
    if not chosen or request.method not in SAFE:
        return None
    rest = [(k, v) for k, v in request.args.items(multi=True) if k not in chosen]
    response = redirect(quote(request.path) + (f"?{urlencode(rest)}" if rest else ""), 303)
    assert isinstance(response, Response)
    for name, value in chosen.items():
        response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax")
    return response


def _with_argument(name: str, value: str) -> str:
    rest = [(k, v) for k, v in request.args.items(multi=True) if k != name]
    return f"{quote(request.path)}?{urlencode([*rest, (name, value)])}"


def _context() -> dict[str, object]:
    settings = current_app.config["SETTINGS"]
    return {
        "actor": g.get("shared_reader") or current_actor(),
        "locale": locale(),
        "html_lang": HTML_LANG[locale()],
        "text_size": text_size(),
        "site_name": settings.site_name,
        "is_demo": settings.is_demo,
        "is_read_only": settings.read_only,
        "switch_language_url": lambda lang: _with_argument("lang", lang),
        "text_size_url": lambda size: _with_argument("size", str(size)),
    }


def _translations() -> Any:
    """The catalog of this request, looked up once a page instead of once a word."""
    if not has_request_context():
        return get_translations()  # mails: one context, many languages
    found = g.get("translations")
    if found is None:
        found = g.translations = get_translations()
    return found


@lru_cache(maxsize=4000)
def _formatted(moment: date, form: str, language: str) -> str:
    """A day or a time of day in words; a list shows the same ones again and again."""
    if form in ("short", "medium", "long", "full"):
        return dates.format_date(moment, form, locale=language)
    return dates.format_time(moment, form, locale=language)  # type: ignore[arg-type]


def _in_words(moment: date, form: str = "medium") -> str:
    """The filters ``dateformat`` and ``timeformat``, in the site's time zone."""
    if isinstance(moment, datetime):
        zone = ZoneInfo(current_app.config["SETTINGS"].site_timezone)
        moment = moment.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)
    return _formatted(moment, form, FORMATS.get(locale(), locale()))


def blank() -> str:
    """What stands between two sentences on one line: " ", and "" in Chinese.

    A Chinese full stop is as wide as a character and holds the gap already.
    """
    spoken = get_locale()
    return "" if spoken and spoken.language == "zh" else " "


def init_app(app: Flask) -> None:
    Babel(
        app,
        locale_selector=lambda: FORMATS.get(locale(), locale()),
        timezone_selector=lambda: app.config["SETTINGS"].site_timezone,
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda words: _translations().ugettext(words),
        ngettext=lambda one, many, count: _translations().ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.filters.update(dateformat=_in_words, timeformat=_in_words)
    app.jinja_env.globals.update(blank=blank)
    app.before_request(_remember_choice)
    app.context_processor(_context)

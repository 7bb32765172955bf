"""From a template to the words of one message, in the language of its reader.

The first line of a mail template is the subject. A mail has two forms, plain text and HTML, made of
the same words. Plain Jinja and Babel, because the worker has no request to take a language from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import config
from app.notifications.sentences import Voice

FOLDER = config.ROOT / "templates" / "emails"
LONGEST_SUBJECT = 150
_FORMATS = {"en": "en_GB"}  # the day first, as the pages write it
_PARAGRAPHS = re.compile(r"\n\s*\n")
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Letter:
    """``subject`` is one line, "" for a text message; ``html`` says what ``body`` says."""

    subject: str
    body: str
    html: str = ""


def compose(
    template: str, channel: str, locale: str, values: dict[str, Any], html: str = ""
) -> Letter:
    """The words of ``templates/emails/<template>``; ``channel`` is mail or sms.

    ``html`` are the same words as HTML where a letter has a form of its own, made by ``as_html``.
    With ``leave_url`` among the values, a mail ends with how to get no more of them.
    """
    plain = _environment(locale)
    if channel == "sms":
        return Letter("", _one_line(plain.get_template(f"{template}.sms.txt").render(values)))
    subject, _, words = plain.get_template(f"{template}.txt").render(values).partition("\n")
    # A header must not grow a second one out of a value with a line break.
    subject, words = _one_line(subject)[:LONGEST_SUBJECT], _GAPS.sub("\n\n", words).strip()
    foot = as_text("_foot", locale, values)
    body = "\n\n".join(part for part in (words, foot) if part) + "\n"
    lang = locale.replace("_", "-").removesuffix("-CN")
    paragraphs = _paragraphs(words, values.get("site_url", ""))
    page = (
        as_html("_head", locale, {"lang": lang, "subject": subject}),
        html or as_html("_paragraphs", locale, {"paragraphs": paragraphs}),
        as_html("_tail", locale, values),
    )
    return Letter(subject, body, "\n".join(page) + "\n")


def as_text(template: str, locale: str, values: dict[str, Any]) -> str:
    """A part of a letter, to be put together with others."""
    return _environment(locale).get_template(f"{template}.txt").render(values).strip()


def as_html(template: str, locale: str, values: dict[str, Any]) -> str:
    """The same as HTML, in which every value was escaped."""
    page = _environment(locale, is_html=True).get_template(f"{template}.html")
    return page.render(values).strip()


@cache
def voice(locale: str, zone: str) -> Voice:
    """Says the sentences of pages in a letter; ``zone`` is the site's."""
    say = _catalog(locale).ugettext
    return Voice(say, _FORMATS.get(locale, locale), ZoneInfo(zone))


def _paragraphs(body: str, site_url: str) -> list[list[tuple[str, bool]]]:
    """The lines of each paragraph, and whether a line is nothing but a link to this site."""
    return [
        [(line, _is_link(line, site_url)) for line in part.splitlines()]
        for part in _PARAGRAPHS.split(body.strip())
    ]


def _is_link(line: str, site_url: str) -> bool:
    rest = line.removeprefix(site_url)
    return bool(site_url) and rest != line and " " not in rest and rest[:1] in ("", "/")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _day(moment: datetime, zone: str, locale: str) -> str:
    """A date in words, in the time zone of the site."""
    local = moment.astimezone(ZoneInfo(zone))
    return dates.format_date(local, "long", locale=_FORMATS.get(locale, locale))


def _time(moment: datetime, zone: str, locale: str) -> str:
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return dates.format_time(local, "short", locale=_FORMATS.get(locale, locale))


@cache
def _environment(locale: str, is_html: bool = False) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        extensions=["jinja2.ext.i18n"],
        autoescape=is_html,  # noqa: S701 - plain text is never shown by a browser
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = lambda moment, zone: _day(moment, zone, locale)
    environment.filters["time"] = lambda moment, zone: _time(moment, zone, locale)
    environment.install_gettext_translations(_catalog(locale), newstyle=True)  # type: ignore[attr-defined]
    return environment


@cache
def _catalog(locale: str) -> NullTranslations:
    return Translations.load(str(config.ROOT / "app" / "translations"), [locale])

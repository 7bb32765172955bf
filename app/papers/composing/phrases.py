"""Words that several papers say: days, names of versions, reasons."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import format_date, gettext

from app.papers.queries.naming import TextKind, TextName
from app.papers.queries.reasons import Reason, ReasonKind
from app.web.languages import HTML_LANG, blank

_BETWEEN = {"zh_Hans_CN": "、", "en": ", "}


def language_of(locale: str) -> str:
    """The language of a paper's own words as documents name it."""
    return HTML_LANG[locale]


def listed(items: list[str], locale: str) -> str:
    """Several names in one sentence."""
    return _BETWEEN[locale].join(items)


def day(moment: date | datetime) -> str:
    """A day in words, in the site's time zone."""
    return format_date(moment, "long")


def text_name(name: TextName) -> str:
    """The head of a column, or the name of a text in a sentence."""
    if name.kind is TextKind.IN_FORCE:
        return gettext("Text in force")
    if name.kind is TextKind.COMMENT:
        return gettext("Draft for comment, %(date)s", date=day(name.at))
    if name.kind is TextKind.REVIEW:
        return gettext("Draft for review, %(date)s", date=day(name.at))
    return gettext("Version %(number)s, %(date)s", number=name.number, date=day(name.at))


def reason_words(reason: Reason, locale: str) -> str:
    """One reason as it stands in a table."""
    if reason.kind is ReasonKind.ADOPTED:
        numbers = listed([str(number) for number in reason.numbers], locale)
        adopted = gettext("Adopts no. %(numbers)s.", numbers=numbers) if numbers else ""
        return blank().join(words for words in (adopted, reason.words) if words)
    if reason.kind is ReasonKind.LEGAL_REVIEW:
        return gettext("Legality review: %(words)s", words=reason.words)
    if reason.kind is ReasonKind.OWN:
        return gettext("The department's own change: %(words)s", words=reason.words)
    return reason.words

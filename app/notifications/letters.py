"""From a template to the words of one message, in the language of its reader.

The first line of a mail template is the subject. Plain Jinja and Babel, because the worker has no
request to take a language from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import config


@dataclass(frozen=True, slots=True)
class Letter:
    """``subject`` is one line, "" for a text message."""

    subject: str
    body: str


def compose(template: str, channel: str, locale: str, values: dict[str, Any]) -> Letter:
    """The words of ``templates/emails/<template>``; ``channel`` is mail or sms."""
    name = f"{template}.sms.txt" if channel == "sms" else f"{template}.txt"
    words = _environment(locale).get_template(name).render(values)
    if channel == "sms":
        return Letter("", _one_line(words))
    subject, _, body = words.partition("\n")
    # A header must not grow a second one out of a value with a line break.
    return Letter(_one_line(subject), body.strip() + "\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())


@cache
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(config.ROOT / "templates" / "emails"),
        extensions=["jinja2.ext.i18n"],
        autoescape=False,  # noqa: S701 - plain text, never shown by a browser
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    catalog = Translations.load(str(config.ROOT / "app" / "translations"), [locale])
    environment.install_gettext_translations(catalog, newstyle=True)  # type: ignore[attr-defined]
    return environment

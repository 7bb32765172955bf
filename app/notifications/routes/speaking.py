"""The voice in which a page says what happened: the reader's language, the site's time zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext

from app.notifications.sentences import Voice
from app.web.languages import FORMATS, locale


def voice() -> Voice:
    """For this request; needs one."""
    zone = ZoneInfo(current_app.config["SETTINGS"].site_timezone)
    return Voice(gettext, FORMATS.get(locale(), locale()), zone)

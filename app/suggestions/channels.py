"""The ways by which words reach the office other than through this site, and how people say them; pure."""

from __future__ import annotations

from enum import StrEnum

from app.messages import N_


class Channel(StrEnum):
    """How words came that staff entered."""

    LETTER = "letter"
    CALL = "call"
    FAX = "fax"
    VISIT = "visit"
    HEARING = "hearing"
    HOTLINE = "hotline"
    EMAIL = "email"
    WEBSITE = "website"


NAMES: dict[str, str] = {
    Channel.LETTER: N_("Letter"),
    Channel.CALL: N_("Telephone call"),
    Channel.FAX: N_("Fax"),
    Channel.VISIT: N_("Visit to the office"),
    Channel.HEARING: N_("Statement at a hearing"),
    Channel.HOTLINE: N_("Hotline record"),
    Channel.EMAIL: N_("E-mail"),
    Channel.WEBSITE: N_("Form on another website"),
}
RECEIVED: dict[str, str] = {
    Channel.LETTER: N_("Received by letter on %(date)s, entered by %(office)s"),
    Channel.CALL: N_("Received by telephone on %(date)s, entered by %(office)s"),
    Channel.FAX: N_("Received by fax on %(date)s, entered by %(office)s"),
    Channel.VISIT: N_("Said on a visit to the office on %(date)s, entered by %(office)s"),
    Channel.HEARING: N_("Said at a hearing on %(date)s, entered by %(office)s"),
    Channel.HOTLINE: N_("Received by the hotline on %(date)s, entered by %(office)s"),
    Channel.EMAIL: N_("Received by e-mail on %(date)s, entered by %(office)s"),
    Channel.WEBSITE: N_("Received through another website on %(date)s, entered by %(office)s"),
}
# What offices write into the column of a file besides the codes.
_ALSO: dict[str, Channel] = {
    "mail": Channel.LETTER,
    "post": Channel.LETTER,
    "信": Channel.LETTER,
    "信函": Channel.LETTER,
    "来信": Channel.LETTER,
    "书信": Channel.LETTER,
    "phone": Channel.CALL,
    "telephone": Channel.CALL,
    "电话": Channel.CALL,
    "来电": Channel.CALL,
    "传真": Channel.FAX,
    "来访": Channel.VISIT,
    "走访": Channel.VISIT,
    "听证": Channel.HEARING,
    "听证会": Channel.HEARING,
    "12345": Channel.HOTLINE,
    "热线": Channel.HOTLINE,
    "e-mail": Channel.EMAIL,
    "邮件": Channel.EMAIL,
    "电子邮件": Channel.EMAIL,
    "web": Channel.WEBSITE,
    "online": Channel.WEBSITE,
    "网站": Channel.WEBSITE,
    "网络": Channel.WEBSITE,
}


def channel_of(word: str) -> Channel | None:
    """The channel that a code or a usual word for it names, or None."""
    plain = word.strip().casefold()
    return Channel(plain) if plain in set(Channel) else _ALSO.get(plain)


# How somebody is called whose name is not shown, in the language of the text.
_NAMELESS = {"zh-Hans": "居民", "zh-Hant": "居民", "en": "Resident"}


def name_of_nobody(language: str) -> str:
    """How a text in ``language`` calls a sender whose name is not shown."""
    return _NAMELESS.get(language, _NAMELESS["en"])

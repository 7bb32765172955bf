"""Atom feeds (RFC 4287) from plain values; pure, so that every feed of the site is valid in one way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

MEDIA_TYPE = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
_SINCE = "2026"  # a tag URI names a day on which its maker held the host; it never changes
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# What XML 1.0 cannot hold at all, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``ident`` is a URI that is the same for ever, ``link`` an absolute address.

    ``summary`` is plain text or, where ``is_html``, HTML whose words its template has escaped.
    ``author`` is a name as the site shows it, "" where the feed's own author speaks.
    """

    ident: str
    title: str
    updated: datetime
    link: str
    summary: str = ""
    author: str = ""
    is_html: bool = False


def tag(site_url: str, *parts: object) -> str:
    """A stable tag URI (RFC 4151) of this site: tag:host,2026:policy/12/feed."""
    host = urlsplit(site_url).hostname or "localhost"
    return f"tag:{host},{_SINCE}:" + "/".join(str(part) for part in parts)


def feed(
    title: str,
    ident: str,
    updated: datetime,
    link: str,
    entries: Sequence[Entry],
    *,
    self_link: str = "",
    language: str = "",
    author: str = "",
) -> bytes:
    """The feed as UTF-8 XML, entries in their order. ``link`` is the page that it belongs to,
    ``self_link`` the feed's own address, ``author`` whose feed it is (its title when "")."""
    root = Element("feed", {"xmlns": NAMESPACE, **({_LANGUAGE: language} if language else {})})
    _text(root, "title", title)
    _text(root, "id", ident)
    _text(root, "updated", _moment(updated))
    _author(root, author or title)
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": _clean(link)})
    if self_link:
        SubElement(root, "link", {"rel": "self", "type": MEDIA_TYPE, "href": _clean(self_link)})
    for entry in entries:
        _entry(SubElement(root, "entry"), entry)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(into: Element, entry: Entry) -> None:
    _text(into, "title", entry.title)
    _text(into, "id", entry.ident)
    _text(into, "updated", _moment(entry.updated))
    SubElement(into, "link", {"rel": "alternate", "type": "text/html", "href": _clean(entry.link)})
    if entry.author:
        _author(into, entry.author)
    if entry.summary:
        _text(into, "summary", entry.summary, {"type": "html" if entry.is_html else "text"})


def _author(into: Element, name: str) -> None:
    _text(SubElement(into, "author"), "name", name)


def _text(into: Element, name: str, words: str, attributes: dict[str, str] | None = None) -> None:
    SubElement(into, name, attributes or {}).text = _clean(words)


def _clean(words: str) -> str:
    return _UNWRITABLE.sub("", words)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

"""Atom feeds: valid whatever the words are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from xml.etree.ElementTree import fromstring

from hypothesis import given, settings
from hypothesis import strategies as st

from app.web.atom import Entry, feed, tag

ATOM = "{http://www.w3.org/2005/Atom}"
AT = datetime(2026, 3, 2, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))


def made(*entries: Entry) -> bytes:
    return feed("What changed", "tag:x,2026:recent", AT, "https://x.example/recent", entries)


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text())
def test_any_words_make_a_feed_that_can_be_read(title: str, words: str) -> None:
    entry = Entry("tag:x,2026:1", title, AT, "https://x.example/1", words, words)
    root = fromstring(made(entry))
    assert root.tag == f"{ATOM}feed"


def test_what_xml_cannot_hold_is_dropped_and_nothing_else() -> None:
    words = "a\x00\x08\x0b\x1f\ud800\ufffe\uffffb\tc\nd 𠀀 <&>"
    root = fromstring(made(Entry("tag:x,2026:1", words, AT, "https://x.example/1")))
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "ab\tc\nd 𠀀 <&>"


def test_moments_are_in_utc() -> None:
    assert fromstring(made()).findtext(f"{ATOM}updated") == "2026-03-02T04:00:00Z"


def test_text_and_html_are_told_apart() -> None:
    plain = Entry("tag:x,2026:1", "t", AT, "https://x.example/1", "1 < 2")
    html = Entry("tag:x,2026:2", "t", AT, "https://x.example/2", "<p>1 &lt; 2</p>", is_html=True)
    first, second = fromstring(made(plain, html)).findall(f"{ATOM}entry/{ATOM}summary")
    assert (first.get("type"), first.text) == ("text", "1 < 2")
    assert (second.get("type"), second.text) == ("html", "<p>1 &lt; 2</p>")


def test_a_feed_without_an_author_of_its_own_is_signed_by_its_title() -> None:
    root = fromstring(made(Entry("tag:x,2026:1", "t", AT, "https://x.example/1", author="Ms Li")))
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "What changed"
    assert root.findtext(f"{ATOM}entry/{ATOM}author/{ATOM}name") == "Ms Li"


def test_the_feed_names_its_page_itself_and_its_language() -> None:
    root = fromstring(
        feed(
            "t",
            "tag:x,2026:1",
            datetime(2026, 3, 2, tzinfo=UTC),
            "https://x.example/page",
            [],
            self_link="https://x.example/feed?a=1&b=2",
            language="zh-Hans",
        )
    )
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {
        "alternate": "https://x.example/page",
        "self": "https://x.example/feed?a=1&b=2",
    }
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-Hans"


def test_a_tag_names_the_host_and_never_the_day() -> None:
    assert tag("https://city.example:8443/wiki", "policy", 12) == "tag:city.example,2026:policy/12"

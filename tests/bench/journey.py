"""The resident's journey: its pages beside the policy page, and fifty people who send at once.

The fifty are visitors who leave no contact: form, check page, who to tell, receipt, and the last
button pressed once more, as after a lost connection.
"""

from __future__ import annotations

import html
import json
import re
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.bench.client import Answer, Browser
from tests.bench.load import percentile
from tests.bench.run import Run
from tests.bench.saves import new_word

PEOPLE = 50
MOST_BYTES = 100 * 1024
AS_FAST = 0.9  # of the policy page: the same road, within what two measurements differ
PLACE = "c4"


def measure(run: Run) -> None:
    """On the policies in the middle of the list, which no other section changes."""
    middle = len(run.known["slugs"]) // 2
    _fifty_send(run, run.known["slugs"][middle])
    _pages(run, run.known["slugs"][middle : middle + 20])


def _fifty_send(run: Run, slug: str) -> None:
    people = [Visitor(run, slug) for _ in range(10 if run.is_quick else PEOPLE)]
    threads = [threading.Thread(target=person.send) for person in people]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - begun
    errors = [error for person in people for error in person.errors]
    numbers = [person.number for person in people]
    stored, words = _stored(run, slug)
    lost = sum(1 for person in people if person.word not in words)
    report = run.report
    report.at_most(
        "journey", "fifty send at once, errors", len(errors), 0, note="; ".join(errors[:2])
    )
    doubles = stored - len(set(numbers))
    report.at_most("journey", "fifty send at once, doubles", doubles, 0)
    report.at_most("journey", "fifty send at once, lost", lost, 0)
    waits = [one for person in people for one in person.milliseconds]
    report.plain(
        "journey", "fifty send at once, p95 of a request", percentile(waits, 0.95), "ms",
        note=f"{len(people)} people, {len(waits)} requests in {took:.1f} s",
    )  # fmt: skip


def _stored(run: Run, slug: str) -> tuple[int, str]:
    """How many contributions the policy has, and all that was written in them."""
    with closing(sqlite3.connect(run.instance / "gongyi.db")) as database:
        rows = database.execute(
            "SELECT contribution.id, reason FROM contribution JOIN policy"
            " ON policy.id = contribution.policy_id WHERE slug = ?", (slug,),
        ).fetchall()  # fmt: skip
    return len(rows), json.dumps([reason for _, reason in rows])


@dataclass(slots=True)
class Visitor:
    """Somebody without an account who offers other words for one article."""

    run: Run
    slug: str
    word: str = field(default_factory=new_word)
    number: str = ""
    errors: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def send(self) -> None:
        """The whole way; what goes wrong is noted, not raised."""
        try:
            self._send()
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")

    def _send(self) -> None:
        browser = Browser(self.run.web.port, keeps_cookies=True)
        here = f"/policies/{self.slug}/suggest"
        page = self._ask(browser, f"{here}?clause={PLACE}")
        fields = fields_of(page, "data-keep-on-phone")
        fields |= {"text": f"{fields['text']} {self.word}", "summary": f"Because of {self.word}."}
        page = self._ask(browser, here, fields | {"step": "check"})
        who = self._ask(browser, here, fields_of(page, "data-keep-on-phone") | {"step": "send"})
        page = self._ask(browser, f"{path_of(who)}?by=none")
        last = fields_of(page, 'action="/account/continue') | {"step": "no_contact"}
        for _ in range(2):  # the second time as after a lost connection
            receipt = self._ask(browser, "/account/continue?by=none", last)
            number = path_of(receipt).rpartition("/")[2]
            if receipt.status != 303 or self.number not in ("", number):
                self.errors.append(f"sent to {number}, before to {self.number}")
            self.number = number
        if self.word not in self._ask(browser, path_of(receipt)).body.decode():
            self.errors.append("the receipt does not hold the words")
        browser.close()

    def _ask(self, browser: Browser, path: str, fields: dict[str, str] | None = None) -> Answer:
        begun = time.perf_counter()
        answer = browser.get(path) if fields is None else browser.post(path, fields)
        self.milliseconds.append((time.perf_counter() - begun) * 1000)
        if answer.status >= 400:
            raise RuntimeError(f"{path} answered {answer.status}")
        return answer


def path_of(answer: Answer) -> str:
    """Where a redirect leads, as a path of this site."""
    return re.sub(r"^https?://[^/]+", "", answer.location)


class _Fields(HTMLParser):
    """The fields of the form whose start tag holds ``mark``, as a browser would send them."""

    def __init__(self, mark: str) -> None:
        super().__init__(convert_charrefs=True)
        self.mark, self.inside, self.area = mark, False, ""
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = self.mark in html.unescape(self.get_starttag_text() or "")
        elif self.inside and tag == "textarea":
            self.area = values["name"]
            self.found[self.area] = ""
        elif self.inside and tag == "input" and values.get("type") not in ("checkbox", "radio"):
            self.found[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area] += data


def fields_of(page: Answer, mark: str) -> dict[str, str]:
    """The fields of the form on ``page`` whose start tag holds ``mark``."""
    parser = _Fields(mark)
    parser.feed(page.body.decode())
    if "csrf_token" not in parser.found:
        raise RuntimeError(f"no form with {mark}: {page.body[:200]!r}")
    return {name: value.removeprefix("\n") for name, value in parser.found.items()}


def _pages(run: Run, slugs: list[str]) -> None:
    """Bytes of each page, and how fast visitors get those that are read, beside the policy page."""
    policy, errors = run.ratio("policy page beside the journey", [f"/policies/{s}" for s in slugs])
    if errors:
        run.report.missing("journey", "policy page", "", f"{errors} errors")
        return
    read = {
        "article": f"/clauses/{PLACE}",
        "what people say": f"/suggestions?clause={PLACE}",
        "call for comment": "/consultation",
    }
    for name, path in read.items():
        share, errors = run.ratio(f"journey, {name}", [f"/policies/{s}{path}" for s in slugs])
        run.report.at_least(
            "journey", f"{name}, beside the policy page", share / policy, AS_FAST,
            note=f"{errors} errors" if errors else f"{share:.2f} of the bare page",
        )  # fmt: skip
    share, errors = run.ratio(
        "journey, form", [f"/policies/{s}/suggest?clause={PLACE}" for s in slugs]
    )
    run.report.plain(
        "journey", "form, beside the policy page", share / policy,
        note=f"{errors} errors; each gets a token and a place of its own",
    )  # fmt: skip
    browser = Browser(run.web.port)
    for name, path in (read | {"form": f"/suggest?clause={PLACE}"}).items():
        largest = max(len(browser.get(f"/policies/{slug}{path}").body) for slug in slugs)
        run.report.at_most("journey", f"{name}, bytes", largest, MOST_BYTES)
    browser.close()

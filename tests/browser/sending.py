"""Fill in forms over HTTP, faster than a browser, for pages that need something to show."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from playwright.sync_api import APIRequestContext, APIResponse

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def send(person: APIRequestContext, path: str, **fields: str) -> APIResponse:
    """Fill in the form at ``path`` and send it; the page it leads to."""
    page = person.get(path)
    token = _TOKEN.search(page.text())
    assert token, f"no form at {path} ({page.status})"
    answer = person.post(path, form={"csrf_token": token.group(1), **fields})
    assert answer.ok, f"{path} answers {answer.status}"
    return answer


def suggest(
    person: APIRequestContext, policy: str, place: str, *changes: tuple[str, str], reason: str,
    kind: str = "",
) -> str:  # fmt: skip
    """Send what a person writes about ``place`` (``clause=c4``, ``after=c4``, "" for all of it) of
    the policy at the path ``policy``; answers the path of the receipt.

    ``changes`` are (old, new) words of the field; an old "" stands for all of it.
    """
    address = f"{policy}/suggest?{place}&fresh=1"
    form = Filled(person.get(address).text())
    for old, new in changes:
        assert old in form.fields["text"], f"{old!r} is not in {form.fields['text']!r}"
        form.fields["text"] = form.fields["text"].replace(old, new, 1) if old else new
    words = {"summary": reason, **({"kind": kind} if kind else {})}
    answer = person.post(f"{policy}/suggest", form={**form.fields, **words, "step": "send"})
    receipt = path_of(answer.url)
    assert re.search(r"/suggestions/\d+$", receipt), f"{address} leads to {receipt}"
    return receipt


def adopt(
    officer: APIRequestContext, receipt: str, *, reason: str, part: int | None = None
) -> None:
    """Take the suggestion at ``receipt`` into the text, all of it or only the part of this place."""
    way, outcome = ("whole", "adopted") if part is None else ("parts", "partly_adopted")
    page = Filled(officer.get(f"{receipt}/adopt?way={way}").text())
    fields: dict[str, str | float | bool] = {**page.fields}
    fields |= {"reason": reason, "outcome": outcome, "looked": "y", "step": "save"}
    if part is not None:
        fields["parts"] = page.choices["parts"][part]
    answer = officer.post(f"{receipt}/adopt", form=fields)
    assert path_of(answer.url) == receipt, _refusal(answer.text())


def path_of(url: str) -> str:
    """The address without its site, query and place on the page."""
    return re.sub(r"^https?://[^/]+|[?#].*$", "", url)


class Filled(HTMLParser):
    """What the forms of a page's main text hold: hidden fields and textareas by name, and the
    values of boxes to tick."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self._in_main = False
        self._area: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "main":
            self._in_main = True
        elif tag == "textarea" and self._in_main:
            self._area = about["name"]
            self.fields[self._area] = ""
        elif tag == "input" and self._in_main and about.get("type") == "hidden":
            self.fields[about["name"]] = about.get("value", "")
        elif tag == "input" and self._in_main and about.get("type") == "checkbox":
            self.choices.setdefault(about["name"], []).append(about.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            # A browser drops the line break after the tag, which templates put there for it.
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


def _refusal(html: str) -> str:
    """The main text of a page that was not wanted."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())[:1500]

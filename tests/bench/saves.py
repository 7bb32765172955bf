"""Saving: one person, eight people on drafts of their own, eight people on one draft.

Every saved word is looked for afterwards, in the stored versions and by the search page.
"""

from __future__ import annotations

import html
import re
import secrets
import string
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import quote

from tests.bench import texts
from tests.bench.client import Browser
from tests.bench.dataset import EDITORS, PAGE_BYTES
from tests.bench.load import percentile
from tests.bench.run import Run

P50_MS, P95_MS, PER_SECOND = 10, 40, 80
FOUND_QUIET_S, FOUND_LOADED_S = 2, 5
GIVE_UP_S = 20.0


def measure(run: Run) -> None:
    """All of it, on policies that no other section looks at."""
    _one_person(run)
    _eight_people(run)
    _eight_on_one(run)


@dataclass(slots=True)
class Draft:
    """A policy as its one editor knows it; ``words`` by the number they were saved as."""

    slug: str
    text: str
    base: int = 1
    words: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Editor:
    """A signed-in person who saves again and again."""

    browser: Browser
    csrf_token: str
    milliseconds: list[float] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)

    def save(self, draft: Draft) -> str:
        """Put a new word into one article of ``draft`` and save the whole; the word."""
        word = new_word()
        text = with_word(draft.text, word, draft.base)
        if self.send(draft.slug, text, draft.base):
            draft.text, draft.base = text, draft.base + 1
            draft.words[draft.base] = word
        return word

    def send(self, slug: str, text: str, base: int, clause: str = "") -> bool:
        """Send the form of the edit page; the time counts until the answer is here."""
        fields = {
            "csrf_token": self.csrf_token, "edit_token": secrets.token_urlsafe(18),
            "base": str(base), "text": text, "summary": "one word more", "clause": clause,
        }  # fmt: skip
        begun = time.perf_counter()
        answer = self.browser.post(f"/policies/{slug}/edit", fields)
        self.milliseconds.append((time.perf_counter() - begun) * 1000)
        if answer.status != 303:
            self.errors.append(answer.status)
        return answer.status == 303


def new_word() -> str:
    """A word that stands nowhere else."""
    return "zq" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(9))


def with_word(text: str, word: str, turn: int) -> str:
    """``text`` with ``word`` at the end of one of its articles."""
    parts = text.rstrip("\n").split("\n\n")
    parts[1 + turn % (len(parts) - 1)] += f" {word}"
    return "\n\n".join(parts) + "\n"


def _editor(run: Run, person: int) -> Editor:
    known = run.known["people"][person]
    return Editor(Browser(run.web.port, known["cookie"]), known["csrf_token"])


def _drafts(run: Run, first: int, count: int) -> list[Draft]:
    """Policies from the end of the list, which nobody else looks at."""
    slugs = run.known["slugs"]
    numbers = [len(slugs) - 1 - first - n for n in range(count)]
    return [
        Draft(slugs[n], texts.law(texts.LANGUAGES[n % 2], PAGE_BYTES, n)) for n in numbers
    ]  # fmt: skip


def _one_person(run: Run) -> None:
    editor, drafts = _editor(run, 1), _drafts(run, 0, 10)
    for number in range(30 if run.is_quick else 300):
        word = editor.save(drafts[number % len(drafts)])
    took = editor.milliseconds
    run.report.at_most("saves", "one person, p50", percentile(took, 0.5), P50_MS, unit="ms")
    run.report.at_most("saves", "one person, p95", percentile(took, 0.95), P95_MS, unit="ms")
    _report_errors(run, "one person, errors", editor.errors)
    _report_found(run, "found by search, otherwise idle", _until_found(run, word), FOUND_QUIET_S)
    run.report.at_most("saves", "one person, words lost", _lost(run, drafts), 0)


def _report_errors(run: Run, name: str, statuses: list[int]) -> None:
    note = f"answers {sorted(set(statuses))}" if statuses else ""
    run.report.at_most("saves", name, len(statuses), 0, note=note)


def _report_found(run: Run, name: str, seconds: float, target: float) -> None:
    if seconds >= GIVE_UP_S:
        run.report.missing("saves", name, f"≤ {target} s", f"not found in {GIVE_UP_S:.0f} s")
    else:
        run.report.at_most("saves", name, seconds, target, unit="s")


def _until_found(run: Run, word: str) -> float:
    """Seconds until the search page shows a policy for ``word``."""
    begun = time.monotonic()
    browser = Browser(run.web.port)
    while time.monotonic() - begun < GIVE_UP_S:
        if b'href="/policies/' in browser.get(f"/search?q={quote(word)}").body:
            break
        time.sleep(0.1)
    browser.close()
    return time.monotonic() - begun


def _lost(run: Run, drafts: list[Draft]) -> int:
    """How many saved words are not in the version they were saved as."""
    browser, lost = Browser(run.web.port), 0
    for draft in drafts:
        for number, word in draft.words.items():
            raw = browser.get(f"/policies/{draft.slug}/revisions/{number}/raw")
            lost += word.encode() not in raw.body
    browser.close()
    return lost


def _eight_people(run: Run) -> None:
    """Eight people, each on drafts of their own, as fast as they can."""
    editors = [_editor(run, 1 + n) for n in range(EDITORS)]
    per_editor = 1 if run.is_quick else 4
    shares = [_drafts(run, 10 + n * per_editor, per_editor) for n in range(EDITORS)]
    waits: list[float] = []
    latest: list[str] = []

    def edit(number: int, until: float) -> None:
        turn = 0
        while time.monotonic() < until:
            word = editors[number].save(shares[number][turn % per_editor])
            if number == 0:
                latest[:] = [word]
            turn += 1

    def look(until: float) -> None:
        while time.monotonic() < until - 1:
            time.sleep(1)
            waits.append(_until_found(run, latest[0]))

    seconds = 2.0 if run.is_quick else 12.0
    before = run.web.cpu_seconds(), run.worker.cpu_seconds()
    until = time.monotonic() + seconds
    _together([(edit, (n, until)) for n in range(EDITORS)] + [(look, (until,))])
    after = run.web.cpu_seconds(), run.worker.cpu_seconds()
    took = [one for editor in editors for one in editor.milliseconds]
    errors = [status for editor in editors for status in editor.errors]
    saved = len(took) - len(errors)
    run.report.at_least("saves", "eight people, saves a second", saved / seconds, PER_SECOND)
    run.report.plain("saves", "eight people, p95", percentile(took, 0.95), "ms")
    for name, start, end in zip(("web", "worker"), before, after, strict=True):
        cost = (end - start) / max(1, saved) * 1000
        run.report.plain("saves", f"CPU of {name} for each of these saves", cost, "ms")
    _report_errors(run, "eight people, errors", errors)
    _report_found(run, "found by search, under that load", max(waits, default=0), FOUND_LOADED_S)
    lost = _lost(run, [draft for share in shares for draft in share])
    run.report.at_most("saves", "eight people, words lost", lost, 0)


def _together(work: list[tuple[object, tuple[object, ...]]]) -> None:
    failures: list[BaseException] = []

    def guarded(function: object, arguments: tuple[object, ...]) -> None:
        try:
            function(*arguments)  # type: ignore[operator]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _eight_on_one(run: Run) -> None:
    """Eight people on one draft, each at an article of their own, every save onto what the form
    was made from: all but the fastest are merged."""
    draft = _drafts(run, 60 if not run.is_quick else 20, 1)[0]
    editors = [_editor(run, 1 + n) for n in range(EDITORS)]
    words: list[str] = []

    def edit(number: int, until: float) -> None:
        editor, clause = editors[number], f"c{2 + number}"
        while time.monotonic() < until:
            base, text = _form(editor.browser, draft.slug, clause)
            word = new_word()
            if editor.send(draft.slug, f"{text} {word}", base, clause):
                words.append(word)

    seconds = 2.0 if run.is_quick else 6.0
    until = time.monotonic() + seconds
    _together([(edit, (n, until)) for n in range(EDITORS)])
    errors = [status for editor in editors for status in editor.errors]
    _, text = _form(editors[0].browser, draft.slug, "")
    lost = sum(word not in text for word in words)
    run.report.plain(
        "saves", "eight people on one draft, saves a second", len(words) / seconds,
        note="each form is fetched anew before it is sent",
    )  # fmt: skip
    _report_errors(run, "eight people on one draft, errors", errors)
    run.report.at_most("saves", "eight people on one draft, words lost", lost, 0)


def _form(browser: Browser, slug: str, clause: str) -> tuple[int, str]:
    """Base and text of a fresh edit form."""
    page = browser.get(f"/policies/{slug}/edit?clause={clause}").body.decode()
    base = re.search(r'<input[^>]*name="base"[^>]*value="(\d+)"', page)
    area = re.search(r'<textarea[^>]*name="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    if base is None or area is None:
        raise RuntimeError(f"no edit form: {page[:300]}")
    return int(base.group(1)), html.unescape(area.group(1)).replace("\r\n", "\n").lstrip("\n")

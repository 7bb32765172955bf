"""Suggestions that wait while the text changes: what one save costs the worker and the person.

Two equal long laws, one with many suggestions and one with none, so that their saves compare.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from functools import cache

from app import create_app
from app.access.actor import Role
from app.database import db
from app.suggestions.services.sending import Wanted, send
from tests.bench import processes, texts
from tests.bench.client import Browser
from tests.bench.dataset import new_policy, without_waiting
from tests.bench.load import percentile
from tests.bench.run import Run
from tests.bench.saves import Editor, new_word
from tests.builders.accounts import make_actor

ARTICLES, SUGGESTIONS, SAVES = 1300, 500, 60
QUICK = (130, 50, 12)
TOGETHER = 20  # suggestions on the first article, which is rewritten in the end
BUSY, QUIET = "law-with-suggestions", "law-without-suggestions"
WORKER_S, SLOWER_MS = 10, 2
GIVE_UP_S = 60.0
REACTION = "suggestions.rebase_pending"
ALL = (REACTION, "discussions.reanchor", "search.index", "consensus.measure_revisions")
_LAST = """
    SELECT seal.seq FROM event LEFT JOIN seal ON seal.event_id = event.id
    WHERE event.kind = 'RevisionSaved' ORDER BY event.id DESC LIMIT 1
"""
_MET = "SELECT seq FROM ledger_cursor WHERE reaction = ?"
_COUNTS = """
    SELECT count(*), coalesce(sum(fit = 'rework'), 0), coalesce(sum(fit_number < head_number), 0)
    FROM contribution JOIN policy ON policy.id = contribution.policy_id WHERE policy.slug = ?
"""


def measure(run: Run) -> None:
    """A word more here and there, then one article rewritten, then every article changed."""
    articles, suggestions, saves = QUICK if run.is_quick else (ARTICLES, SUGGESTIONS, SAVES)
    _build(run, articles, suggestions)
    busy, quiet = Law(run, BUSY, articles), Law(run, QUIET, articles)
    for law in (busy, quiet, busy, quiet):  # the first saves find nothing ready
        law.save(1 + articles // 2)
        law.wait(ALL)
    busy.editor.milliseconds, quiet.editor.milliseconds = [], []
    seconds, cpu = [], []
    for turn in range(saves):
        worker = run.worker.cpu_seconds()
        busy.save(2 + turn * 7 % (articles - 2))
        seconds.append(busy.wait([REACTION]))
        busy.wait(ALL)
        cpu.append(run.worker.cpu_seconds() - worker)
        quiet.save(2 + turn * 7 % (articles - 2))
        quiet.wait(ALL)
    report = run.report
    report.at_most("rebase", "one save, all looked at", max(seconds), WORKER_S, unit="s")
    report.plain("rebase", "CPU of worker for such a save", percentile(cpu, 0.5), "s")
    without, with_all = (percentile(law.editor.milliseconds, 0.5) for law in (quiet, busy))
    report.at_most(
        "rebase", "a save, p50 above one with none waiting", with_all - without, SLOWER_MS,
        unit="ms", note=f"{with_all:.1f} ms and {without:.1f} ms",
    )  # fmt: skip
    busy.rewrite(1)
    busy.wait(ALL)
    found, told, left = busy.counts()
    report.at_most("rebase", "suggestions not looked at", left + suggestions - found, 0)
    report.at_least("rebase", "told that their article was rewritten", told, TOGETHER)
    busy.change_all()
    whole = busy.wait([REACTION])
    report.at_most("rebase", "every article changed, all looked at", whole, WORKER_S, unit="s")


class Law:
    """One of the two laws, as the person knows it who saves."""

    def __init__(self, run: Run, slug: str, articles: int) -> None:
        known = run.known["people"][1]
        self.editor = Editor(Browser(run.web.port, known["cookie"]), known["csrf_token"])
        self._database = f"file:{run.instance / 'gongyi.db'}?mode=ro"
        self._slug, self._base = slug, 1
        self._slices = [*_slices(articles)]

    def save(self, place: int) -> None:
        """One word more at the end of one article."""
        self._slices[place] += f" {new_word()}"
        self._send(self._slices[place], f"c{place + 1}")

    def rewrite(self, place: int) -> None:
        """Nothing stays of an article but its number."""
        self._slices[place] = f"{self._slices[place].split(' ')[0]} {new_word()}。"
        self._send(self._slices[place], f"c{place + 1}")

    def change_all(self) -> None:
        """A word more at the end of every article, in one save."""
        word = new_word()
        self._slices[1:] = [f"{words} {word}" for words in self._slices[1:]]
        self._send("\n\n".join(self._slices) + "\n", "")

    def _send(self, text: str, clause: str) -> None:
        if not self.editor.send(self._slug, text, self._base, clause):
            raise RuntimeError(f"a save was refused: {self.editor.errors}")
        self._base += 1

    def wait(self, reactions: Sequence[str]) -> float:
        """Seconds until these reactions have met every revision."""
        begun = time.monotonic()
        with closing(sqlite3.connect(self._database, uri=True)) as connection:
            while not _have_met_all(connection, reactions):
                if time.monotonic() - begun > GIVE_UP_S:
                    raise RuntimeError("the worker did not come to an end")
                time.sleep(0.01)
        return time.monotonic() - begun

    def counts(self) -> tuple[int, int, int]:
        """Suggestions, those that no longer fit, and those not looked at on the head."""
        with closing(sqlite3.connect(self._database, uri=True)) as connection:
            found, told, left = connection.execute(_COUNTS, [self._slug]).fetchone()
        return found, told, left


def _have_met_all(connection: sqlite3.Connection, reactions: Sequence[str]) -> bool:
    last = connection.execute(_LAST).fetchone()[0]  # None: not sealed yet
    met = [connection.execute(_MET, [name]).fetchone() for name in reactions]
    return last is not None and all(row is not None and row[0] >= last for row in met)


@cache
def _slices(articles: int) -> tuple[str, ...]:
    """Title and articles of the law, without the blank lines between them."""
    chance = random.Random("long law")
    numbers = range(1, articles + 1)
    found = [texts.article("zh-Hans", n, texts.paragraph("zh-Hans", chance)) for n in numbers]
    return ("# 长法", *found)


def _build(run: Run, articles: int, suggestions: int) -> None:
    """Both laws and their suggestions, in a process of its own beside the running servers."""
    subprocess.run(
        [sys.executable, "-m", "tests.bench.rebasing", str(articles), str(suggestions)],
        cwd=processes.ROOT, env={**os.environ, **processes.environ_of(run.instance)},
        check=True, timeout=600,
    )  # fmt: skip


def build(articles: int, suggestions: int) -> None:
    """Fill the instance of the environment."""
    app = create_app()
    with app.app_context():
        without_waiting()
        officer = make_actor(Role.OFFICER, public_id="rebase", name="R", name_skeleton=None)
        text = "\n\n".join(_slices(articles)) + "\n"
        for slug in (BUSY, QUIET):
            new_policy(slug, "zh-Hans", text, officer)
        for number in range(suggestions):
            author = make_actor(
                public_id=f"rb{number}", name=f"R{number}", name_skeleton=None,
                email=f"rebase{number}@example.org",
            )  # fmt: skip
            send(BUSY, _wanted(number, articles), actor=author)
            db.session.commit()
    app.extensions["gongyi_renderer"].close()


def _wanted(number: int, articles: int) -> Wanted:
    """The first ones are all for one article; of the others each fifth is a new article."""
    place = 1 if number < TOGETHER else 1 + (number * 2) % articles
    slices = _slices(articles)
    reason = f"A reason of its own, number {number}."
    if number >= TOGETHER and number % 5 == 0:
        words = f"第{place}条之一 {slices[place].split(' ', 1)[1]}"
        return Wanted(base=1, text=words, reason=reason, after=f"c{place + 1}")
    label, words = slices[place].split(" ", 1)
    text = f"{label} 第{number}号建议：{words}"
    return Wanted(base=1, text=text, reason=reason, clause=f"c{place + 1}")


if __name__ == "__main__":
    build(int(sys.argv[1]), int(sys.argv[2]))

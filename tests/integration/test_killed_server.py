"""A real server under load is killed or stopped: what it acknowledged is there afterwards."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import config
from app.text.archive import text_hash
from tests.builders.live_site import LiveSite, Visitor, Writer

WRITERS = 4
LOAD_SECONDS = 1.5


def _under_load(site: LiveSite, names: str) -> list[Writer]:
    """Four people who save as fast as they are answered, for a while."""
    writers = [Writer(site, f"{names}-{number}") for number in range(WRITERS)]
    for writer in writers:
        writer.begin()
    for writer in writers:
        writer.start()
    time.sleep(LOAD_SECONDS)
    return writers


def _ensure_all_kept(site: LiveSite, writers: list[Writer]) -> None:
    """Every acknowledged version is there word for word, and nothing half-written follows it.

    That the texts fit their hashes is what ``flask ledger verify`` checks.
    """
    with closing(Visitor(site.port)) as browser:
        for writer in writers:
            writer.join(30)
            assert not writer.is_alive()
            assert len(writer.kept) > 1, site.printed()
            stored = site.hashes(writer.slug)
            kept = {number: text_hash(text) for number, text in writer.kept.items()}
            assert stored.items() >= kept.items()
            assert len(stored) <= len(kept) + 1  # one more may have been saved unanswered
            last = max(kept)
            page = browser.get(f"/policies/{writer.slug}/revisions/{last}/raw")
            assert page == (200, writer.kept[last])
            assert browser.get(f"/policies/{writer.slug}")[0] == 200


def test_nothing_acknowledged_is_lost_when_the_server_is_killed_or_stopped(tmp_path: Path) -> None:
    with LiveSite(tmp_path / "instance") as site:
        writers = _under_load(site, "killed")
        site.kill()
        assert site.start() <= 20
        _ensure_all_kept(site, writers)

        more = _under_load(site, "stopped")
        assert site.stop() <= 15
        site.run("worker", "--once")
        assert site.run("ledger", "verify").startswith("seq=")
        site.start()
        _ensure_all_kept(site, more)


def test_two_migrations_at_once_both_end_well(tmp_path: Path) -> None:
    site = LiveSite(tmp_path)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "flask", "db", "upgrade"],
            cwd=config.ROOT,
            env=site.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    for process in running:
        printed, _ = process.communicate(timeout=60)
        assert process.returncode == 0, printed
    assert site.run("ledger", "verify").startswith("seq=0")

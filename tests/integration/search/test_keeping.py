"""The index follows the ledger, and a lost or damaged one comes back while people go on."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

import config
from app import clock
from app.access.actor import Role
from app.ledger import sealing
from app.ledger.delivery import SealedEvent
from app.search import database_search, handlers
from app.search.port import IndexBusy, Query
from app.search.services import keeping, the_index
from app.search.services.keeping import Subjects
from app.search.whoosh_index import WhooshIndex
from tests.builders.accounts import make_actor
from tests.builders.discussions import hide, make_thread
from tests.builders.ledger import note_at_once
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.search import ask, drain, found

REMOVING = "/policies/parking#c-c3"


@pytest.fixture
def folder(app: Flask, settings: config.Settings) -> Path:
    """Where the index lives."""
    return settings.instance_dir / "index"


def damage(folder: Path) -> None:
    """Turn one byte in the middle of every file of the index."""
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size:
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 0xFF
            path.write_bytes(content)


def empty_all_files(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"")


def test_before_any_worker_ran_the_database_answers(folder: Path) -> None:
    make_policy(slug="parking")
    results = ask("移走")
    assert [hit.url for hit in results.hits] == [REMOVING]
    assert not results.is_complete
    assert not folder.exists()


@pytest.mark.parametrize("harm", [shutil.rmtree, damage, empty_all_files])
def test_a_lost_index_is_answered_for_and_comes_back(
    folder: Path, harm: Callable[[Path], None]
) -> None:
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="parking")
    drain()
    assert ask("移走").is_complete
    harm(folder)
    ask("移走")  # never an error, whatever is left of it
    save_text("parking", TEXT.replace("自行车", "三轮车"), actor=officer, base=1)
    drain()
    results = ask("三轮车")
    assert [hit.url for hit in results.hits] == [REMOVING]
    assert results.is_complete


def test_an_index_deleted_while_running_is_answered_for_at_once(folder: Path) -> None:
    make_policy(slug="parking")
    drain()
    assert ask("移走").is_complete
    shutil.rmtree(folder)
    results = ask("移走")
    assert [hit.url for hit in results.hits] == [REMOVING]
    assert not results.is_complete


def test_the_page_says_that_there_may_be_more(folder: Path, client) -> None:
    make_policy(slug="parking")
    words = "The search index is being brought up to date."
    assert words in client.get("/search?q=移走").get_data(as_text=True)
    drain()
    assert words not in client.get("/search?q=移走").get_data(as_text=True)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("移走", ["/policies/parking#c-c3"]),
        ("第2条", ["/policies/parking#c-c3"]),
        ("停车收费", []),
        ("送貨", ["/threads/1#comment-1"]),
        ("draft", ["/policies/parking/revisions/1"]),
        ("drafting -first", []),
        ("secret", []),
    ],
)
def test_without_an_index_the_same_is_found(
    folder: Path, question: str, expected: list[str]
) -> None:
    make_thread(make_policy(slug="parking"), body="送货的车怎么办？")
    make_policy(slug="hidden", title="Secret 移走 送货 draft", summary="draft", is_public=False)
    assert found(question) == expected
    assert not ask(question).is_complete
    drain()
    assert found(question) == expected
    assert ask(question).is_complete


def test_without_an_index_the_time_is_bounded(app: Flask) -> None:
    for _ in range(3):
        make_policy(summary="")
    begin = time.monotonic()
    assert database_search.search(Query("停放"), seconds=0).total == 0
    assert time.monotonic() - begin < 0.5


def test_what_is_hidden_is_not_found_without_an_index_either(app: Flask) -> None:
    thread = make_thread(make_policy(), body="xylophone")
    assert ask("xylophone").total == 1
    hide(thread.first)
    assert ask("xylophone").total == 0


def test_many_events_of_one_subject_are_one(app: Flask) -> None:
    saves = [_event("RevisionSaved", seq, policy=7, number=seq) for seq in (1, 2, 3)]
    hidden = _event("CommentHidden", 4, policy=8, comment=99)
    shown = _event("CommentShown", 5, policy=8, comment=99)
    assert handlers.subjects_of([*saves, hidden, shown]) == Subjects(
        texts=frozenset({7}),
        reasons=frozenset({(7, 1), (7, 2), (7, 3)}),
        comments=frozenset({99}),
    )


def _event(kind: str, seq: int, **data: int) -> SealedEvent:
    return SealedEvent(seq, kind, clock.now(), "", dict(data), is_public=True)


def test_the_same_events_again_change_nothing(app: Flask) -> None:
    policy_id = make_policy(slug="parking").id
    drain()
    before = the_index().watermark()
    handlers.index([_event("RevisionSaved", before, policy=policy_id, number=1)])
    assert the_index().watermark() == before


def test_an_index_of_another_past_is_built_anew(folder: Path, tmp_path: Path) -> None:
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="parking")
    drain()
    shutil.copytree(folder, tmp_path / "older")
    save_text("parking", TEXT.replace("自行车", "三轮车"), actor=officer, base=1)
    drain()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "older", folder)
    assert found("三轮车") == []
    drain()
    assert found("三轮车") == [REMOVING]


def test_an_index_from_the_future_is_built_anew(folder: Path) -> None:
    make_policy(slug="parking")
    drain()
    the_index().write([], [], the_index().watermark() + 1_000)
    handlers.keep_whole()
    assert the_index().watermark() < 1_000


def test_a_whole_index_is_left_alone(folder: Path) -> None:
    make_policy(slug="parking")
    drain()
    note_at_once(3)
    sealing.seal()
    before = sorted(folder.iterdir())
    handlers.keep_whole()
    assert sorted(folder.iterdir()) == before


def test_two_writers_do_not_meet(folder: Path, app: Flask) -> None:
    make_policy(slug="parking")
    drain()
    other = WhooshIndex(folder)

    def documents():
        with pytest.raises(IndexBusy):
            keeping.rebuild()
        result = app.test_cli_runner().invoke(args=["search", "rebuild"])
        assert result.exit_code == 1
        assert "Another process is writing the index" in result.output
        shutil.rmtree(folder / "nothing", ignore_errors=True)
        yield from ()

    other.rebuild(documents(), 1)


def test_the_command_builds_the_index_and_asks_it(app: Flask) -> None:
    make_policy(slug="parking")
    run = app.test_cli_runner().invoke
    built = run(args=["search", "rebuild"])
    assert built.exit_code == 0
    assert "The index holds 2 documents." in built.output
    asked = run(args=["search", "query", "移走", "--json"])
    assert asked.exit_code == 0
    answer = json.loads(asked.output)
    (hit,) = answer.pop("hits")
    assert answer == {"query": "移走", "total": 1}
    assert set(hit) == {"type", "title", "slug", "url", "clause", "snippet"}
    assert (hit["type"], hit["slug"], hit["clause"]) == ("policy", "parking", "c3")
    assert "移走" in hit["snippet"]


@pytest.mark.parametrize("question", ["xylophone", "***", "", '"', "-", "\udcff"])
def test_the_command_answers_whatever_is_asked(app: Flask, question: str) -> None:
    drain()
    result = app.test_cli_runner().invoke(args=["search", "query", "--json", "--", question])
    assert result.exit_code == 0
    assert json.loads(result.output)["total"] == 0

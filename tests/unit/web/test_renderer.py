"""Rendering in helper processes: limits, cache, forks, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.text.clauses import outline
from app.text.render import escaped_source, render_slice
from app.web.renderer import RenderedText, Renderer

LAW = "# 停车规定\n\n第一条 甲 **乙**。\n\n第二条 丙[^1]。\n\n[^1]: 注文\n"
HOSTILE = {
    "images": "![" * 4000,
    "brackets": "[" * 4000,
    "notes": "[^1]" * 2500,
    "notes with a target": "[^1]: x\n\n" + "[^1]" * 2500,
    "cdata": "a <![CDATA[" * 1000,
    "addresses": "<http://a" * 10000,
    "bullets": "- " * 500,
    "bullets with a word": "- " * 500 + "x",
    "link openings": "[a](" * 4000,
    "quotes": ">" * 5000 + "x",
    "tags": "<b>" * 20000,
    "emphasis": "*a_" * 5000,
    "bars": "|" * 20000 + "\n" + "|-" * 10000,
}


def pages(renderer: Renderer, text: str, **options: bool) -> RenderedText:
    return renderer.render_outline(outline(text), text, **options)


def children() -> set[int]:
    """Process ids of our own children since the test began, zombies included."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(
                line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line
            )
        except OSError:
            continue
        if int(fields["PPid"]) == os.getpid():
            found.add(int(fields["Pid"]))
    return found - _others


_others: set[int] = set()


@pytest.fixture(autouse=True)
def _only_new_children() -> None:
    """Other tests of the same run may have left a helper running."""
    _others.clear()
    _others.update(children())


def eventually(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


def is_alive(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False
    return "State:\tZ" not in status


@pytest.fixture
def renderer(tmp_path) -> Iterator[Renderer]:
    made = Renderer(tmp_path / "cache", seconds=10.0)
    yield made
    made.close()


@pytest.fixture
def impatient(tmp_path) -> Iterator[Renderer]:
    made = Renderer(tmp_path / "cache", seconds=0.8, clause_seconds=0.3)
    yield made
    made.close()


def test_a_text_comes_back_clause_by_clause(renderer):
    page = pages(renderer, LAW)
    assert [one.clause_id for one in page.slices] == ["c1", "c2", "c3"]
    assert not page.failed
    assert [str(one.html) for one in page.slices] == [
        str(render_slice(clause.text, "[^1]: 注文", clause.id)) for clause in outline(LAW)
    ]


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_comes_back_in_time_rendered_or_as_source(impatient, kind):
    text = HOSTILE[kind] + "\n"
    clauses = outline(text)
    begun = time.monotonic()
    page = impatient.render_outline(clauses, text)
    assert time.monotonic() - begun < 0.8 + 1.0, "the page limit and a second to end the helper"
    for clause, one in zip(clauses, page.slices, strict=True):
        assert (one.html == escaped_source(clause.text)) == one.failed


def test_a_hostile_clause_fails_alone_and_is_not_tried_again(tmp_path):
    renderer = Renderer(tmp_path, seconds=10.0, clause_seconds=0.6)
    text = f"第一条 甲。\n\n第二条 {HOSTILE['images']}\n\n第三条 丙。\n"
    page = pages(renderer, text)
    assert [one.failed for one in page.slices] == [False, True, False]
    assert page.failed
    begun = time.monotonic()
    assert pages(renderer, text) == page
    assert time.monotonic() - begun < 0.5, "a second try would take longer"
    renderer.close()


def test_a_page_of_hostile_clauses_heals_from_call_to_call(tmp_path):
    renderer = Renderer(tmp_path, seconds=1.0, clause_seconds=0.4)
    text = "".join(f"第{n}条 {HOSTILE['images']}\n\n" for n in "一二三") + "第四条 甲。\n"
    for _ in range(6):
        page = pages(renderer, text)
        if not page.slices[-1].failed:
            break
    assert [one.failed for one in page.slices] == [True, True, True, False]
    renderer.close()


def test_without_time_everything_is_shown_as_source(tmp_path):
    renderer = Renderer(tmp_path, seconds=0.0)
    page = pages(renderer, LAW)
    assert [one.failed for one in page.slices] == [True, True, True]
    assert [one.html for one in page.slices] == [escaped_source(c.text) for c in outline(LAW)]
    assert children() == set()


def test_a_second_process_finds_the_slices_on_the_disk(renderer, tmp_path):
    first = pages(renderer, LAW)
    renderer.close()
    second = Renderer(tmp_path / "cache")
    assert pages(second, LAW) == first
    assert children() == set(), "no helper was needed"


def test_a_preview_has_its_own_helper_and_leaves_no_file(renderer, tmp_path):
    assert not pages(renderer, LAW, preview=True).failed
    assert not list((tmp_path / "cache").rglob("*.html"))
    pages(renderer, "别的\n")
    assert len(children()) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-3]),
        lambda path: path.write_bytes(path.read_bytes().replace("甲".encode(), "乙".encode())),
        lambda path: path.write_bytes(b"\xff\xfe\n\xff"),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_a_damaged_cache_file_is_as_good_as_none(renderer, tmp_path, damage):
    text = "第一条 甲。\n"
    first = pages(renderer, text)
    (file,) = (tmp_path / "cache").rglob("*.html")
    damage(file)
    second = Renderer(tmp_path / "cache", seconds=10.0)
    assert pages(second, text) == first
    second.close()


def test_a_disk_that_takes_nothing_leaves_the_page_whole(tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    renderer = Renderer(tmp_path / "cache", seconds=10.0)
    assert not pages(renderer, LAW).failed
    (process,) = children()
    os.kill(process, signal.SIGSTOP)
    assert not pages(renderer, LAW).failed, "remembered in memory"
    renderer.close()


def test_no_unfinished_file_stays_in_the_cache(renderer, tmp_path):
    pages(renderer, LAW)
    names = [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert len(names) == 3
    assert all(name.endswith(".html") and not name.startswith(".") for name in names)


def test_a_helper_that_died_idle_is_replaced_and_no_clause_blamed(renderer):
    pages(renderer, "甲\n")
    (process,) = children()
    os.kill(process, signal.SIGKILL)
    assert eventually(lambda: not is_alive(process))
    assert not pages(renderer, "乙\n").failed
    assert process not in children()


def test_many_threads_get_their_own_pages(renderer):
    texts = [f"第一条 同。\n\n第二条 {n}。\n" for n in range(24)]
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda text: pages(renderer, text), texts))
    for text, page in zip(texts, got, strict=True):
        expected = [str(render_slice(c.text, "", c.id)) for c in outline(text)]
        assert [str(one.html) for one in page.slices] == expected
    assert len(children()) == 1


def test_closing_leaves_no_process_and_a_later_page_still_works(renderer):
    pages(renderer, "甲\n")
    pages(renderer, "乙\n", preview=True)
    assert len(children()) == 2
    renderer.close()
    assert children() == set()
    assert not pages(renderer, "丙\n").failed


def test_a_forked_process_starts_its_own_helper_and_leaves_ours_alone(renderer):
    pages(renderer, "甲\n")
    before = children()
    forked = os.fork()
    if forked == 0:
        fine = not pages(renderer, "乙\n").failed and len(children()) == 1
        renderer.close()
        os._exit(0 if fine and not children() else 1)
    assert os.waitpid(forked, 0)[1] == 0
    assert not pages(renderer, "丙\n").failed
    assert children() == before


SERVER = """
import sys, time
from pathlib import Path
from app.text.clauses import outline
from app.web.renderer import Renderer
renderer = Renderer(Path(sys.argv[1]), seconds=10.0)
print(renderer.render_outline(outline("x\\n"), "x\\n").failed, flush=True)
exec(sys.argv[2])
"""


@pytest.mark.parametrize(
    "ending", ["import os; os.kill(os.getpid(), 9)", "raise SystemExit", "import os; os._exit(1)"]
)
def test_the_helper_ends_with_its_server_however_that_ends(tmp_path, ending):
    lookup = "print(*(p.pid for h in renderer._helpers.values() if (p := h._process)), flush=True);"
    server = subprocess.run(
        [sys.executable, "-c", SERVER, str(tmp_path), lookup + ending],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    failed, helper = server.stdout.split()
    assert failed == "False", server.stderr
    assert eventually(lambda: not is_alive(int(helper)))


def test_the_helper_has_a_memory_limit_and_none_of_the_servers_secrets(renderer, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for helpers")
    pages(renderer, "甲\n")
    (process,) = children()
    limits = Path(f"/proc/{process}/limits").read_text()
    (address_space,) = (line for line in limits.splitlines() if "address space" in line)
    assert int(address_space.split()[3]) == 512 * 1024 * 1024
    assert b"SECRET_KEY" not in Path(f"/proc/{process}/environ").read_bytes()
    assert b"sqlalchemy" not in Path(f"/proc/{process}/maps").read_bytes()

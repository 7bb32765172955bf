"""Asking for papers: the file, the page that waits for it, and every way in which there is none."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import os
import time
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

import config
from app import clock
from app.access.actor import Role
from app.database import committing, db
from app.papers import pdf_writer
from app.papers.rules import MOST_WAITING, Format, Paper, Standing
from app.papers.services import making, tending
from app.papers.services.making import make_wanted
from app.papers.services.tending import Tending
from app.papers.shelf import FAILED_FOR, KEPT_FOR, shelf
from app.policies.models import Policy
from tests.builders.accounts import make_actor, sign_in
from tests.builders.papers import Consulted, lines_of_word, make_consulted, need_pango, order
from tests.builders.policies import make_policy, save_text
from tests.checking_client import CheckingClient

DOCX = "/policies/bicycles/papers/text.docx"


@pytest.fixture
def consulted(app: Flask, noon: datetime) -> Consulted:
    return make_consulted()


def _folder(settings: config.Settings) -> Path:
    return settings.instance_dir / "papers"


def _wanted(settings: config.Settings) -> list[Path]:
    return sorted(_folder(settings).glob("*.wanted"))


def _page(client: CheckingClient, path: str, status: int) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return answer.get_data(as_text=True)


def test_a_paper_is_waited_for_and_then_there(
    consulted: Consulted, client: CheckingClient, settings: config.Settings
) -> None:
    answer = client.get(DOCX)
    assert answer.status_code == 202
    assert answer.headers["Refresh"].startswith("3; url=/policies/bicycles/papers/text.docx?since=")
    assert "is being made" in answer.get_data(as_text=True)
    assert client.get(DOCX).status_code == 202
    assert len(_wanted(settings)) == 1
    assert make_wanted() == 1
    assert _wanted(settings) == []
    answer = client.get(DOCX)
    assert answer.status_code == 200
    assert answer.mimetype.endswith("wordprocessingml.document")
    assert "attachment" in answer.headers["Content-Disposition"]
    again = client.get(DOCX, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_short_page_needs_no_waiting(consulted: Consulted, client: CheckingClient) -> None:
    page = _page(client, "/policies/bicycles/papers/text.html", 200)
    assert "运营企业应当公布投诉电话。" in page
    table = client.get("/policies/bicycles/compare/1...3.csv")
    assert table.status_code == 200
    assert table.get_data().startswith(b"current,proposed,reason,change,clause,")


def test_the_table_for_a_spreadsheet_says_its_code(
    consulted: Consulted, client: CheckingClient
) -> None:
    table = client.get("/policies/bicycles/compare/1...3.csv?for=excel").get_data()
    assert table.startswith(b"\xef\xbb\xbfcurrent,")
    assert table[3:] == client.get("/policies/bicycles/compare/1...3.csv").get_data()


def test_a_change_of_the_draft_is_another_file(
    consulted: Consulted, client: CheckingClient, settings: config.Settings
) -> None:
    waiting = client.get(DOCX).headers["Refresh"].partition("url=")[2]
    with committing():
        policy = db.session.get_one(Policy, consulted.policy.id)
        policy.title = "停车办法"
        policy.page_version += 1
    assert make_wanted() == 0, "what nobody can ask for any more is not made"
    page = _page(client, waiting, 202)
    assert "The draft changed while the file was made" in page
    assert make_wanted() == 1
    answer = client.get(DOCX)
    path = settings.instance_dir / "answer.docx"
    path.write_bytes(answer.get_data())
    assert lines_of_word(path)[0] == "Title: 停车办法"


def test_while_answers_are_published_the_table_waits_and_says_why(
    consulted: Consulted, client: CheckingClient, settings: config.Settings
) -> None:
    with committing():
        db.session.get_one(Policy, consulted.policy.id).answers_at = clock.now()
    page = _page(client, "/policies/bicycles/papers/answers.csv", 202)
    assert "The answers are being published right now." in page
    assert _wanted(settings) == []
    with committing():
        db.session.get_one(Policy, consulted.policy.id).answers_at = None
    assert client.get("/policies/bicycles/papers/answers.csv").status_code == 200


def test_without_pango_there_is_no_pdf_and_the_rest_works(
    consulted: Consulted, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_writer, "missing_packages", lambda: ("libpango-1.0-0",))
    page = _page(client, "/policies/bicycles/papers/text.pdf", 503)
    assert "libpango-1.0-0" in page
    assert "/policies/bicycles/papers/text.docx" in page
    assert client.get("/policies/bicycles/papers/text.html").status_code == 200
    index = _page(client, "/policies/bicycles/papers", 200)
    assert "libpango-1.0-0" in index
    assert "text.pdf" not in index


def test_libraries_that_are_not_there_are_named_by_their_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf_writer, "_LIBRARIES", {"libnothing.so.7": "libnothing7"})
    pdf_writer.missing_packages.cache_clear()
    try:
        assert pdf_writer.missing_packages()[0] == "libnothing7"
    finally:
        pdf_writer.missing_packages.cache_clear()


def test_a_paper_that_fails_says_so_and_offers_the_others(
    consulted: Consulted, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(_order: object) -> Path:
        raise MemoryError

    client.get(DOCX)
    with monkeypatch.context() as patched:
        patched.setattr(making, "make", too_large)
        make_wanted()
    page = _page(client, DOCX, 503)
    assert "it needs too much memory" in page
    assert "/policies/bicycles/papers/text.pdf" in page
    failed = shelf.folder / f"{order(Paper.TEXT, Format.DOCX).key}.failed"
    long_ago = time.time() - FAILED_FOR - 1
    os.utime(failed, (long_ago, long_ago))
    assert client.get(DOCX).status_code == 202, "after a while it is tried anew"


def test_too_many_askings_are_refused_for_a_minute(
    consulted: Consulted, client: CheckingClient, settings: config.Settings
) -> None:
    client.get("/policies/bicycles/papers")
    folder = _folder(settings)
    folder.mkdir(exist_ok=True)
    for number in range(MOST_WAITING):
        (folder / f"{number:040d}.wanted").write_text("{}")
    answer = client.get(DOCX)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"


def test_damaged_markers_hold_nothing_up(
    consulted: Consulted, client: CheckingClient, settings: config.Settings
) -> None:
    client.get(DOCX)
    (_folder(settings) / f"{'0' * 40}.wanted").write_text("not JSON")
    assert make_wanted() == 1
    assert _wanted(settings) == []


@pytest.mark.parametrize(
    "path",
    [
        "/policies/bicycles/papers/text.exe",
        "/policies/bicycles/papers/text.csv",
        "/policies/bicycles/papers/nothing.pdf",
        "/policies/bicycles/compare/1...99.pdf",
        "/policies/bicycles/compare/1..3.csv",
        "/policies/nothing/papers/text.html",
        "/policies/nothing/papers",
    ],
)
def test_what_there_is_not_is_not_found(
    consulted: Consulted, client: CheckingClient, path: str
) -> None:
    assert client.get(path).status_code == 404


def test_a_private_draft_has_papers_for_its_people_only(
    app: Flask, client: CheckingClient, noon: datetime
) -> None:
    owner = make_actor(Role.OFFICER)
    make_policy(owner, slug="private", is_public=False)
    path = "/policies/private/papers/text.html"
    assert client.get(path).status_code in (303, 404)
    sign_in(client, owner)
    assert "共享自行车" in _page(client, path, 200)
    stranger = app.test_client()
    sign_in(stranger, make_actor())
    assert stranger.get(path).status_code == 404


def test_versions_before_the_publication_are_for_insiders(
    app: Flask, client: CheckingClient, noon: datetime
) -> None:
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner, slug="bicycles", is_public=False)
    save_text("bicycles", "第一条 二。\n", actor=owner, base=1)
    with committing():
        row = db.session.get_one(Policy, policy.id)
        row.is_public, row.published_at, row.public_from = True, clock.now(), 2
        row.page_version += 1
    assert client.get("/policies/bicycles/compare/1...2.csv").status_code == 404
    sign_in(client, owner)
    assert client.get("/policies/bicycles/compare/1...2.csv").status_code == 200


def test_the_office_and_the_public_have_files_of_their_own(consulted: Consulted) -> None:
    keys = {
        order(Paper.ANSWERS, Format.CSV, standing=standing).key
        for standing in (Standing.PUBLIC, Standing.OFFICE)
    }
    assert len(keys) == 2


def test_everything_is_one_archive_that_its_list_proves(
    consulted: Consulted, client: CheckingClient
) -> None:
    need_pango()
    path = "/policies/bicycles/papers/everything.zip"
    assert client.get(path, headers={"Accept-Language": "zh"}).status_code == 202
    assert make_wanted() == 1
    one = client.get("/policies/bicycles/papers/report.pdf", headers={"Accept-Language": "zh"})
    assert one.status_code == 200, "what is in the archive need not be made again"
    answer = client.get(path, headers={"Accept-Language": "zh"})
    archive = zipfile.ZipFile(io.BytesIO(answer.get_data()))
    table = csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig")))
    listed = {row["file"]: row["sha256"] for row in table}
    names = set(archive.namelist()) - {"manifest.csv"}
    assert {name: hashlib.sha256(archive.read(name)).hexdigest() for name in names} == listed
    assert {name.partition("-")[2] for name in names} == {
        f"{name}.{ending}"
        for name, endings in {
            "公文格式文本": ("html", "docx", "pdf"),
            "修改前后对照表": ("html", "docx", "pdf", "csv"),
            "意见采纳情况表": ("html", "docx", "pdf", "csv"),
            "征求意见情况报告": ("html", "docx", "pdf"),
        }.items()
        for ending in endings
    }
    assert archive.read("04-征求意见情况报告.pdf") == one.get_data()
    page = archive.read("01-公文格式文本.html").decode()
    assert "<style>" in page
    assert "<link" not in page


def test_the_list_names_what_there_is(consulted: Consulted, client: CheckingClient) -> None:
    page = _page(client, "/policies/bicycles/papers", 200)
    assert "/policies/bicycles/compare/1...3.docx" in page
    assert "/policies/bicycles/papers/answers.pdf" in page
    assert "/policies/bicycles/papers/everything.zip" in page
    assert "You see the papers of the office." not in page
    sign_in(client, consulted.officer)
    assert "You see the papers of the office." in _page(client, "/policies/bicycles/papers", 200)


def test_the_list_says_which_formats_hold_a_part(
    consulted: Consulted, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = "DOCX and CSV hold all of them."
    assert part not in _page(client, "/policies/bicycles/papers", 200)
    monkeypatch.setattr("app.papers.routes.MOST_ROWS", 2)
    assert part in _page(client, "/policies/bicycles/papers", 200)


def test_papers_are_made_by_one_process_at_a_time(
    consulted: Consulted, client: CheckingClient, settings: config.Settings, app: Flask
) -> None:
    client.get(DOCX)
    with (shelf.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = app.test_cli_runner().invoke(args=["papers", "make"])
    assert (told.exit_code, told.output) == (0, "Papers are being made already.\n")
    assert len(_wanted(settings)) == 1


def test_the_comparison_chooses_the_consulted_text(
    consulted: Consulted, client: CheckingClient
) -> None:
    answer = client.get("/policies/bicycles/papers/comparison.pdf")
    assert answer.status_code == 303
    assert answer.location == "/policies/bicycles/compare/1...3.pdf"


def test_a_get_writes_nothing_to_the_database(consulted: Consulted, client: CheckingClient) -> None:
    before = db.session.get_one(Policy, consulted.policy.id).page_version
    client.get(DOCX)
    client.get("/policies/bicycles/papers/text.html")
    db.session.rollback()
    assert db.session.get_one(Policy, consulted.policy.id).page_version == before


def test_old_files_go(consulted: Consulted, client: CheckingClient) -> None:
    client.get("/policies/bicycles/papers/text.html")
    (kept,) = shelf.folder.glob("*.html")
    old = shelf.folder / "old.pdf"
    old.write_bytes(b"x")
    long_ago = time.time() - KEPT_FOR - 1
    os.utime(old, (long_ago, long_ago))
    shelf.tidy()
    assert not old.exists()
    assert kept.exists()


class _Child:
    """A process that is at work until it is told to have ended."""

    def __init__(self) -> None:
        self.code: int | None = None
        self.was_killed = False

    def poll(self) -> int | None:
        return self.code

    def wait(self) -> int:
        return -9

    def kill(self) -> None:
        self.was_killed = True


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[_Child]:
    started: list[_Child] = []

    def start(*_arguments: object, **_options: object) -> _Child:
        started.append(_Child())
        return started[-1]

    monkeypatch.setattr(tending.subprocess, "Popen", start)
    return started


def test_one_child_at_a_time(
    consulted: Consulted, client: CheckingClient, children: list[_Child]
) -> None:
    work = Tending()
    work.tend()
    assert children == []
    client.get(DOCX)
    work.tend()
    work.tend()
    assert len(children) == 1
    children[0].code = 0
    work.tend()
    work.tend()
    assert len(children) == 2, "the marker is still there, so another one is started"


def test_a_child_that_dies_leaves_a_sentence(
    consulted: Consulted, client: CheckingClient, children: list[_Child]
) -> None:
    work = Tending()
    client.get(DOCX)
    work.tend()
    assert shelf.begin() is not None
    children[0].code = -9
    work.tend()
    assert "the work on it broke off" in _page(client, DOCX, 503)


def test_a_child_that_takes_too_long_is_killed(
    consulted: Consulted,
    client: CheckingClient,
    children: list[_Child],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = Tending()
    client.get(DOCX)
    work.tend()
    assert shelf.begin() is not None
    monkeypatch.setattr(tending, "LONGEST", -1.0)
    work.tend()
    assert children[0].was_killed
    assert "it took too long" in _page(client, DOCX, 503)


def test_a_worker_that_was_stopped_goes_on_once(
    consulted: Consulted, client: CheckingClient, children: list[_Child]
) -> None:
    client.get(DOCX)
    assert shelf.begin() is not None
    Tending().tend()
    assert len(children) == 1, "what was begun waits again"
    assert shelf.begin() is not None
    Tending().tend()
    assert len(children) == 1
    assert "the work on it broke off" in _page(client, DOCX, 503)


def test_the_child_process_makes_what_is_wanted(
    consulted: Consulted, client: CheckingClient, settings: config.Settings
) -> None:
    """The real one, with its limits of memory and time, on the database of this test."""
    need_pango()
    path = "/policies/bicycles/papers/text.pdf"
    client.get(path)
    db.session.rollback()
    work = Tending()
    deadline = time.monotonic() + 60
    work.tend()
    while work.is_at_work:
        work.tend()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.get_data().startswith(b"%PDF-")

"""Policy files and histories: what goes in comes out, and what is damaged is named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.clauses import outline
from app.text.history import ids_from_json, outline_json, read_file, read_history
from app.text.policyfile import Note, PolicyFile, PolicyFileError, parse, serialise, slug_from

FULL = """---
title: 停车办法
slug: parking
language: zh-Hans
kind: regulation
department: 交通委
phase: drafting
mode: group
plain_summary: |
  第一行
  第二行
number: 3
date: 2026-01-31T09:00:00+08:00
author: 示例起草人
role: officer
summary: 明确时限
notes:
  第五条:
    plain: 停三十分钟
    basis: 道路交通安全法
    reason: 常有人问
    hash: abc
layout: page
weights: [1, true, null]
since: 2020-01-01
---

第五条 停车。
"""


def test_all_keys_of_a_policy_file_are_read() -> None:
    assert parse(FULL) == PolicyFile(
        text="第五条 停车。\n",
        title="停车办法",
        slug="parking",
        language="zh-Hans",
        kind="regulation",
        department="交通委",
        phase="drafting",
        mode="group",
        plain_summary="第一行\n第二行\n",
        number=3,
        date="2026-01-31T09:00:00+08:00",
        author="示例起草人",
        role="officer",
        summary="明确时限",
        notes={"第五条": Note("停三十分钟", "道路交通安全法", "常有人问", "abc")},
        extra={"layout": "page", "weights": [1, True, None], "since": date(2020, 1, 1)},
    )


def test_unknown_keys_come_back_on_the_way_out() -> None:
    written = serialise(parse(FULL))
    assert "layout: page" in written
    assert "since: 2020-01-01" in written
    assert written.endswith("---\n\n第五条 停车。\n")


@pytest.mark.parametrize(
    ("key", "written", "wanted"),
    [
        ("title", "2024", "2024"),
        ("title", "1.10", "1.10"),
        ("language", "no", "no"),
        ("date", "2014-06-02", "2014-06-02"),
        ("slug", "0x1F", "0x1F"),
        ("author", "~", "~"),
        ("summary", "", ""),
        ("summary", "null", "null"),
        ("title", '"A: b # c"', "A: b # c"),
        ("title", "第五条：停车", "第五条：停车"),
    ],
)
def test_words_stay_as_they_are_written(key: str, written: str, wanted: str) -> None:
    assert getattr(parse(f"---\n{key}: {written}\n---\nx\n"), key) == wanted


@pytest.mark.parametrize(
    ("below", "text"),
    [("x\n", "x\n"), ("\nx\n", "x\n"), ("\n\nx\n", "\nx\n"), ("", ""), ("x\r\ny\r\n", "x\ny\n")],
)
def test_one_blank_line_below_the_front_matter_belongs_to_it(below: str, text: str) -> None:
    assert parse(f"---\ntitle: A\n---\n{below}").text == text


@pytest.mark.parametrize(
    "content",
    [
        "",
        "# A\n\nwords\n",
        "---\n",
        "---\n---\nwords\n",
        "---\n\nwords between rules\n\n---\nmore\n",
        "---\nWords first.\n\ntitle: no key of ours\n\n---\nmore\n",
        "---\nNote: a draft\n---\nwords\n",
        "---\ntitle: never closed\n",
        "----\ntitle: four dashes\n----\n",
        " ---\ntitle: x\n---\n",
    ],
)
def test_a_file_without_front_matter_is_all_text(content: str) -> None:
    assert parse(content) == PolicyFile(content)
    assert serialise(PolicyFile(content)) == content


def test_a_text_that_looks_like_front_matter_survives() -> None:
    for text in ("---\ntitle: x\n---\nwords\n", "---\nformat: 1\n---\n\nwords\n", FULL):
        assert parse(serialise(PolicyFile(text))) == PolicyFile(text)


@pytest.mark.parametrize(
    "words", ["\n", "a\n\n", "a\n\n\nb\n", "\n\na", "---\n...\n", "  a\n b", "a\nb\u2028", "\x85"]
)
def test_words_of_several_lines_survive(words: str) -> None:
    policy = PolicyFile("text\n", plain_summary=words, notes={"第五条": Note(reason=words)})
    assert parse(serialise(policy)) == policy


def test_a_byte_order_mark_and_windows_lines_are_read() -> None:
    assert parse("\ufeff---\r\ntitle: A\r\n---\r\n\r\nx\r\n") == PolicyFile("x\n", title="A")


WORDS = st.text(
    alphabet="a b:#-'\"|>{}[],&*!%@`\n\t条第五…é\u2028\u200b\U0001f6b2~0.9yesno", max_size=25
)
NOTES = st.builds(
    Note, plain=WORDS, basis=WORDS, reason=WORDS, written_for=st.just("abc") | st.just("")
)
FILES = st.builds(
    PolicyFile,
    text=WORDS | WORDS.map(lambda words: f"---\ntitle: {words}\n---\n"),
    title=WORDS,
    plain_summary=WORDS,
    summary=WORDS,
    number=st.none() | st.integers(0, 999),
    date=st.sampled_from(["", "2026-01-31", "2026-01-31T10:00:00Z"]),
    notes=st.dictionaries(WORDS, NOTES, max_size=2),
    extra=st.dictionaries(
        WORDS.map(lambda words: f"x{words}"),
        WORDS | st.booleans() | st.none() | st.integers() | st.lists(WORDS, max_size=2),
        max_size=2,
    ),
)


@settings(max_examples=60, deadline=None)
@given(FILES)
def test_what_is_written_is_read_back(policy: PolicyFile) -> None:
    assert parse(serialise(policy)) == policy


def error_of(content: str) -> PolicyFileError:
    with pytest.raises(PolicyFileError) as caught:
        parse(content)
    return caught.value


@pytest.mark.parametrize(
    ("front", "code"),
    [
        ("title: [a", "front_matter"),
        ("title: a\n  b: c\n d", "front_matter"),
        ("title: a\ntitle: b", "front_matter"),
        ("title: &a x\nsummary: *a", "front_matter"),
        ("title: x\nbad: !!python/object:os.system x", "front_matter"),
        ("title: x\nbad: " + "[" * 3000, "front_matter"),
        ("title: x\nbad: \x07", "front_matter"),
        ("title: [a, b]", "value"),
        ("title: {a: b}", "value"),
        ("number: three", "value"),
        ("number: -1", "value"),
        ("date: yesterday", "value"),
        ("notes: words", "value"),
        ("notes:\n  第五条: words", "value"),
        ("notes:\n  第五条:\n    plain: [a]", "value"),
        ("title: x\nfill: " + "x" * 300_000, "front_matter_too_large"),
    ],
)
def test_damaged_front_matter_is_named(front: str, code: str) -> None:
    error = error_of(f"---\n{front}\n---\nwords\n")
    assert error.code == code
    assert "%(" not in str(error.message)


@pytest.mark.parametrize(
    ("candidates", "slug"),
    [
        (("parking-fees", "x"), "parking-fees"),
        (("", "01 Parking & Fees"), "01-parking-fees"),
        (("停车条例", "Beijing 停车"), "beijing"),
        (("停车条例",), ""),
        (("a" * 99,), "a" * 80),
    ],
)
def test_a_slug_comes_from_the_first_name_with_ascii_words(
    candidates: tuple[str, ...], slug: str
) -> None:
    assert slug_from(*candidates) == slug


def write(folder: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def test_a_history_is_its_numbered_files_in_order_and_nothing_else(tmp_path: Path) -> None:
    write(
        tmp_path,
        **{
            "10_c.md": "ten\n",
            "2_b.md": "---\nauthor: A\nsummary: why\n---\ntwo\n",
            "01_a.md": "one\n",
            "README.md": "no\n",
            "03_d.txt": "no\n",
            "x04_e.md": "no\n",
        },
    )
    (tmp_path / "05_folder.md").mkdir()
    history = read_history(tmp_path)
    assert [file.name for file in history.files] == ["01_a.md", "2_b.md", "10_c.md"]
    assert [file.policy.text for file in history.files] == ["one\n", "two\n", "ten\n"]
    assert [file.policy.author for file in history.files] == ["", "A", ""]
    assert history.problems == {}


def test_files_equal_to_their_predecessor_are_kept(tmp_path: Path) -> None:
    write(tmp_path, **{"01_a.md": "same\n", "02_a.md": "same\n"})
    assert len(read_history(tmp_path).files) == 2


MANIFEST = (
    "path,author,date,summary\n"
    'laws/parking/01_a.md,Author 1,2020-01-02,"first, with comma"\n'
    "laws/parking/02_b.md,Author 2,2020-01-03,second\n"
    "laws/other/01_a.md,Nobody,1999-01-01,other folder\n"
)


@pytest.mark.parametrize("up", [0, 1, 2, 3])
def test_what_a_file_does_not_say_stands_in_the_nearest_manifest(tmp_path: Path, up: int) -> None:
    folder = tmp_path / "a" / "b" / "laws" / "parking"
    folder.mkdir(parents=True)
    place = (folder, *folder.parents)[up]
    inside = folder.relative_to(place).as_posix()
    rows = MANIFEST.replace("laws/parking", inside).replace("./", "")
    (place / "manifest.csv").write_text("\ufeff" + rows, encoding="utf-8")
    write(folder, **{"01_a.md": "one\n", "02_b.md": "---\nauthor: Own\n---\ntwo\n"})
    first, second = (file.policy for file in read_history(folder).files)
    assert (first.author, first.date, first.summary) == (
        "Author 1",
        "2020-01-02",
        "first, with comma",
    )
    assert (second.author, second.date, second.summary) == ("Own", "2020-01-03", "second")


def test_a_manifest_four_folders_up_and_a_farther_one_are_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "1" / "2" / "3" / "4"
    folder.mkdir(parents=True)
    write(folder, **{"01_a.md": "one\n"})
    (tmp_path / "manifest.csv").write_text("path,author\n1/2/3/4/01_a.md,Far\n")
    assert read_history(folder).files[0].policy.author == ""
    (folder.parent / "manifest.csv").write_text("path,author\n4/01_a.md,Near\n")
    assert read_history(folder).files[0].policy.author == "Near"


def test_damaged_files_are_named_and_the_others_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        **{
            "01_a.md": "one\n",
            "02_b.md": b"\xff\xfe",
            "03_c.md": "---\ntitle: [a\n---\n",
            "04_d.md": b"x" * 5_000_000,
            "05_e.md": "five\n",
            "05_e.outline.json": "{",
            "06_f.md": "six\n",
        },
    )
    history = read_history(tmp_path)
    assert [file.name for file in history.files] == ["01_a.md", "06_f.md"]
    assert {name: error.code for name, error in history.problems.items()} == {
        "02_b.md": "encoding",
        "03_c.md": "front_matter",
        "04_d.md": "too_large",
        "05_e.md": "outline",
    }


def test_a_bad_date_in_the_manifest_names_the_file(tmp_path: Path) -> None:
    write(tmp_path, **{"01_a.md": "one\n", "manifest.csv": "path,date\n01_a.md,soon\n"})
    assert read_history(tmp_path).problems["01_a.md"].code == "value"


def test_a_damaged_manifest_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, **{"01_a.md": "one\n", "manifest.csv": b"path,date\n\xff"})
    with pytest.raises(PolicyFileError) as caught:
        read_history(tmp_path)
    assert caught.value.code == "encoding"
    write(tmp_path, **{"manifest.csv": 'path,date\n01_a.md,"' + "x" * 200_000})
    with pytest.raises(PolicyFileError) as caught:
        read_history(tmp_path)
    assert caught.value.code == "manifest"


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError) as caught:
        read_file(tmp_path / "absent.md")
    assert caught.value.code == "unreadable"


def test_an_outline_beside_a_file_brings_its_ids(tmp_path: Path) -> None:
    text = "第一条 甲\n第二条 乙\n"
    found = outline(text)
    write(tmp_path, **{"01_a.md": text, "01_a.outline.json": outline_json(found)})
    assert read_history(tmp_path).files[0].ids == {0: "c1", 6: "c2"}


@pytest.mark.parametrize(
    "entries",
    [
        "{",
        "{}",
        "7",
        "[1]",
        "[" * 100_000,
        [{"start": 0}],
        [{"start": "0", "id": "c1"}],
        [{"start": 0, "id": "x1"}],
        [{"start": 0, "id": "c0"}],
        [{"start": 0, "id": "c1"}, {"start": 0, "id": "c2"}],
        [{"start": 0, "id": "c1"}, {"start": 5, "id": "c1"}],
    ],
)
def test_a_damaged_outline_is_refused(entries: Any) -> None:
    with pytest.raises(PolicyFileError) as caught:
        ids_from_json(entries if isinstance(entries, str) else json.dumps(entries))
    assert caught.value.code == "outline"


@pytest.mark.corpus
def test_every_real_file_is_all_text_and_goes_out_as_it_came(corpus: Path) -> None:
    for path in sorted(corpus.rglob("*.md")):
        content = path.read_bytes().decode()
        assert read_file(path) == PolicyFile(content)
        assert serialise(PolicyFile(content)) == content
        described = PolicyFile(content, title="示例", number=7)
        assert parse(serialise(described)) == described


@pytest.mark.corpus
def test_a_real_history_of_forty_two_revisions_has_sixteen_authors(corpus: Path) -> None:
    history = read_history(corpus / "histories" / "en-open-source-policy")
    assert len(history.files) == 42
    assert len({file.policy.author for file in history.files}) == 16
    assert all(file.policy.summary and file.policy.date for file in history.files)
    assert [file.policy.date for file in history.files] == sorted(
        file.policy.date for file in history.files
    )

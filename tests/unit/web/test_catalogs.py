"""One catalog out of many files, compiled when one of them has changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from babel.support import Translations

from app.web.catalogs import LOCALE, compile_if_stale, contradictions, joined

HOUR = 3_600_000_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / LOCALE).mkdir()
    return tmp_path


def write(folder: Path, name: str, *pairs: tuple[str, str]) -> Path:
    path = folder / LOCALE / f"{name}.po"
    words = [f'msgid "{english}"\nmsgstr "{chinese}"\n' for english, chinese in pairs]
    path.write_text("\n".join(words), encoding="utf-8")
    return path


def said(folder: Path, english: str) -> str:
    return str(Translations.load(str(folder), [LOCALE]).gettext(english))


def test_files_are_joined_into_one_catalog(folder: Path) -> None:
    write(folder, "home", ("Help", "帮助"))
    write(folder, "search", ("Search", "检索"))
    assert {message.id: message.string for message in joined(folder) if message.id} == {
        "Help": "帮助",
        "Search": "检索",
    }


def test_the_same_translation_in_two_files_is_no_contradiction(folder: Path) -> None:
    write(folder, "home", ("Help", "帮助"))
    write(folder, "search", ("Help", "帮助"))
    assert contradictions(folder) == []


def test_two_translations_of_one_sentence_are_named_with_the_later_file(folder: Path) -> None:
    write(folder, "home", ("Help", "帮助"))
    write(folder, "search", ("Help", "求助"))
    assert contradictions(folder) == ["search.po: 'Help'"]
    assert joined(folder)["Help"].string == "帮助"


def test_a_sentence_without_translation_stays_english(folder: Path) -> None:
    write(folder, "home", ("Help", ""))
    compile_if_stale(folder)
    assert said(folder, "Help") == "Help"


def test_the_first_start_compiles(folder: Path) -> None:
    write(folder, "home", ("Help", "帮助"))
    compile_if_stale(folder)
    assert said(folder, "Help") == "帮助"


def test_chinese_has_one_form_for_every_number(folder: Path) -> None:
    (folder / LOCALE / "home.po").write_text(
        'msgid "%(num)s reply"\nmsgid_plural "%(num)s replies"\nmsgstr[0] "%(num)s条回复"\n',
        encoding="utf-8",
    )
    compile_if_stale(folder)
    catalog = Translations.load(str(folder), [LOCALE])
    assert [catalog.ngettext("%(num)s reply", "%(num)s replies", n) for n in (0, 1, 2)] == [
        "%(num)s条回复"
    ] * 3


def test_a_newer_file_is_compiled_again_and_an_old_one_is_not(folder: Path) -> None:
    path = write(folder, "home", ("Help", "帮助"))
    compile_if_stale(folder)
    compiled = folder / LOCALE / "LC_MESSAGES" / "messages.mo"
    first = compiled.stat().st_ino

    compile_if_stale(folder)
    assert compiled.stat().st_ino == first

    later = path.stat().st_mtime_ns + HOUR
    write(folder, "home", ("Help", "求助"))
    os.utime(path, ns=(later, later))
    compile_if_stale(folder)
    # Python keeps a compiled catalog in memory by its address, so the new one is read elsewhere.
    assert "求助".encode() in compiled.read_bytes()

"""Look for the rare words of ``builders.needle`` in whatever the site hands out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from email import message_from_bytes, policy

from flask import Flask
from pypdf import PdfReader
from werkzeug.test import TestResponse

from tests.builders.accounts import sign_in
from tests.builders.needle import VISITOR, WORDS, World
from tests.checking_client import CheckingClient

ABSENT = "floccinaucini"  # stands nowhere


def arrive(app: Flask, world: World, reader: str) -> CheckingClient:
    """A browser in which this reader is signed in."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.strict = False  # the same pages are looked at elsewhere; here only at their words
    if reader != VISITOR:
        sign_in(client, world.people[reader])
    return client


def look(
    client: CheckingClient, paths: Iterable[str], *, sent: Mapping[str, str] | None = None
) -> dict[str, list[str]]:
    """Where each word was found, by kind; ``sent`` goes there as a form."""
    found: dict[str, list[str]] = {}
    for path in paths:
        answer = client.get(path) if sent is None else client.post(path, data=sent)
        for kind in kinds_in(words_of(answer)):
            found.setdefault(kind, []).append(path)
    return found


def kinds_in(words: str) -> list[str]:
    """The kinds whose rare word is in it."""
    return [kind for kind, word in WORDS.items() if word in words]


def words_of(answer: TestResponse) -> str:
    """Everything that an answer holds, unpacked where it is packed, in small letters."""
    return words_in(answer.get_data()) + str(answer.location).lower()


def words_in(content: bytes) -> str:
    """The words of a page, a file of any of our formats, or a letter, in small letters."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "".join(words_in(packed.read(name)) for name in packed.namelist())
    if content.startswith(b"%PDF"):
        pages = PdfReader(io.BytesIO(content)).pages
        return re.sub(r"\s", "", "".join(page.extract_text() for page in pages)).lower()
    return content.decode(errors="replace").lower()


def letter_of(content: bytes) -> tuple[str, str]:
    """To whom a mail goes, and all its words, headers and parts."""
    letter = message_from_bytes(content, policy=policy.default)
    parts = [part.get_content() for part in letter.walk() if part.get_content_maintype() == "text"]
    return str(letter["To"]), "\n".join([*map(str, letter.values()), *parts]).lower()

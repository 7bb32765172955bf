"""``flask ledger``: one line that says where the record stands, or what is wrong with it."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from flask import Flask

from app.ledger import queries, sealing
from app.text import archive
from tests.builders.ledger import note, tamper
from tests.builders.policies import make_policy

NOTHING = "0" * 64


def test_verify_prints_seq_and_head_of_a_record_that_holds(app: Flask) -> None:
    note(1, 2)
    sealing.seal()
    result = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert result.exit_code == 0
    assert result.output == f"seq=2 head={queries.get_head().hash.hex()}\n"


def test_verify_of_an_empty_record_holds(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert (result.exit_code, result.output) == (0, f"seq=0 head={NOTHING}\n")


def test_verify_names_the_first_bad_record(app: Flask) -> None:
    note(1, 2, 3)
    sealing.seal()
    tamper("UPDATE seal SET leaf = hash WHERE seq >= 2")
    result = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert result.exit_code == 1
    assert result.output == "seq=2 bad: the event is not the one that was sealed\n"


@pytest.mark.parametrize("damage", ["other words", "garbled", "gone"])
def test_verify_finds_a_version_whose_text_is_not_the_one_that_was_saved(
    app: Flask, damage: str
) -> None:
    policy = make_policy()
    sealing.seal()
    assert app.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code == 0
    other = "第一条 停车一律免费。\n"
    values = {
        "other words": (archive.pack(other, None), archive.text_hash(other)),
        "garbled": (b"not compressed at all", archive.text_hash(other)),
    }
    if damage == "gone":
        tamper("DELETE FROM revision")
    else:
        text, sha256 = values[damage]
        tamper("UPDATE revision SET text_zstd = :text, sha256 = :sha256", text=text, sha256=sha256)
    result = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert result.exit_code == 1
    assert f"version 1 of policy {policy.id} is not as it was saved" in result.output


def test_checkpoint_is_one_line_of_json(app: Flask, noon: datetime) -> None:
    note(1)
    sealing.seal()
    result = app.test_cli_runner().invoke(args=["ledger", "checkpoint"])
    assert result.exit_code == 0
    assert result.output.count("\n") == 1
    assert json.loads(result.output) == {
        "seq": 1,
        "head": queries.get_head().hash.hex(),
        "time": "2026-03-02T04:00:00Z",
    }

"""``flask ledger``: check the whole record, and write down where it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.ledger import queries
from app.ledger.chain import BadRecord, Head
from app.policies.versions import get_version
from app.text.archive import text_hash

group = AppGroup("ledger", help="Check the record of everything that happened.")


@group.command("verify")
def verify() -> None:
    """Check every sealed event and the text of every version; exit 1 with the first bad record."""
    verdict = queries.verify()
    if isinstance(verdict, Head):
        verdict = _find_other_text() or verdict
    if isinstance(verdict, BadRecord):
        click.echo(f"seq={verdict.seq} bad: {verdict.reason}")
        raise SystemExit(1)
    click.echo(f"seq={verdict.seq} head={verdict.hash.hex()}")


@group.command("checkpoint")
def checkpoint() -> None:
    """Print the head as one line of JSON, to be kept where nobody here can change it."""
    head = queries.get_head()
    time = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    click.echo(json.dumps({"seq": head.seq, "head": head.hash.hex(), "time": time}))


def _find_other_text() -> BadRecord | None:
    """The chain holds hashes of texts; this holds the stored texts against them."""
    for record in queries.list_records():
        event = record.event or {}
        if event.get("kind") == "RevisionSaved" and not _is_as_saved(event["data"]):
            policy, number = event["data"]["policy"], event["data"]["number"]
            return BadRecord(
                record.seq, f"version {number} of policy {policy} is not as it was saved"
            )
    return None


def _is_as_saved(saved: Mapping[str, Any]) -> bool:
    try:
        text = get_version(saved["policy"], saved["number"]).text
    except SQLAlchemyError:
        raise
    except Exception:
        return False  # gone, or damaged in one of the many ways in which stored bytes can be
    return bool(text_hash(text).hex() == saved["sha256"])

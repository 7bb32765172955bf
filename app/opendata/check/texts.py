"""Revisions and wordings: complete, in order, and of the hash that is published."""

from __future__ import annotations

import hashlib
from typing import Any

from .files import Policy
from .history import History
from .report import Report


def check_texts(history: History, report: Report) -> None:
    """Every revision is there, the slices of each are its text, and no body is more than its text."""
    policy = history.policy
    numbers = list(range(history.first, history.head + 1))
    report.same("revisions", policy.slug, list(history.revisions), numbers)
    for row in policy.rows("clause_versions.jsonl"):
        if row["text"] is not None and row["kind"] != "heading":
            is_end = row["text"].strip().endswith(row["body"])
            report.same("clause_versions body", _where(policy, row), is_end, True)
    _check_hashes(history, report)
    for number, row in history.revisions.items():
        for marked in row.get("mends", ()):
            if marked > history.first:
                where = f"{policy.slug} revision {number} mends"
                report.same("revisions mends", where, number, history.mended_by(marked))


def _check_hashes(history: History, report: Report) -> None:
    texts: dict[str, str] = {}
    order: list[str] = []
    by_number: dict[int, list[Any]] = {}
    for row in history.policy.rows("clause_versions.jsonl"):
        by_number.setdefault(row["rev"], []).append(row)
    for number, revision in history.revisions.items():
        order = revision.get("clauses", order)
        for row in by_number.get(number, ()):
            if row["text"] is None:
                texts.pop(row["clause"], None)
            else:
                texts[row["clause"]] = row["text"]
        whole = "".join(texts.get(clause, "") for clause in order)
        digest = hashlib.sha256(whole.encode()).hexdigest()
        where = f"{history.policy.slug} revision {number}"
        report.same("revisions text_sha256", where, revision["text_sha256"], digest)
        report.same("revisions clauses", where, sorted(order), sorted(texts))


def _where(policy: Policy, row: Any) -> str:
    return f"{policy.slug} {row['clause']} revision {row['rev']}"

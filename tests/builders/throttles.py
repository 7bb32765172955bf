"""Narrower limits for tests, so that a few tries are one too many."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.accounts.limits import ACTS, TRIES, Counted, Standing, Tried


def narrow(monkeypatch: pytest.MonkeyPatch, what: Counted | Tried, times: int) -> None:
    """Let nobody do ``what`` more often than ``times``, whatever their standing."""
    if isinstance(what, Counted):
        row = replace(ACTS[what], times=(times,) * len(Standing))
        monkeypatch.setitem(ACTS, what, row)
        return
    words, per, _times, seconds = TRIES[what]
    monkeypatch.setitem(TRIES, what, (words, per, times, seconds))

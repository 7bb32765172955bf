"""Figures."""

from __future__ import annotations

from collections.abc import Mapping

from .history import History
from .lives import Life
from .report import Report


def check_figures(history: History, lives: Mapping[str, Life], report: Report) -> None:
    """Nothing yet."""

"""Reactions of suggestions to what happened elsewhere; each may get the same events again."""

from __future__ import annotations

"""Reads of who follows what, what happened, and what was told."""

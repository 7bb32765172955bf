"""Reads of contributions: what a reader may see, one's own, what was kept."""

"""Asking for papers, making them, and keeping the files in order."""

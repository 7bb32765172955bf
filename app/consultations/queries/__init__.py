"""Reads of calls for comment, their papers, and the acts of the office."""

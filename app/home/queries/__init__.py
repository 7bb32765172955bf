"""Reads over all domains about one person: duties that wait, and everything that is theirs."""

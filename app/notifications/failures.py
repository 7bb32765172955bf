"""The two ways a message can fail to leave."""

from __future__ import annotations


class Unreachable(Exception):
    """Not now; trying again later may help."""


class Refused(Exception):
    """Never: the other side does not know the address or does not want the message."""

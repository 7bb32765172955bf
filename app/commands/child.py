"""What a child process of the worker may take."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl.h


def limit_child(*, memory: int, seconds: float) -> None:
    """Be the least important process, end when the worker ends, take ``memory`` bytes of address
    space and ``seconds`` of CPU at most."""
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_DIE_WITH_PARENT, signal.SIGKILL)

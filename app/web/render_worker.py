"""The helper process that renders hostile text: one clause at a time, from a socket, under limits.

Started by ``app.web.renderer`` as a script with the seconds of CPU that one clause may take; it
ends when its socket closes.
"""

from __future__ import annotations

import json
import resource
import signal
import socket
import struct
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

MEMORY_BYTES = 512 * 1024 * 1024
_LENGTH = struct.Struct(">I")


def send(stream: socket.socket, message: object) -> None:
    """Send one JSON value behind its length (four bytes)."""
    body = json.dumps(message).encode()
    stream.sendall(_LENGTH.pack(len(body)) + body)


def receive(stream: socket.socket) -> Any:
    """Return the next JSON value; EOFError when the other side has gone."""
    (length,) = _LENGTH.unpack(_read(stream, _LENGTH.size))
    return json.loads(_read(stream, length))


def _read(stream: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = stream.recv(min(length - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _stand_alone() -> None:
    """Let ``app.text`` be imported without ``app/__init__.py``, which would build the whole wiki."""
    package = ModuleType("app")
    package.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules["app"] = package


def main() -> None:
    """Answer [slice, definitions, clause id] with the HTML, or with null when Markdown fails."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _stand_alone()
    from app.text.render import render_slice

    seconds = float(sys.argv[1])
    stream = socket.socket(fileno=0)
    send(stream, "ready")
    try:
        while True:
            slice_text, definitions, clause_id = receive(stream)
            # CPU time, not the clock, so that a busy machine fails no honest clause. The kernel
            # ends the process; a Python handler would wait for the regular expression to finish.
            signal.setitimer(signal.ITIMER_PROF, seconds)
            try:
                answer: str | None = render_slice(slice_text, definitions, clause_id)
            except Exception:  # RecursionError, MemoryError, and what faults Python-Markdown has
                answer = None
            signal.setitimer(signal.ITIMER_PROF, 0)
            send(stream, answer)
    except (EOFError, ConnectionError):
        pass


if __name__ == "__main__":
    main()

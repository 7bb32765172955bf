"""A browser in little: one kept connection, bytes out, status and body back, without a library.

Python's own HTTP client costs as much CPU as the page it asks for, on the cores we measure.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from urllib.parse import urlencode

_SET = re.compile(rb"\r\nset-cookie: ([^=\r\n]+)=([^;\r\n]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, head (lower case) and body of one answer; ``cookies`` as it set them."""

    status: int
    head: bytes
    body: bytes
    cookies: tuple[tuple[str, str], ...] = ()

    @property
    def location(self) -> str:
        """Where a redirect leads, "" for other answers."""
        _, found, rest = self.head.partition(b"\r\nlocation: ")
        return rest.partition(b"\r\n")[0].decode() if found else ""


class Browser:
    """One connection to 127.0.0.1, opened anew when the server has closed it."""

    def __init__(self, port: int, cookie: str = "", *, keeps_cookies: bool = False) -> None:
        self._port, self._keeps_cookies = port, keeps_cookies
        self._jar = dict(one.split("=", 1) for one in cookie.split("; ") if one)
        self._socket: socket.socket | None = None

    def get(self, path: str) -> Answer:
        """The answer to GET ``path``, redirects not followed."""
        return self._ask(f"GET {path} HTTP/1.1\r\n{self._head()}\r\n".encode())

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """The answer to a form sent to ``path``."""
        body = urlencode(fields).encode()
        kind = "application/x-www-form-urlencoded"
        lines = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        return self._ask(f"POST {path} HTTP/1.1\r\n{self._head()}{lines}\r\n".encode() + body)

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def _head(self) -> str:
        jar = "; ".join(f"{name}={value}" for name, value in self._jar.items())
        cookie = f"Cookie: {jar}\r\n" if jar else ""
        return f"Host: 127.0.0.1:{self._port}\r\nAccept-Language: en\r\n{cookie}"

    def _ask(self, request: bytes) -> Answer:
        is_kept = self._socket is not None
        try:
            return self._once(request)
        except (ConnectionError, EOFError):
            self.close()
            if not is_kept:
                raise
            return self._once(request)  # the server had closed the kept connection meanwhile

    def _once(self, request: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        cookies = tuple((name.decode(), value.decode()) for name, value in _SET.findall(head))
        head = head.lower()
        _, found, length = head.partition(b"content-length: ")
        wanted = int(length.split(b"\r\n")[0]) if found else 0
        while len(body) < wanted:
            body += self._more()
        if b"connection: close" in head:
            self.close()
        if self._keeps_cookies:
            self._jar.update(cookies)
        return Answer(int(head[9:12]), head, body, cookies)

    def _more(self) -> bytes:
        assert self._socket is not None
        data = self._socket.recv(65536)
        if not data:
            raise EOFError("the server closed the connection")
        return data

"""Text messages: to the one address of SMS_URL as JSON, else as .txt files."""

from __future__ import annotations

import base64
import json
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.notifications.failures import Refused, Unreachable

TIMEOUT = 5.0  # seconds; the worker waits for it


@dataclass(frozen=True, slots=True)
class Text:
    """One text message; ``ident`` is the same at every try, so that the gateway sends it once."""

    ident: str
    to: str
    words: str


def send(text: Text, *, sms_url: str, folder: Path) -> None:
    """Hand one message to the gateway, or write it into ``folder`` when ``sms_url`` is empty.

    POST ``{"to", "text"}`` with ``Idempotency-Key``; redirects are not followed, so nothing ever
    goes to another host. Raises Refused (4xx but 408 and 429) or Unreachable.
    """
    if not sms_url:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{text.ident}.txt"
        path.write_text(f"{text.to}\n{text.words}\n", encoding="utf-8")
        return
    try:
        status = _post(text, sms_url)
    except (HTTPException, OSError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    if 200 <= status < 300:
        return
    if 400 <= status < 500 and status not in (408, 429):
        raise Refused(f"the gateway answered {status}")
    raise Unreachable(f"the gateway answered {status}")


def _post(text: Text, sms_url: str) -> int:
    parts = urlsplit(sms_url)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": text.ident,
    }
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = json.dumps({"to": text.to, "text": text.words}, ensure_ascii=False).encode()
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        connection.request("POST", path, body=body, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=TIMEOUT)

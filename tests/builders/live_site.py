"""A whole site of its own, served by ``flask serve`` on a free port, and people who save there."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from http.cookies import SimpleCookie
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode

import config

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
UP_WITHIN = 60.0


class LiveSite:
    """``with LiveSite(folder) as site``: started on entry, killed on exit if it still lives."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._starts = folder, 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        self.environment = kept | {
            "APP_ENV": "demo",
            "INSTANCE_DIR": str(folder),
            "FLASK_APP": "wsgi",
            "THROTTLES": "off",
            "WORKERS": "2",
        }

    def __enter__(self) -> LiveSite:
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _: TracebackType | None,
    ) -> None:
        self.kill()

    def start(self) -> float:
        """Start it; answers after how many seconds it is ready."""
        started = time.monotonic()
        self._starts += 1
        self._log = (self.folder.parent / "serve.log").open("a")
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "flask", "serve", "--port", str(self.port)],
            cwd=config.ROOT,
            env=self.environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        while time.monotonic() - started < UP_WITHIN:
            if self._is_ready():
                return time.monotonic() - started
            time.sleep(0.1)
        raise AssertionError(self.printed())

    def _is_ready(self) -> bool:
        with closing(Visitor(self.port)) as visitor, suppress(OSError):
            is_open = self.printed().count("Stop with Ctrl-C.") == self._starts
            return visitor.get("/readyz")[0] == 200 and is_open
        return False

    def printed(self) -> str:
        """What it has said since the first start."""
        return (self.folder.parent / "serve.log").read_text()

    def kill(self) -> None:
        """SIGKILL for every one of its processes, the way a machine loses its power."""
        children = self._children()
        self._parent.kill()
        for child in children:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        self._parent.wait()
        self._log.close()

    def stop(self) -> float:
        """SIGTERM; answers after how many seconds all of it has stopped."""
        started = time.monotonic()
        self._parent.terminate()
        self._parent.wait(30)
        self._log.close()
        return time.monotonic() - started

    def run(self, *arguments: str) -> str:
        """What ``flask …`` prints; anything but exit 0 is a failure."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=config.ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def hashes(self, slug: str) -> dict[int, bytes]:
        """What the database holds of a policy: the hash of each version's text, by number."""
        query = (
            "SELECT number, sha256 FROM revision JOIN policy ON policy.id = policy_id"
            " WHERE slug = ?"
        )
        with closing(sqlite3.connect(self.folder / "gongyi.db", timeout=10)) as connection:
            return dict(connection.execute(query, [slug]).fetchall())

    def officer_link(self) -> str:
        """The path that signs in as the officer of the demonstration."""
        found = re.search(r"\(officer\): http://[^/]+(/\S+)", self.printed())
        assert found is not None, self.printed()
        return found[1]

    def _children(self) -> list[int]:
        """Each is the head of a process group of its own."""
        path = Path(f"/proc/{self._parent.pid}/task/{self._parent.pid}/children")
        return [int(number) for number in path.read_text().split()] if path.exists() else []


class Visitor:
    """A plain browser: one connection, cookies, no redirects followed."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._cookies: dict[str, str] = {}

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def get(self, path: str) -> tuple[int, str]:
        """Status and page."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        """Status and page of a form sent."""
        return self._ask("POST", path, urlencode(fields))

    def token(self, path: str) -> str:
        """The first form token of a page."""
        found = TOKEN.search(self.get(path)[1])
        assert found is not None, path
        return found[1]

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        page = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        return answer.status, page


class Writer(threading.Thread):
    """An officer who saves one version after another until the site is gone.

    ``kept`` holds the text of every version that was acknowledged, by number.
    """

    def __init__(self, site: LiveSite, slug: str) -> None:
        super().__init__(daemon=True)
        self.slug, self.kept = slug, dict[int, str]()
        self._browser = Visitor(site.port)
        self._browser.get(site.officer_link())

    def begin(self) -> None:
        """Make the draft that this officer writes on."""
        text = self._text(1)
        sent = {
            "title": self.slug, "language": "en", "kind": "policy", "visibility": "public",
            "text": text, "summary": "first", "csrf_token": self._browser.token("/policies/new"),
        }  # fmt: skip
        assert self._browser.post("/policies/new", sent)[0] == 303
        self.kept[1] = text

    def run(self) -> None:
        token = self._browser.token(f"/policies/{self.slug}/edit")
        with closing(self._browser), suppress(OSError, http.client.HTTPException):
            while True:
                number = len(self.kept) + 1
                text = self._text(number)
                sent = {
                    "csrf_token": token, "base": str(number - 1), "text": text,
                    "summary": f"step {number}", "edit_token": f"{self.slug}-{number}",
                }  # fmt: skip
                if self._browser.post(f"/policies/{self.slug}/edit", sent)[0] == 303:
                    self.kept[number] = text

    def _text(self, number: int) -> str:
        articles = (f"Article {n}\n\nStep {number if n == 1 else 0} of {n}.\n" for n in range(1, 9))
        return f"# {self.slug}\n\n" + "\n".join(articles)

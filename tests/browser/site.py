"""The wiki as ``make run`` starts it, in a folder of its own, for browsers to visit."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select

import config
from app import clock, create_app
from app.access.actor import Actor
from app.accounts.models import Person
from app.accounts.services.demonstration import PEOPLE
from app.consultations.rules import WantedCall
from app.database import db
from app.policies.models import Policy
from tests.bench.processes import PROC, ROOT, Server, free_port
from tests.builders.consultations import make_call, make_ready

_LINK = re.compile(r"^  sign in as .* \(([\w, ]+)\): (http\S+)$", re.MULTILINE)
COLLEAGUE = "colleague@example.org"
PASSWORD = "four plain words here"
DEPARTMENT = "示例市城市管理局"


class Site:
    """A demonstration site; ``address`` without a slash at the end, ``links`` by role."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._environ = {
            "APP_ENV": "demo",
            "INSTANCE_DIR": str(folder / "instance"),
            "DATABASE_URL": f"sqlite:///{folder}/instance/gongyi.db",
            "SITE_URL": self.address,
            # All these people come from one address; none of them may be taken for the other.
            "THROTTLES": "off",
        }
        arguments = [sys.executable, "-m", "flask", "serve", "--host", "127.0.0.1"]
        self._log = folder / "serve.log"
        self._server = Server([*arguments, "--port", str(port)], self._environ, self._log, port)
        self.links: dict[str, str] = {}

    def __enter__(self) -> Site:
        try:
            self._wait_until_ready()
        except BaseException:
            self._server.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        family = self._server.pids()
        self._server.stop()
        orphans = [pid for pid in family if (PROC / str(pid) / "cmdline").exists()]
        assert not orphans, f"flask serve left processes behind: {orphans}"

    def _wait_until_ready(self, seconds: float = 60.0) -> None:
        """Until database and worker answer and the sign-in links are printed."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.links = dict(_LINK.findall(self._log.read_text()))
            if len(self.links) == len(PEOPLE) and self._is_ready():
                return
            time.sleep(0.1)
        raise RuntimeError(f"the site did not get ready:\n{self._log.read_text()}")

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return json.load(answer)["status"] == "ready"
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def flask(self, *arguments: str) -> str:
        """What a ``flask`` command on this site prints."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=ROOT, env={**os.environ, **self._environ}, text=True, timeout=60, check=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        return done.stdout

    def add_colleague(self) -> None:
        """A second officer, of the same department, who signs in with COLLEAGUE and PASSWORD."""
        self.flask(
            "people", "create", COLLEAGUE, "--name", "Second demo officer", "--role", "officer",
            "--password", PASSWORD, "--department", DEPARTMENT,
        )  # fmt: skip

    def add_administrator(self) -> str:
        """The address of a new administrator, who signs in with PASSWORD."""
        address = "administrator@example.org"
        self.flask(
            "people", "create", address, "--name", "Demo administrator", "--role", "administrator",
            "--password", PASSWORD,
        )  # fmt: skip
        return address

    def app(self) -> Flask:
        """The application on the data of this site, to ask its services what the pages say."""
        return create_app(config.read({**os.environ, **self._environ}))

    def texts_to(self, phone: str) -> list[str]:
        """The words of all text messages to a number such as 13800138000, oldest first."""
        folder = self._folder / "instance" / "sms"
        messages = [path.read_text().split("\n", 1) for path in sorted(folder.glob("*.txt"))]
        return [words.strip() for to, words in messages if to.endswith(phone)]

    def next_text(self, phone: str, known: int = 0, seconds: float = 20.0) -> str:
        """The message that comes when ``known`` ones have come already."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            texts = self.texts_to(phone)
            if len(texts) > known:
                return texts[known]
            time.sleep(0.05)
        raise AssertionError(f"no further text message to {phone} within {seconds} seconds")

    def code_sent_to(self, phone: str, known: int = 0) -> str:
        """The six figures of the message that comes to a number after ``known`` others."""
        code = re.search(r"\d{6}", self.next_text(phone, known))
        assert code
        return code.group()

    def close_comments(self, slug: str, moment: datetime) -> None:
        """Put the closing time of a call to ``moment``, as if the days had passed."""
        with closing(sqlite3.connect(self._folder / "instance" / "gongyi.db", timeout=10)) as data:
            text = moment.strftime("%Y-%m-%d %H:%M:%S.%f")
            changed = data.execute("UPDATE policy SET closes_at = ? WHERE slug = ?", (text, slug))
            assert changed.rowcount == 1
            data.commit()

    def let_act_happen(self, slug: str) -> None:
        """Let the time come that an act of two officers waits for, as if the hours had passed."""
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        with closing(sqlite3.connect(self._folder / "instance" / "gongyi.db", timeout=10)) as data:
            for moment in ("publish_at", "opens_at", "answers_at", "announced_at"):
                data.execute(
                    f"UPDATE policy SET {moment} = ? WHERE slug = ? AND {moment} > ?",
                    (now, slug, now),
                )
            acts = "UPDATE office_act SET at = ? WHERE at > ? AND state = 'agreed' AND policy_id ="
            data.execute(f"{acts} (SELECT id FROM policy WHERE slug = ?)", (now, now, slug))
            calls = "UPDATE consultation_call SET opened_at = ? WHERE opened_at > ? AND policy_id ="
            data.execute(f"{calls} (SELECT id FROM policy WHERE slug = ?)", (now, now, slug))
            data.commit()

    def open_comments(self, slug: str, call: WantedCall) -> None:
        """Comments are open from now on, as if two officers had agreed and their time had come."""
        with self.app().app_context():
            policy = db.session.scalars(select(Policy).where(Policy.slug == slug)).one()
            make_call(policy, self._owner_of(policy), call)

    def make_ready(self, slug: str) -> None:
        """Nothing but the call is missing any more before comments open."""
        with self.app().app_context():
            policy = db.session.scalars(select(Policy).where(Policy.slug == slug)).one()
            make_ready(policy, self._owner_of(policy))

    def _owner_of(self, policy: Policy) -> Actor:
        return db.session.get_one(Person, policy.owner_id).actor(clock.now())

    def log(self) -> str:
        """All that server and worker have said."""
        return self._log.read_text()

"""The servers under test: started here, watched through /proc, and ended here, no others."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
THREADS, WORKERS = 4, 2


class Processes(ABC):
    """Some processes that are watched together."""

    @abstractmethod
    def pids(self) -> list[int]:
        """Who they are at this moment."""

    def cpu_seconds(self) -> float:
        """CPU time so far, user and system."""
        return sum(_cpu(pid) for pid in self.pids())

    def pss(self) -> int:
        """Bytes of memory, shared pages counted by share."""
        return sum(_pss(pid) for pid in self.pids())


class Part(Processes):
    """The processes of a server that a test picks out; ``port`` is the server's."""

    def __init__(self, server: Server, belongs: Callable[[int], bool]) -> None:
        self._server, self._belongs, self.port = server, belongs, server.port

    def pids(self) -> list[int]:
        return [pid for pid in self._server.pids() if self._belongs(pid)]

    def pss_of_family(self) -> int:
        """Bytes of memory of these and of what they have started."""
        return sum(_pss(pid) for pid in _family(self.pids()))


class Server(Processes):
    """A process and its descendants; ``port`` is 0 for one that does not listen."""

    def __init__(self, arguments: list[str], environ: Mapping[str, str], log: Path, port: int = 0):
        self.port = port
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                arguments, cwd=ROOT, env={**os.environ, **environ}, stdout=file, stderr=file,
                start_new_session=True,
            )  # fmt: skip

    def wait_until_listening(self, seconds: float = 40.0) -> None:
        """Return when the port accepts; raises when the process has died or takes too long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError("the server under test did not start")

    def pids(self) -> list[int]:
        """The process and all that it has started."""
        return _family([self._process.pid])

    def stop(self) -> None:
        """End it in good order, and what it left behind after that."""
        family = self.pids()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        # Only our own family, and only those that still run the same program a moment later.
        for pid in family:
            if pid != self._process.pid and dict(_parents()).get(pid) == 1:
                os.kill(pid, signal.SIGKILL)


def _family(pids: Iterable[int]) -> list[int]:
    parents = dict(_parents())
    family = {*pids}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sorted(family)


def _parents() -> Iterator[tuple[int, int]]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                yield int(entry.name), int(fields[1])


def _stat(pid: int) -> list[str]:
    """Fields of /proc/pid/stat from the state on; the name before it may hold anything."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _cpu(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def _pss(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def free_port() -> int:
    """A port of this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environ_of(instance: Path, port: int = 0) -> dict[str, str]:
    """The settings of a wiki under test: a folder of its own and no throttles."""
    return {
        "APP_ENV": "demo",
        "INSTANCE_DIR": str(instance),
        "DATABASE_URL": f"sqlite:///{instance}/gongyi.db",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "THROTTLES": "off",
        "DEFAULT_LOCALE": "en",
    }


def _gunicorn(app: str, log: Path, port: int) -> Server:
    """The bare page under the server that ``flask serve`` starts for the wiki."""
    arguments = [
        sys.executable, "-m", "gunicorn", app, "--bind", f"127.0.0.1:{port}",
        "--workers", str(WORKERS), "--threads", str(THREADS), "--worker-class", "gthread",
        "--preload", "--graceful-timeout", "8", "--timeout", "60", "--keep-alive", "15",
        "--log-level", "warning",
    ]  # fmt: skip
    return Server(arguments, {}, log, port)


@contextmanager
def bare_page(folder: Path) -> Iterator[Server]:
    """The yardstick, listening."""
    server = _gunicorn("tests.bench.bare:app", folder / "bare.log", free_port())
    try:
        server.wait_until_listening()
        yield server
    finally:
        server.stop()


@contextmanager
def wiki(instance: Path) -> Iterator[tuple[Part, Part]]:
    """Web server (with the parent of all) and worker of the wiki in ``instance``, running."""
    port = free_port()
    flask = [sys.executable, "-m", "flask", "serve", "--port", str(port)]
    flask += ["--workers", str(WORKERS)]
    site = Server(flask, environ_of(instance, port), instance / "serve.log", port)

    def is_worker(pid: int) -> bool:
        return (instance / "worker.lock").read_text() == str(pid)

    try:
        site.wait_until_listening()
        yield Part(site, lambda pid: not is_worker(pid)), Part(site, is_worker)
    finally:
        site.stop()


def build(shape: str, instance: Path, start: int = 0) -> None:
    """Run the builder of the data on ``instance``; raises when it fails."""
    subprocess.run(
        [sys.executable, "-m", "tests.bench.dataset", shape, str(start)],
        cwd=ROOT, env={**os.environ, **environ_of(instance)}, check=True, timeout=1500,
    )  # fmt: skip

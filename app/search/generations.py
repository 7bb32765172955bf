"""Where an index lives: a private folder with one living generation, and one writer at a time."""

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.search.port import IndexBusy

_POINTER = "current"


class Generations:
    """A folder of generations; the file `current` names the one that lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def living(self) -> Path:
        """The folder of the living generation; raises OSError when there is none."""
        return self._folder / (self._folder / _POINTER).read_text()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer, in this process and among all; raises `IndexBusy`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self._folder / "write.lock", "a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as reason:
                raise IndexBusy("another process writes the index") from reason
            yield

    @contextmanager
    def successor(self) -> Iterator[Path]:
        """A new folder that becomes the living generation unless an exception is raised.

        Readers keep the files of the old one that they have open.
        """
        folder = self._folder / f"generation-{time.time_ns()}"
        folder.mkdir(mode=0o700)
        try:
            yield folder
            beside = self._folder / f"{_POINTER}.new"
            beside.write_text(folder.name)
            beside.replace(self._folder / _POINTER)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        for other in self._folder.glob("generation-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

"""``make test``: every kind of test in order, and a last line that says what was skipped and why.

With ``CI=true`` nothing may be skipped; the corpus alone may be absent.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.postgres import binaries

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
IN_CI = os.environ.get("CI") == "true"
EVERY_PAGE = "tests/browser/test_every_page.py"
Step = tuple[str, list[str]]


def main() -> int:
    """Run all steps, go on after a failure, answer 1 if any failed."""
    alone = [sys.executable, "-m", "pytest", "-q", "-rs", "--durations=5"]
    pytest = [*alone, "-n", "2"]
    rounds: list[list[Step]] = [
        [
            ("style", [str(BIN / "ruff"), "check", "."]),
            ("format", [str(BIN / "ruff"), "format", "--check", "-q", "."]),
            ("types", [str(BIN / "mypy")]),
            ("import contracts", [str(BIN / "lint-imports")]),
        ],
        [("unit and architecture", [*pytest, "tests/unit", "tests/architecture"])],
        [("integration on SQLite", [*pytest, "tests/integration"])],
    ]
    missing = []
    if binaries():
        command = [*pytest, "tests/integration", "--database", "postgresql"]
        rounds.append([("integration on PostgreSQL", command)])
    else:
        missing.append("PostgreSQL (no server binary found)")
    if shutil.which("chromium"):
        # Two sites and two Chromiums, each with the same tests in the same order every time.
        rounds.append(
            [
                ("browser, every page", [*alone, EVERY_PAGE]),
                ("browser, journeys", [*alone, "tests/browser", f"--ignore={EVERY_PAGE}"]),
            ]
        )
    else:
        missing.append("browser (no Chromium found)")
    failed, passed, skips = _run(rounds)
    return _summary(failed, passed, skips, missing)


def _run(rounds: list[list[Step]]) -> tuple[list[str], int, list[str]]:
    """Round after round; the steps of a round run at once, and are told of in their order."""
    failed, passed, skips = [], 0, []
    for steps in rounds:
        print(f"\n=== starting: {', '.join(name for name, _ in steps)}", flush=True)
        with ThreadPoolExecutor(len(steps)) as lanes:
            for (name, _), (code, said) in zip(steps, lanes.map(_step, steps), strict=True):
                sys.stdout.write(said)
                sys.stdout.flush()
                if code != 0:
                    failed.append(name)
                passed += sum(int(n) for n in re.findall(r"(\d+) passed", said))
                skips += re.findall(r"^SKIPPED .*$", said, re.MULTILINE)
    return failed, passed, skips


def _step(step: Step) -> tuple[int, str]:
    """The exit code of a step and all it said, with its name and its time."""
    name, command = step
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    seconds = time.monotonic() - started
    return done.returncode, f"\n=== {name}\n{done.stdout}=== {name}: {seconds:.0f} s\n"


def _summary(failed: list[str], passed: int, skips: list[str], missing: list[str]) -> int:
    forbidden = missing + [skip for skip in skips if "CORPUS_DIR" not in skip]
    if IN_CI and forbidden:
        failed.append("something was skipped, and CI=true allows nothing to be")
    print(f"\nSkipped: {'; '.join(missing + skips) or 'nothing'}")
    if failed:
        print(f"Failed: {', '.join(failed)}")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

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
from pathlib import Path

from tests.postgres import binaries

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
IN_CI = os.environ.get("CI") == "true"


def main() -> int:
    """Run all steps, go on after a failure, answer 1 if any failed."""
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-rs", "--durations=5"]
    steps: list[tuple[str, list[str]]] = [
        ("style", [str(BIN / "ruff"), "check", "."]),
        ("format", [str(BIN / "ruff"), "format", "--check", "-q", "."]),
        ("types", [str(BIN / "mypy")]),
        ("import contracts", [str(BIN / "lint-imports")]),
        ("unit and architecture", [*pytest, "tests/unit", "tests/architecture"]),
        ("integration on SQLite", [*pytest, "tests/integration"]),
    ]
    missing = []
    if binaries():
        command = [*pytest, "tests/integration", "--database", "postgresql"]
        steps.append(("integration on PostgreSQL", command))
    else:
        missing.append("PostgreSQL (no server binary found)")
    if shutil.which("chromium"):
        steps.append(("browser", [sys.executable, "-m", "pytest", "-q", "-rs", "tests/browser"]))
    else:
        missing.append("browser (no Chromium found)")
    failed, passed, skips = _run(steps)
    return _summary(failed, passed, skips, missing)


def _run(steps: list[tuple[str, list[str]]]) -> tuple[list[str], int, list[str]]:
    failed, passed, skips = [], 0, []
    for name, command in steps:
        print(f"\n=== {name}", flush=True)
        started = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        sys.stdout.write(done.stdout)
        print(f"=== {name}: {time.monotonic() - started:.0f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
        passed += sum(int(n) for n in re.findall(r"(\d+) passed", done.stdout))
        skips += re.findall(r"^SKIPPED .*$", done.stdout, re.MULTILINE)
    return failed, passed, skips


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

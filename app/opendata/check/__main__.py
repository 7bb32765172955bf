"""``python3 check.py [FOLDER]``: exit 0 when every number is right, 1 with the first wrong ones."""

from __future__ import annotations

import sys
from pathlib import Path

from .run import check

folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
report = check(folder)
sys.stdout.write(report.told())
sys.exit(1 if report.wrong else 0)

"""Count the numbers of this folder again: ``python3 check.py``, or those of another: ``python3 check.py FOLDER``."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

# Isolated Python does not look beside the script by itself.
sys.path.insert(0, str(Path(__file__).resolve().parent))
runpy.run_module("check.run", run_name="__main__")

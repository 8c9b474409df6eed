"""The compiled heart of the planner: exact timing of a route, and ruin and recreate over a day."""

from __future__ import annotations

import os

from coop_service.planning.compiled import cache_folder

# read when the compiler is first imported, which only the modules of this package do
os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder()))

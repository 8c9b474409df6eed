"""How the functions of the search are compiled.

Reference counts of arrays are left out (``_nrt``): they are atomic, and at several a line they took
more than nine tenths of the time. Compiled functions therefore cannot make arrays; all that they
write to is handed to them, and outlives the call.

Indices that are read from arrays are unsigned where they are read most (nodes of routes, tasks of
variants): each signed one is checked for counting from the end.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from numba import njit

compiled: Final[Any] = partial(njit, cache=True, nogil=True, _nrt=False)()
inlined: Final[Any] = partial(njit, cache=True, nogil=True, _nrt=False, forceinline=True)()
"""For small functions, so that the many arrays of a day need not be handed over."""

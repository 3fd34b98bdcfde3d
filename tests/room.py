"""Room on the interpreter's own stack. CPython keeps frames in pieces of 16 KB; a loop of calls just at a piece's end maps and unmaps memory at each
of them, and runs ten times slower. Where that hits is chance, so a test begins on a large piece."""

from collections.abc import Callable
from typing import Any

LOCALS = 70_000  # a frame of 560 KB, for which a piece of 1 MB is taken

_made: dict[str, Any] = {}
exec(f"def roomy(run):\n return run()\n {'='.join(f'a{n}' for n in range(LOCALS))}=0", _made)
roomy: Callable[[Callable[[], Any]], Any] = _made["roomy"]

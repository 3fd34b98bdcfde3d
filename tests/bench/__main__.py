"""`make bench`: the figures of this project, each with its base, measured in the same run. Names of parts as arguments choose some.

A part has a process of its own, since one and the same process cannot be set up for two clouds. Ends with 1 where a figure misses its bar.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.bench.figures import HEAD, Figure, load, measure, table

PARTS = ("coldstart", "items", "examined", "commits", "access", "limits", "exports", "requests", "realtime", "console", "run", "writes", "imports")


def main(arguments: list[str]) -> None:
    if unknown := set(arguments) - set(PARTS):
        raise SystemExit(f"There is no part {', '.join(sorted(unknown))}: name some of {', '.join(PARTS)}.")
    found: list[Figure] = []
    for part in arguments or PARTS:
        print(f"\n== {part}: {load()}", flush=True)
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
            found += process.submit(measure, part).result()
    print(f"\n== all figures; now {load()}\n\n{table(HEAD, [figure.row() for figure in found])}")
    if missed := [figure.what for figure in found if not figure.ok]:
        raise SystemExit(f"\nmissed: {'; '.join(missed)}")


if __name__ == "__main__":
    main(sys.argv[1:])

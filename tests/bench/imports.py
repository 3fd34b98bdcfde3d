"""What a cold start costs us: import and set-up of each handler in a fresh process, beside its neighbours, and these beside a bare client.

Set-up is that same client, which every function makes. The interpreter's own start is in neither; bytecode is there, as in the layers.
It is the processor's time: the files are in memory, and nothing is waited for, so on an idle machine the clock on the wall says the same.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from statistics import median

from local.settings import BUNDLE, KERNEL, ROOT
from tests.bench.figures import Figure, table

TRIES, NOTABLE, NAMED = 5, 1.5, 6
CLOCK = "import time; began = time.process_time(); {}; print(time.process_time() - began)"
BASE = "import botocore.session; botocore.session.get_session().create_client('dynamodb', region_name='us-east-1')"
HANDLER = "import {}; from kernel.dynamodb import client; client()"
LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


def figures() -> list[Figure]:
    programs = {module: HANDLER.format(module) for module in handlers()}
    for program in (BASE, *programs.values()):
        milliseconds(program)  # writes the bytecode
    best = {name: float("inf") for name in ("", *programs)}
    for _ in range(TRIES):  # in turns, so that a busy moment of the machine meets all of them
        for name, program in {"": BASE, **programs}.items():
            best[name] = min(best[name], milliseconds(program))
    base = best.pop("")
    heavy = [name for name in sorted(best, key=lambda name: -best[name]) if best[name] > NOTABLE * base]
    print("\n" + table(("heavier than 1.5 clients", "own time of its heaviest packages, ms, modules of each summed up"),
                       [(name, "  ".join(heaviest(programs[name]))) for name in heavy]))
    return [figure for kind in sorted({kind_of(name) for name in best}) for figure in beside_its_neighbours(kind, best, base)]


def beside_its_neighbours(kind: str, best: dict[str, float], base: float) -> list[Figure]:
    """Of one kind of function: what the middle one takes, and each beside that."""
    own = {name: took for name, took in best.items() if kind_of(name) == kind}
    middle = median(own.values())
    of = f"the middle of {len(own)} of the kind {kind}"
    return [Figure(of, middle, "ms", base, "a bare botocore client for DynamoDB"),
            *(Figure(name.removeprefix("functions."), took, "ms", middle, of) for name, took in sorted(own.items(), key=lambda pair: pair[1]))]


def kind_of(name: str) -> str:
    """`api`, `worker` and so on."""
    return name.rpartition(".")[2]


def handlers() -> list[str]:
    """The modules that the template names."""
    return sorted(set(re.findall(r"Handler: (functions\.\w+\.\w+)\.\w+", (ROOT / "template.yaml").read_text())))


def milliseconds(program: str) -> float:
    return float(run("-c", CLOCK.format(program)).stdout) * 1000


def heaviest(program: str) -> list[str]:
    """`stripe 91` and so on: packages by the time that their own modules take, ours without what they import."""
    spent: Counter[str] = Counter()
    for microseconds, module in LINE.findall(run("-X", "importtime", "-c", program).stderr):
        spent[package(module)] += int(microseconds)
    return [f"{name} {microseconds / 1000:.0f}" for name, microseconds in spent.most_common(NAMED)]


def package(module: str) -> str:
    top = module.split(".")[0]
    return "the standard library" if top in sys.stdlib_module_names or top.startswith("_") else top


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(map(str, (Path(BUNDLE), Path(KERNEL))))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_") and name != "PYTHONDONTWRITEBYTECODE"}
    environment = kept | {"PYTHONPATH": path, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    return subprocess.run([sys.executable, *arguments], env=environment, cwd=ROOT / "infra", check=True, capture_output=True, text=True,
                          timeout=60)

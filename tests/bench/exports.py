"""An export of 100,000 invoices with 12 columns, by the job itself, beside the least that could be done: read and write the same cells.

Each runs in a fresh process, in turns, and the best of three counts: processor time from the first page to the file, without imports. Both
read over HTTP with the same client, parser and pages (tests/bench/pages.py). Ours also uploads the file; the base leaves it on the disk.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from local.settings import KERNEL, ROOT
from tests.bench.figures import Figure
from tests.bench.pages import NAMES, ROWS

TRIES = 3
FIELDS = ["id", "number", "tenant_id", "status", "total", "amount_due", "created_at", "attempts", "collect", "issued_on"]  # two of money
TEXTS, MONEY = ("pk", "number", "tenant_id", "status"), ("total", "amount_due")
BARS = {"csv": 1.5, "xlsx": 1.25}
MEMORY = 200  # MB


def figures() -> list[Figure]:
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.pages"], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        port = int(server.stdout.readline())
        programs = ("csv", "bare-csv", "xlsx", "bare-xlsx", "jsonl")
        runs = {name: [measured(name, port) for _ in range(1)] for name in programs}
        for _ in range(TRIES - 1):
            for name in programs:
                runs[name].append(measured(name, port))
    finally:
        server.terminate()
        server.wait()
    seconds = {name: min(run["seconds"] for run in found) for name, found in runs.items()}
    found = []
    for kind, bar in BARS.items():
        ours, base = seconds[kind], seconds[f"bare-{kind}"]
        found.append(Figure(f"export of {ROWS:,} x 12: {kind}, processor time", ours, "s", base, "reading the same pages and a bare writer",
                            f"<= {bar} x", ours <= bar * base))
    found.append(Figure(f"export of {ROWS:,} x 12: jsonl, processor time", seconds["jsonl"], "s", seconds["bare-csv"], "the bare CSV"))
    for kind in (*BARS, "jsonl"):
        peak = max(run["megabytes"] for run in runs[kind])
        found.append(Figure(f"export of {ROWS:,} x 12: {kind}, peak resident memory", peak, "MB", must=f"<= {MEMORY} MB", ok=peak <= MEMORY))
    return found


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_") and name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(KERNEL))), "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
                   "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "FILES": "files", "POWERTOOLS_LOG_LEVEL": "CRITICAL"}


def measured(program: str, port: int) -> dict[str, float]:
    """{"seconds", "megabytes"} of one run in a process of its own."""
    answer = subprocess.run([sys.executable, "-m", "tests.bench.exports", program], cwd=ROOT, check=True, capture_output=True, text=True,
                            env=environment() | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}, timeout=600)
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def main(program: str) -> None:
    work = {"bare-csv": bare_csv, "bare-xlsx": bare_xlsx}.get(program) or job(program)
    rows = work(-1)  # everything is imported and made, nothing is read
    began = time.process_time()
    rows = work(ROWS)
    seconds = time.process_time() - began
    assert rows == ROWS, rows
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(json.dumps({"seconds": seconds, "megabytes": int(peak.split()[1]) / 1024}))


def job(kind: str) -> Any:
    """The worker's own code, from an export that is held to its file in the bucket."""
    from functions.exports import job as worker
    from functions.exports.models import Export
    from functions.exports.progress import Hold, State
    from kernel import dynamodb
    from kernel.config import aws

    if kind == "xlsx":
        import openpyxl  # noqa: F401  # imports are not measured

    def work(rows: int) -> int:
        if rows < 0:
            return bool(dynamodb.client() and aws("s3")) - 1
        export = Export("exp_1", requested_by="stf_1", resource="invoices", format=kind, columns=FIELDS)
        hold = Hold("exp_1", "token", 1, State())
        assert (worker._workbook if kind == "xlsx" else worker._lines)(export, hold, time.monotonic)
        return hold.state.rows

    return work


def items() -> Iterator[dict[str, Any]]:
    from kernel import dynamodb

    for month in reversed(NAMES):
        start = None
        while True:
            found, start = dynamodb.ask("invoices", "gsi1", f"inv#all@{month}", forward=False, limit=1001, start=start)
            yield from found
            if start is None:
                break


def bare_csv(rows: int) -> int:
    """Stored texts as they are: no money, no escaping, no header."""
    from kernel import dynamodb

    if rows < 0:
        return bool(dynamodb.client()) - 1
    count = 0
    with tempfile.TemporaryFile("w+", newline="") as file:
        writer = csv.writer(file)
        for item in items():
            writer.writerow([
                item["pk"]["S"], item["number"]["S"], item["tenant_id"]["S"], item["status"]["S"], item["total"]["N"], item["currency"]["S"],
                item["amount_due"]["N"], item["currency"]["S"], item["created_at"]["S"], item["attempts"]["N"], item["collect"]["BOOL"],
                item["issued_on"]["S"]])
            count += 1
    return count


def bare_xlsx(rows: int) -> int:
    """The same cells as ours: numbers, a boolean, a date."""
    import openpyxl

    from kernel import dynamodb

    if rows < 0:
        return bool(dynamodb.client()) - 1
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("invoices")
    count = 0
    for item in items():
        sheet.append([
            item["pk"]["S"], item["number"]["S"], item["tenant_id"]["S"], item["status"]["S"], Decimal(item["total"]["N"]) / 100,
            item["currency"]["S"], Decimal(item["amount_due"]["N"]) / 100, item["currency"]["S"],
            datetime.fromisoformat(item["created_at"]["S"][:26]), int(item["attempts"]["N"]), item["collect"]["BOOL"], item["issued_on"]["S"]])
        count += 1
    with tempfile.TemporaryDirectory() as folder:
        book.save(Path(folder, "a.xlsx"))
    return count


if __name__ == "__main__":
    main(sys.argv[1])

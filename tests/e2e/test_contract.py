"""Schemathesis asks a local cloud everything that the OpenAPI document offers, and checks each answer against it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "infra" / "openapi.json"
SETTINGS, HOOKS = (Path(__file__).with_name(f"schemathesis{end}") for end in (".toml", "_hooks.py"))


@pytest.fixture
def own(local_cloud: Any, tmp_path: Path) -> Iterator[Any]:
    """A cloud that may be filled with nonsense."""
    started = local_cloud(ROOT, tmp_path / "cloud", AUTH="true", SCHEDULES="off").start()
    yield started
    started.stop()


def asked(report: Path) -> set[str]:
    """The operations that had an answer, as `GET /v1/plans`."""
    found = set()
    for line in report.read_text().splitlines():
        for event in json.loads(line).values():
            recorder = event.get("recorder", {})
            if any(each["response"] for each in recorder.get("interactions", {}).values()):
                found.add(recorder["label"])
    return found


def test_every_answer_is_as_documented_whatever_is_asked(own: Any, tmp_path: Path) -> None:
    status, body, _ = own.sign_in()
    assert status == 200, body
    report = tmp_path / "report.ndjson"
    more = os.environ.get("CONTRACT", "").split()  # CONTRACT="--max-time 600 --seed 7": longer, and other questions
    done = subprocess.run(
        [Path(sys.executable).with_name("schemathesis"), "--config-file", SETTINGS, "run", DOCUMENT, "--url", own.facts["url"],
         "--header", f"Authorization: Bearer {body['access_token']}", "--seed", "1", "--workers", "2", "--warnings", "off",
         "--report", "ndjson", "--report-ndjson-path", report, *more],
        cwd=tmp_path, env=os.environ | {"ORIGIN": own.facts["url"], "SCHEMATHESIS_HOOKS": str(HOOKS)}, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    offered = {f"{method.upper()} {path}" for path, methods in json.loads(DOCUMENT.read_text())["paths"].items() for method in methods}
    assert offered - asked(report) == set(), "these were not asked"

"""Under the rights of the template: what the log tells is erased, the day is sealed, and the exported log verifies without us."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def test_an_erased_record_a_sealed_day_and_an_exported_log_that_verifies(
        cloud: Any, ask: Any, aws: Any, outputs: dict[str, str], token: dict[str, str], until: Any, tmp_path: Path) -> None:
    def wake(slot: str, time: datetime) -> None:
        answer = aws("lambda").invoke(FunctionName=outputs["AuditWorker"], Payload=json.dumps({"time": time.isoformat(), "slot": slot}))
        assert "FunctionError" not in answer, answer["Payload"].read()

    clock = ask("POST", "/v1/test-clocks", {"name": "Ada", "now": "2026-01-31T12:00:00Z"}, **token)[1]
    status, erasure, _ = ask("POST", "/v1/audit/erasures", {"record_id": clock["id"], "reason": "They asked for it"}, **token)
    assert (status, erasure["status"]) == (201, "requested")
    wake("due", datetime.now(UTC) + timedelta(minutes=1))
    until(lambda: ask("GET", f"/v1/audit/erasures/{erasure['id']}", **token)[1]["status"] == "done", 30, "the erasure")
    assert [entry["changes"] for entry in ask("GET", f"/v1/audit/{clock['id']}", **token)[1]["data"]] == [None]

    today = datetime.now(UTC).date()
    quarter_past = datetime.combine(today, datetime.min.time(), UTC) + timedelta(minutes=15)
    wake("digest", quarter_past)
    beating = {"Schedule audit.due", "Schedule audit.digest"}  # their heartbeats are made and seen to beat: nothing more comes into this day
    until(lambda: beating <= {each["name"] for each in ask("GET", "/v1/health/checks?status=up", **token)[1]["data"]}, 30, "the heartbeats")
    wake("digest", quarter_past + timedelta(days=1))
    assert ask("GET", "/v1/audit/digests", **token)[1]["data"][0]["day"] == today.isoformat()
    assert ask("GET", f"/v1/audit/digests/{today}", **token)[0] == 200
    exported = subprocess.run([sys.executable, "-m", "local.ops", "export-audit", tmp_path], cwd=ROOT, env=cloud.environment,
                              capture_output=True, text=True, timeout=60, check=False)
    assert exported.returncode == 0, exported
    asked = [sys.executable, "-I", ROOT / "infra" / "verify_audit.py", tmp_path, "--key", tmp_path / "public_key.pem", "--until", str(today)]
    verified = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert (verified.returncode, verified.stdout.split(":")[0]) == (0, "Intact"), verified

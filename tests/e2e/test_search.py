"""From a write to a hit, through stream, relay, bus, queue and worker, with the template's rights enforced."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from functions.search.subjects import SUBJECTS

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_written_is_found_and_still_when_the_index_was_built_anew(cloud: Any, ask: Any, token: dict[str, str], until: Any) -> None:
    made = ask("POST", "/v1/tenants", {"name": "Süßwaren Łódź", "email": "ada@suesswaren.test"}, **token)[1]

    def found(query: str) -> list[Any]:
        status, body, _ = ask("GET", f"/v1/tenants?q={query}", **token)
        assert status == 200, body
        return [each["id"] for each in body["data"]]

    until(lambda: found("lodz") == [made["id"]])
    assert found("susswaren%20lo") == found("ada@suess") == found(made["id"]) == [made["id"]]
    everything = ask("GET", "/v1/search?q=susswaren", **token)
    assert (everything[0], everything[1]["partial"]) == (200, False)
    assert [each["url"] for each in everything[1]["data"]] == [f"/v1/tenants/{made['id']}"]
    assert ask("GET", "/v1/search?q=susswaren")[0] == 401
    lists = [subject.path for subject in SUBJECTS.values()] + ["/v1/exports", "/v1/staff/sessions", "/v1/staff/views"]
    assert [path for path in lists if ask("GET", f"{path}?q=susswaren", **token)[0] != 200] == []

    command = [sys.executable, "-m", "local.ops", "reindex"]
    done = subprocess.run(command, cwd=ROOT, env=cloud.environment, capture_output=True, text=True, timeout=90, check=False)
    assert (done.returncode, "records are in the new index" in done.stdout) == (0, True), done
    assert found("lodz") == [made["id"]]
    assert ask("PATCH", f"/v1/tenants/{made['id']}", {"name": "Bonbons"}, **token)[0] == 200
    until(lambda: found("bonbons") == [made["id"]] and found("lodz") == [])

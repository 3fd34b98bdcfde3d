"""What the seed leaves to the running cloud: a relay that passes over the past, and clocks that let go."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from types import SimpleNamespace
from local import inprocess
inprocess.enter()
from kernel.clock import parse
from local.seed import relay
match sys.argv[1:]:
    case ["mute", worker]:
        print(relay.mute({"RelayWorker": worker}))
    case ["unmute", mapping, id, version, at]:
        relay.unmute(mapping, SimpleNamespace(id=id, version=int(version), updated_at=parse(at)))
"""


@pytest.fixture
def relay(cloud: Any) -> Callable[..., str]:
    """The seed's own switch, in a process that is set up as the seed's is."""

    def switch(*arguments: str) -> str:
        command = [sys.executable, "-c", SCRIPT, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=cloud.environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return switch


def test_a_deleted_clock_lets_its_tenants_go_by_real_time(ask: Any, token: dict[str, str], until: Any) -> None:
    clock = ask("POST", "/v1/test-clocks", {"now": "2026-01-31T12:00:00Z"}, **token)[1]["id"]
    tenant = {"name": "Bound AG", "email": "bound@example.test", "clock_id": clock}
    path = f"/v1/tenants/{ask('POST', '/v1/tenants', tenant, **token)[1]['id']}"
    until(lambda: ask("GET", path, **token)[1]["status"] == "active")
    assert [bound["name"] for bound in ask("GET", f"/v1/tenants?clock_id={clock}", **token)[1]["data"]] == ["Bound AG"]
    assert ask("DELETE", f"/v1/test-clocks/{clock}", **token)[0] == 204
    until(lambda: ask("GET", path, **token)[1]["clock_id"] is None)
    assert ask("GET", f"{path}/timeline", **token)[1]["data"][-1]["type"] == "tenants.released"


def test_the_relay_passes_over_what_was_written_while_it_was_muted(
    cloud: Any, ask: Any, token: dict[str, str], until: Any, relay: Any, outputs: dict[str, str]
) -> None:
    def made(name: str) -> Any:
        return ask("POST", "/v1/tenants", {"name": name, "email": "relay@example.test"}, **token)[1]

    mapping = relay("mute", outputs["RelayWorker"])
    unheard, last = made("Unheard AG"), made("Last AG")
    relay("unmute", mapping, last["id"], str(last["version"]), last["updated_at"])
    heard = made("Heard AG")
    until(lambda: ask("GET", f"/v1/tenants/{heard['id']}", **token)[1]["status"] == "active")
    until(lambda: ask("GET", f"/v1/tenants/{last['id']}", **token)[1]["status"] == "active")
    assert ask("GET", f"/v1/tenants/{unheard['id']}", **token)[1]["status"] == "requested"

"""What can be asked about health."""

import json

from functions.health.models import Check
from tests.integration.writes.asking import Write, after, bulk, delete, gone, message, patch, post, stuck, two
from tests.integration.writes.company import AT, MESSAGE, Company

INSIDE = {"name": "Inside", "kind": "http", "target": "http://127.0.0.1/", "failures_to_open": 1}  # refused before anything is asked
FAILED = {"health.failed": 1, "health.incident_opened": 1}


def check(company: Company) -> str:
    return company.made("/v1/health/checks", INSIDE)


def heartbeat(company: Company) -> str:
    return company.made("/v1/health/checks", {"name": "Nightly", "kind": "heartbeat"})


def looked_at(id: str) -> str:
    """The schedule's message about a check that is due."""
    return json.dumps({"detail-type": "due", "detail": {"id": id, "until": AT}})


def incident(company: Company) -> str:
    id = check(company)
    company.done(MESSAGE, "health", looked_at(id))
    [found] = company.of("/v1/health/incidents", check_id=id)
    return str(found["id"])


def down(company: Company) -> str:
    return str(company.done("GET", f"/v1/health/incidents/{incident(company)}")["check_id"])


def beat(_: str) -> str:
    return json.dumps({"detail-type": "beat", "detail": {"schedule": "tenants.due", "time": AT}})


def health() -> dict[str, Write]:
    path = "/v1/health/checks/{}"
    pause = path + "/pause"
    return {
        "watch something": post("/v1/health/checks", INSIDE, {"health.created": 1}),
        "change a check": patch(path, {"name": "New"}, {"health.updated": 1}, check),
        "delete a check": delete(path, {"health.deleted": 1}, check),
        "restore a check": post(path + "/restore", None, {"health.restored": 1}, gone("/v1/health/checks", check)),
        "pause a check that is down": post(pause, None, {"health.paused": 1, "health.incident_resolved": 1}, down),
        "resume a check": post(path + "/resume", None, {"health.resumed": 1}, after(check, (pause, None))),
        "beat": post(path + "/beat", None, {"health.observed": 1}, heartbeat),
        "retry a check": post(path + "/retry", None, {"health.retried": 1}, stuck(Check, "health", check)),
        "look at a check": message("health", looked_at, FAILED, check),
        "acknowledge an incident": post("/v1/health/incidents/{}/acknowledge", None, {"health.incident_acknowledged": 1}, incident),
        "pause two checks": bulk("/v1/health/checks", "pause", {"health.paused": 2}, two(check)),
    }

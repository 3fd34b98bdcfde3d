"""A backup on the local cloud, with the template's policies enforced: made, proved in scratch tables, and a tenant brought back from it."""

from typing import Any


def test_a_backup_is_made_proved_and_a_tenant_brought_back_from_it(ask: Any, token: Any, until: Any, aws: Any) -> None:
    def done(method: str, path: str, body: Any = None) -> Any:
        status, answer, _ = ask(method, path, body, **token)
        assert status < 300, answer
        return answer

    tenant = done("POST", "/v1/tenants", {"name": "Backed up", "email": "backed@up.test"})["id"]
    until(lambda: done("GET", f"/v1/tenants/{tenant}")["status"] == "active")
    id = done("POST", "/v1/backups", {"note": "of the tests"})["id"]
    path = f"/v1/backups/{id}"
    until(lambda: done("GET", path)["status"] in ("done", "failed"))
    assert done("GET", path)["error"] is None
    assert done("GET", f"{path}/manifest")["tables"]["tenants"]["items"] > 0
    done("POST", f"{path}/verify")
    backup = until(lambda: (found := done("GET", path))["drill_status"] != "queued" and found)
    assert backup["drill_status"] == "passed", backup["drill"]
    assert backup["verified_at"]
    assert [name for name in aws("dynamodb").list_tables()["TableNames"] if "scratch" in name] == []
    done("PATCH", f"/v1/tenants/{tenant}", {"name": "By mistake"})
    done("POST", f"{path}/restore", {"tenant_id": tenant})
    plan = until(lambda: (found := done("GET", f"{path}/plan"))["status"] != "planning" and found)
    assert [each["fields"] for each in plan["data"] if each["id"] == tenant] == [["name"]], plan
    done("POST", f"{path}/restore", {"dry_run": False, "plan_id": plan["restore"]["plan_id"]})
    until(lambda: done("GET", path)["restore_status"] in ("done", "failed"))
    assert done("GET", path)["restore"]["skipped"] == 0, done("GET", path)["restore"]
    assert done("GET", f"/v1/tenants/{tenant}")["name"] == "Backed up"
    assert done("GET", f"/v1/audit/{tenant}/verify")["first_bad"] is None
    until(lambda: tenant in [each["id"] for each in done("GET", "/v1/search?q=backed")["data"]])

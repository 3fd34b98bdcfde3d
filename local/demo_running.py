"""The part of the demonstration about running the platform: an outage, a backup that is proved, the gateway's books, what is to come."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe

from local.client import until
from local.settings import ROOT
from local.story import Story, check

ON_CALL = "oncall@example.test"
PLANTED = 777  # cents that the gateway has booked without us


def running(story: Story, tenant: str, gateway: str) -> None:
    outage(story)
    backup(story, tenant)
    reconciled(story, gateway)


def looking_ahead(story: Story) -> None:
    """What only a company with a past can show."""
    with story.step("sign in") as said:
        said(story.sign_in())
    with story.step("its figures are kept from what has happened") as said:
        seen = story.ask("GET", "/v1/insights/overview")
        check(seen["mrr"]["amount"] > 0, str(seen["mrr"]))
        said(f"MRR {seen['mrr']['amount'] / 100:.2f} {seen['mrr']['currency']}, {seen['paying']} paying tenants")
    outlook(story)
    with story.step("the whole audit log is verified") as said:
        asked = [sys.executable, "-m", "local.ops", "verify-audit"]
        done = subprocess.run(asked, cwd=ROOT, env=story.cloud.environment, capture_output=True, text=True, check=False)
        check(done.returncode == 0, done.stdout + done.stderr)
        said(done.stdout.strip().splitlines()[-1])


def outage(story: Story) -> None:
    """However many look at once, one is told."""
    with story.step("a dependency fails: ten look at once, one alert goes out") as said:
        made = story.ask("POST", "/v1/health/checks", {
            "name": "Partner", "kind": "http", "target": f"{story.cloud.facts['url']}/v1/no-such-partner", "failures_to_open": 1,
            "roles": [], "emails": [ON_CALL]}, status=201)
        run = {"FunctionName": story.cloud.facts["outputs"]["HealthWorker"],
               "Payload": json.dumps({"time": datetime.now(UTC).isoformat(), "slot": "due"}).encode()}
        with ThreadPoolExecutor(10) as many:
            answers = list(many.map(lambda _: story.cloud.aws("lambda").invoke(**run), range(10)))
        check(not [each for each in answers if "FunctionError" in each], "a run failed")
        story.until(f"/v1/health/checks/{made['id']}", lambda c: c["status"] == "down", "the flip")
        [incident] = story.ask("GET", f"/v1/health/incidents?check_id={made['id']}")["data"]
        mail = story.mail(ON_CALL, "Partner")
        said(f"incident {incident['status']}; “{mail.get('Subject')}”, once")
        story.ask("POST", f"/v1/health/checks/{made['id']}/pause")


def outlook(story: Story) -> None:
    with story.step("next month's revenue is forecast, with its intervals") as said:
        found = story.ask("GET", "/v1/insights/forecast")
        check(found["steps"], str(found["why"]))
        first = found["steps"][0]
        check(first["lo95"]["amount"] <= first["lo80"]["amount"] <= first["value"]["amount"] <= first["hi80"]["amount"], str(first))
        said(f"{first['month']}: {first['value']['amount'] / 100:.2f} EUR by {found['model']}, "
             f"80 %: {first['lo80']['amount'] / 100:.2f} to {first['hi80']['amount'] / 100:.2f}")


def backup(story: Story, tenant: str) -> None:
    with story.step("a backup is made, and proved in scratch tables") as said:
        made = story.ask("POST", "/v1/backups", {"note": "demo"}, status=202)
        path = f"/v1/backups/{made['id']}"
        done = until(lambda: (found := story.ask("GET", path))["status"] in ("done", "failed") and found, 120, "the backup")
        check(done["error"] is None, str(done["error"]))
        story.ask("POST", f"{path}/verify")
        proved = until(lambda: (found := story.ask("GET", path))["drill_status"] != "queued" and found, 180, "the drill")
        check(proved["drill_status"] == "passed" and proved["verified_at"], str(proved["drill"]))
        said(f"{done['items']} items in {done['bytes'] // 1024} KB, every hash the same")
    with story.step("a tenant that was changed by mistake comes back from it") as said:
        name = story.ask("GET", f"/v1/tenants/{tenant}")["name"]
        story.ask("PATCH", f"/v1/tenants/{tenant}", {"name": "By mistake"})
        story.ask("POST", f"{path}/restore", {"tenant_id": tenant})
        plan = until(lambda: (found := story.ask("GET", f"{path}/plan"))["status"] != "planning" and found, 60, "the plan")
        story.ask("POST", f"{path}/restore", {"dry_run": False, "plan_id": plan["restore"]["plan_id"]})
        until(lambda: story.ask("GET", path)["restore_status"] in ("done", "failed"), 60, "the restore")
        back = story.ask("GET", f"/v1/tenants/{tenant}")
        check(back["name"] == name, f"it is called {back['name']}")
        check(story.ask("GET", f"/v1/audit/{tenant}/verify")["intact"], "its chain is broken")
        said(f"{name} again, version {back['version']}, its chain holds")


def reconciled(story: Story, gateway: str) -> None:
    with story.step("reconciliation finds the charge that was planted, once") as said:
        client = stripe.StripeClient("sk_test_of_the_simulator", base_addresses={"api": story.stripe.url})
        planted: Any = {"amount": PLANTED, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True,
                        "payment_method_types": ["card"]}
        client.v1.payment_intents.create(planted)
        now = datetime.now(UTC)
        body = {"gateway_id": gateway, "since": (now - timedelta(days=1)).isoformat(), "until": (now + timedelta(minutes=1)).isoformat()}
        for _ in range(2):
            run = story.ask("POST", "/v1/reconciliation/runs", body, status=201)
            done = story.until(f"/v1/reconciliation/runs/{run['id']}", lambda r: r["status"] != "running", "the run")
        story.stripe.settle(20)  # what the charge's webhooks write down is written before the day is sealed
        found = story.ask("GET", "/v1/reconciliation?kind=missing_here")["data"]
        check([each["amount"]["amount"] for each in found] == [PLANTED], str(found))
        said(f"{done['matched']} agree; missing here: {PLANTED / 100:.2f} EUR; the second run found nothing new")

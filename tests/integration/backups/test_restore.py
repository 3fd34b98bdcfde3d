"""Bringing back: one tenant as forward commits, everything into an empty stack; by owners, after a dry run, or not at all."""

from datetime import timedelta

import pytest

from functions.audit import purge
from functions.backups import hold, job, tables
from functions.backups.models import Backup
from functions.backups.rules import canonical, shown, sum_of
from functions.tenants.models import Contact, Tenant
from functions.tenants.service import forget, move, provision
from kernel import audit, dynamodb
from kernel.clock import frozen, stamp, wall
from kernel.config import table
from kernel.paths import PURGE
from kernel.worker import due_on
from tests.callers import signed_in
from tests.conftest import AT
from tests.integration.backups.conftest import US, Killed, dying_at, events


def planned(company, id, **body):
    """The plan of a dry run."""
    answer = company.ask("POST", f"/v1/backups/{id}/restore", {"dry_run": True, **body})
    assert answer.status == 202, answer.body
    company.work(id)
    return company.ask("GET", f"/v1/backups/{id}/plan").body


def confirm(company, id, plan, **more):
    return company.ask("POST", f"/v1/backups/{id}/restore", {"dry_run": False, "plan_id": plan["restore"]["plan_id"]}, **more)


def renamed(company, id, name):
    assert company.ask("PATCH", f"/v1/tenants/{id}", {"name": name}).status == 200


def chain_holds(id):
    return audit.first_bad(audit.timeline(id), (dynamodb.get(table("tenants"), id) or {"head": {"S": ""}})["head"]["S"]) is None


def test_a_tenant_comes_back_by_a_forward_commit_with_its_entry(company):
    acme, other = company.tenants[:2]
    contact = company.made("/v1/contacts", {"tenant_id": acme, "name": "Ada", "email": "ada@acme.test"})
    id = company.backup()
    renamed(company, acme, "Wrong")
    renamed(company, other, "Meant")
    plan = planned(company, id, tenant_id=acme)
    assert plan["data"] == [{"id": acme, "table": "tenants", "version": 2, "fields": ["name"]}], plan
    assert Tenant.fetch(acme).name == "Wrong", "a dry run changes nothing"
    assert confirm(company, id, plan).status == 202
    backup = company.work(id)
    assert (backup.restore_status, backup.restore["skipped"]) == ("done", 0)
    tenant = Tenant.fetch(acme)
    assert (tenant.name, tenant.version, Tenant.fetch(other).name) == ("Acme", 3, "Meant")
    assert events(acme)[-1] == "tenants.reverted"
    assert chain_holds(acme)
    assert '"title":"Acme"' in audit.timeline(acme)[-1]["search"]["S"], "search is told what it is again"
    assert len(events(contact)) == 1, "what is the same is left alone"
    assert confirm(company, id, plan).body["code"] == "no_plan", "a plan is good once"


def test_what_has_changed_since_the_plan_was_made_is_left_alone(company):
    acme = company.tenants[0]
    id = company.backup()
    renamed(company, acme, "Wrong")
    plan = planned(company, id, tenant_id=acme)
    renamed(company, acme, "Newer")
    confirm(company, id, plan)
    assert company.work(id).restore["skipped"] == 1
    assert Tenant.fetch(acme).name == "Newer"


def test_what_is_gone_is_put_back_behind_its_last_entry_unless_it_was_removed_for_good(company):
    acme = company.tenants[0]
    id = company.backup()
    renamed(company, acme, "Wrong")
    dynamodb.client().delete_item(TableName=table("tenants"), Key=dynamodb.key(acme))
    confirm(company, id, planned(company, id, tenant_id=acme))
    assert company.work(id).restore["skipped"] == 0
    assert (Tenant.fetch(acme).name, Tenant.fetch(acme).version) == ("Acme", 3)
    assert chain_holds(acme)
    deleted = {"deleted_at": {"S": stamp(AT)}, "gsi8pk": {"S": PURGE}, "gsi8sk": {"S": f"2020-01-01#{acme}"}}
    dynamodb.client().put_item(TableName=table("tenants"), Item=dynamodb.get(table("tenants"), acme) | deleted)
    assert purge.purge(AT) == 1
    assert planned(company, id, tenant_id=acme)["data"] == []


def test_what_was_deleted_after_the_backup_comes_back_to_stay(company):
    acme = company.tenants[0]
    ada = company.made("/v1/contacts", {"tenant_id": acme, "name": "Ada", "email": "ada@acme.test"})
    id = company.backup()
    assert company.ask("DELETE", f"/v1/contacts/{ada}").status == 204
    confirm(company, id, planned(company, id, tenant_id=acme))
    assert company.work(id).restore["skipped"] == 0
    assert purge.purge(wall() + timedelta(days=60)) == 0
    assert Contact.fetch(ada).name == "Ada"


def test_what_is_deleted_again_is_removed_when_its_retention_is_over(company):
    acme = company.tenants[0]
    ada = company.made("/v1/contacts", {"tenant_id": acme, "name": "Ada", "email": "ada@acme.test"})
    company.ask("DELETE", f"/v1/contacts/{ada}")
    deleted_at, id = Contact.fetch(ada, deleted=True).deleted_at, company.backup()
    assert company.ask("POST", f"/v1/contacts/{ada}/restore").status == 200
    confirm(company, id, planned(company, id, tenant_id=acme))
    company.work(id)
    assert Contact.fetch(ada, deleted=True).deleted_at == deleted_at
    over = deleted_at + timedelta(days=30)
    assert [purge.purge(over - timedelta(minutes=1)), purge.purge(over)] == [0, 1]


def test_a_tenant_that_comes_back_from_its_offboarding_waits_for_nothing(company):
    acme = company.tenants[0]
    provision(acme, actor=US, at=AT)
    id = company.backup()
    move(Tenant.fetch(acme), "offboard", reason="left", actor=US, at=AT)
    confirm(company, id, planned(company, id, tenant_id=acme))
    assert company.work(id).restore["skipped"] == 0
    tenant = Tenant.fetch(acme)
    assert (tenant.status, tenant.next_action_at) == ("active", None)
    assert "gsi8pk" not in dynamodb.get(table("tenants"), acme)


def test_a_tenant_whose_offboarding_comes_back_is_deleted_when_its_retention_is_over(company):
    acme = company.tenants[0]
    leaving = move(Tenant.fetch(acme), "offboard", reason="left", actor=US, at=AT)
    over, id = leaving.next_action_at, company.backup()
    forget(leaving, actor=US, at=over)
    confirm(company, id, planned(company, id, tenant_id=acme))
    assert company.work(id).restore["skipped"] == 0
    assert (Tenant.fetch(acme).status, Tenant.fetch(acme).next_action_at) == ("offboarding", over)
    shard = dynamodb.get(table("tenants"), acme)["gsi8pk"]["S"]
    assert shard.startswith("due#")
    assert [each["pk"]["S"] for each in due_on(Tenant, shard, over)] == [acme]


def test_a_tenants_ticket_comes_back_with_all_that_hangs_on_it(company):
    from functions.tickets.events import Created
    from functions.tickets.models import Ticket
    from kernel.commit import commit
    from kernel.records import child

    ticket = Ticket("tic_01KGA0000000000000000000T0", tenant_id=company.tenants[0], number=1, subject="Help", requester_email="a@acme.test")
    commit((ticket, Created(number=1, status="new")), actor=US, at=AT)
    for n in range(100):
        dynamodb.client().put_item(TableName=Ticket.table(), Item=child(ticket, f"reply#{n:03d}", {"text": "x"}))
    id = company.backup()
    for item in [*dynamodb.children(Ticket.table(), ticket.id)]:
        dynamodb.client().delete_item(TableName=Ticket.table(), Key={"pk": item["pk"], "sk": item["sk"]})
    plan = planned(company, id, tenant_id=company.tenants[0])
    assert [(each["table"], each["version"]) for each in plan["data"]] == [("tickets", 0)]
    confirm(company, id, plan)
    assert company.work(id).restore["skipped"] == 0
    assert len(list(dynamodb.children(Ticket.table(), ticket.id))) == 101
    assert events(ticket.id)[-1] == "tickets.reverted"


def test_a_restore_that_is_killed_anywhere_brings_back_each_record_once(company):
    acme = company.tenants[0]
    id = company.backup()
    for call in (6, 9, 11):
        renamed(company, acme, f"Wrong {call}")
        confirm(company, id, planned(company, id, tenant_id=acme))
        before = Tenant.fetch(acme).version
        with dying_at(call), pytest.raises(Killed):
            job.run(id, actor=US)
        with frozen(wall() + hold.HOLD + timedelta(seconds=1)):
            assert company.work(id).restore["skipped"] == 0
        assert (Tenant.fetch(acme).name, Tenant.fetch(acme).version) == ("Acme", before + 1)


def test_everything_comes_back_into_empty_tables_with_its_versions(company):
    acme = company.tenants[0]
    renamed(company, acme, "Acme 2")
    id = company.backup()
    plan = planned(company, id)
    assert "tenants" in plan["restore"]["blocked"]
    answer = confirm(company, id, plan)
    assert (answer.status, answer.body["code"]) == (409, "not_empty")
    manifest = company.ask("GET", f"/v1/backups/{id}/manifest").body
    before = audit.timeline(acme)
    for feature in tables.TABLES:
        for item in tables.page(table(feature))[0]:
            if not item["pk"]["S"].startswith(("staff#", "session#", "bak_", "denied:")):
                dynamodb.client().delete_item(TableName=table(feature), Key={"pk": item["pk"], "sk": item["sk"]})
    assert Tenant.find(acme) is None
    assert confirm(company, id, planned(company, id)).status == 202
    assert company.work(id).restore_status == "done"
    for feature, content in manifest["tables"].items():
        items = [item for item in tables.page(table(feature))[0] if tables.is_kept(feature, item) and not item["pk"]["S"].startswith("bak_")]
        if feature not in ("audit", "search"):
            assert (len(items), shown(sum_of(map(canonical, items)))) == (content["items"], content["hash"]), feature
    assert (Tenant.fetch(acme).version, chain_holds(acme), audit.timeline(acme)) == (2, True, before)


def test_a_new_stack_takes_a_backup_by_its_manifest_and_the_heartbeats_of_its_schedules_are_not_in_the_way(company, context):
    from functions.health.models import Check
    from functions.health.schedules import _made
    from functions.health.worker import handler as health

    _made.clear()
    health({"time": AT.isoformat(), "slot": "due"}, context)
    id, other = company.backup(), company.backup()
    [before] = [item for item in tables.page(table("health"))[0] if item["pk"]["S"] == "schedule#leads.due"]
    for feature in (*tables.TABLES, "backups"):
        for item in tables.page(table(feature))[0]:
            if not item["pk"]["S"].startswith(("staff#", "session#")):
                dynamodb.client().delete_item(TableName=table(feature), Key={"pk": item["pk"], "sk": item["sk"]})
    _made.clear()
    health({"time": AT.isoformat(), "slot": "due"}, context)
    key = {"manifest_key": f"backups/{other}/manifest.json"}
    assert company.ask("POST", "/v1/backups", key, headers=signed_in("admin")).body["code"] == "not_an_owner"
    found = company.made("/v1/backups", key)
    assert company.ask("POST", "/v1/backups", key).body["code"] == "backup_known"
    assert (found, Backup.fetch(found).verified_at) == (other, None)
    plan = planned(company, found)
    assert plan["restore"]["blocked"] == []
    assert confirm(company, found, plan).status == 202
    assert company.work(found).restore_status == "done"
    assert Tenant.fetch(company.tenants[0]).name == "Acme"
    assert dynamodb.get(table("health"), "schedule#leads.due") == before
    assert Check.find(before["check_id"]["S"]).schedule == "leads.due"
    assert events(found) == ["backups.registered", "backups.restore_requested", "backups.restore_planned", "backups.restore_requested",
                             "backups.restore_completed"]
    assert audit.first_bad(audit.timeline(found), Backup.fetch(found).head) is None
    assert audit.timeline(id) == [], "of a backup that is not known here, nothing is told"


@pytest.mark.parametrize("key", ["manifest.json", "backups/bak_1/manifest.json", "exports/bak_01KGA0000000000000000000B0/manifest.json"])
def test_a_manifest_is_named_by_its_own_key(company, key):
    assert company.ask("POST", "/v1/backups", {"manifest_key": key}).status == 422


def test_a_manifest_that_is_not_there_or_is_of_others_files_is_no_backup(company, stored):
    there, gone = company.backup(), "bak_01KGA0000000000000000000B0"
    assert company.ask("POST", "/v1/backups", {"manifest_key": f"backups/{gone}/manifest.json"}).body["code"] == "backup_damaged"
    text = stored[f"backups/{there}/manifest.json"].replace(b'"backup_id":"' + there.encode(), b'"backup_id":"' + gone.encode())
    stored[f"backups/{gone}/manifest.json"] = text
    assert "elsewhere" in company.ask("POST", "/v1/backups", {"manifest_key": f"backups/{gone}/manifest.json"}).body["detail"]
    assert Backup.find(gone) is None


def test_only_an_owner_restores(company):
    id = company.backup()
    for role, code in (("admin", "not_an_owner"), ("support", "forbidden")):
        answer = company.ask("POST", f"/v1/backups/{id}/restore", {}, headers=signed_in(role))
        assert (answer.status, answer.body["code"]) == (403, code)


@pytest.mark.parametrize(("body", "status", "code"), [
    ({"dry_run": False}, 409, "no_plan"), ({"dry_run": False, "plan_id": "rst_1"}, 409, "no_plan"),
    ({"dry_run": True, "plan_id": "rst_1"}, 422, "invalid"), ({"dry_run": "yes"}, 422, "invalid"), ({"everything": True}, 422, "invalid")])  # fmt: skip
def test_what_cannot_be_asked_for_is_refused(company, body, status, code):
    id = company.backup()
    answer = company.ask("POST", f"/v1/backups/{id}/restore", body)
    assert (answer.status, answer.body["code"]) == (status, code), answer.body


def test_a_tenant_that_the_backup_does_not_know_cannot_come_back(company):
    id = company.backup()
    assert company.ask("POST", f"/v1/backups/{id}/restore", {"tenant_id": "ten_01KGA0000000000000000000T0"}).status == 202
    backup = company.work(id)
    assert backup.restore_status == "failed"
    assert "no tenant" in backup.restore["error"]
    assert Backup.fetch(id).work is None

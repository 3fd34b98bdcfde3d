"""The company's own roles, invited colleagues and keys, by the seed's own means on moto."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from functions.api_keys.api import handler as keys
from functions.staff.api import handler as staff
from functions.staff.models import Role
from functions.staff.service import create
from functions.tenants.models import Tenant
from kernel import audit
from kernel.audit import Actor, Entry
from kernel.clock import frozen, stamp
from local.seed import access
from local.seed.shop import Shop, _issuer, create_issuer
from tests.callers import ask, signed_in
from tests.integration.exports.company import store
from tests.integration.kernel.things import everything
from tests.integration.staff.pool import Pool

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
BEGIN, END = NOW - timedelta(days=548), NOW - timedelta(days=30)


@pytest.fixture
def pool(aws):
    return Pool()


@pytest.fixture
def shop(pool):
    with frozen(BEGIN):
        create_issuer(_issuer(), actor=Actor(id="system:seed"), at=BEGIN)
        admin = create(name="Arne Admin", email="admin@example.test", role=Role.ADMIN, subject="subject-arne", actor=Actor(id="system"), at=BEGIN)
    store(*(Tenant(f"ten_{n}", name=f"T{n}", email="t@example.test", status="active", version=1) for n in (1, 2)))
    return Shop("gat_1", {}, {Role.ADMIN: Actor(id=admin.id)})


@pytest.fixture
def listed(shop):
    """A list, as an owner sees it when all is done."""
    access.grant(shop, ["ten_1", "ten_2"], begin=BEGIN, end=END)
    with frozen(NOW):
        access.invite(shop, NOW)
        owner = signed_in("owner")

    def ask_for(path, **query):
        with frozen(NOW):
            answer = ask(keys if path.startswith("/v1/api-keys") else staff, "GET", path, headers=owner, at=stamp(NOW), **query)
        assert answer.status == 200, answer.body
        return answer.body["data"]

    return ask_for


def test_colleagues_came_by_invitation_one_has_left_and_one_has_not_answered(listed, pool):
    own = {role["name"]: role["id"] for role in listed("/v1/staff/roles")}
    assert own.keys() == access.OWN_ROLES.keys()
    members = {each["name"]: (each["role"], each["status"]) for each in listed("/v1/staff")}
    assert members == {"Arne Admin": ("admin", "active"), "Berta Books": (own["Bookkeeping"], "active"), "Anton Audit": (own["Audit"], "active"),
                       "Lea Leaver": ("admin", "disabled")}
    assert Counter(each["status"] for each in listed("/v1/staff/invitations")) == {"accepted": 3, "pending": 1}
    [pending] = listed("/v1/staff/invitations", status="pending")
    assert (pending["email"], pending["expires_at"]) == ("nora@example.test", stamp(NOW + timedelta(days=7)))
    assert {password for password, _ in pool.users.values()} == {access.PASSWORD}


def test_there_are_keys_in_every_state(listed):
    found = listed("/v1/api-keys")
    assert Counter(each["status"] for each in found) == {"active": 7, "disabled": 1, "revoked": 1}
    assert sorted((each["tenant_id"], each["name"]) for each in found if each["tenant_id"]) == [("ten_1", "Reporting"), ("ten_2", "ERP")]
    assert [each["name"] for each in found if each["expires_at"] and each["expires_at"] > stamp(NOW)] == ["Migration of old invoices"]
    assert {each["environment"] for each in found} == {"live", "test"}
    [old] = [each for each in found if each["replaced_by"]]
    assert [each["replaces"] for each in found if each["id"] == old["replaced_by"]] == [old["id"]]
    [leaver] = [each["id"] for each in listed("/v1/staff", status="disabled")]
    assert [(each["name"], each["status"]) for each in listed("/v1/api-keys", created_by=leaver)] == [("Website", "active")]


def test_all_of_it_is_dated_when_it_happened_and_every_chain_holds(listed):
    assert listed("/v1/api-keys")
    entries = [Entry.load(item).facts() for item in everything("audit")]
    assert all(stamp(BEGIN) <= each["effective_at"] <= each["recorded_at"] <= stamp(NOW) for each in entries)
    for name in ("api_keys", "staff"):
        for record in (each for each in everything(name) if "head" in each):
            assert audit.first_bad(audit.timeline(record["pk"]["S"]), record["head"]["S"]) is None

"""What time does to contracts, each step once: lapse, begin, remind, expire, renew or end."""

from collections import Counter
from datetime import timedelta

from functions.clocks import lookout
from functions.clocks.events import Created
from functions.clocks.models import Clock
from functions.contracts.models import Contract
from kernel.audit import Actor
from kernel.commit import commit
from tests.conftest import AT
from tests.integration.contracts.conftest import told


def events(id):
    return Counter(name.removeprefix("contracts.") for name, _ in told(id))


def test_what_nobody_signs_lapses_once(office):
    id = office.sent(sign_days=14)
    assert office.run("2026-02-14T11:59:59Z") == 0
    assert office.run("2026-02-14T12:00:00Z") == 1
    assert office.run("2026-02-14T12:05:00Z") == 0
    assert (Contract.fetch(id).status, events(id)["lapsed"]) == ("expired_unsigned", 1)


def test_a_year_goes_by_and_the_contract_ends(office):
    id = office.signed(notice_days=30, reminder_days=[60, 7])
    for time, status in (("2026-02-28T22:59:59Z", "signed"), ("2026-02-28T23:00:00Z", "active"), ("2026-12-31T08:00:00Z", "active"),
                         ("2027-01-29T23:00:00Z", "expiring"), ("2027-02-22T08:00:00Z", "expiring"), ("2027-02-28T23:00:00Z", "ended")):
        office.run(time)
        assert Contract.fetch(id).status == status, time
    assert [data["days"] for name, data in told(id) if name == "contracts.reminded"] == [60, 7]
    assert events(id) == {"created": 1, "sent": 1, "code_requested": 1, "signed": 1, "activated": 1, "reminded": 2, "notice_passed": 1, "ended": 1}


def test_ten_schedules_at_once_and_missed_days_make_each_step_once(office):
    id = office.signed(renewal="automatic", renewal_months=12, reminder_days=[30, 7])
    for _ in range(3):
        office.run("2027-03-02T00:00:00Z")
    assert events(id) == {
        "created": 1, "sent": 1, "code_requested": 1, "signed": 1, "activated": 1, "reminded": 2, "notice_passed": 1, "renewed": 1}
    assert len(office.ask("GET", "/v1/contracts").body["data"]) == 2


def test_an_automatic_renewal_makes_the_next_term_once_with_the_same_document(office):
    id = office.signed(renewal="automatic", renewal_months=12)
    office.run("2027-03-02T00:00:00Z")
    old = office.ask("GET", f"/v1/contracts/{id}").body
    new = office.ask("GET", f"/v1/contracts/{old['renewed_as']}").body
    assert (old["status"], new["status"], new["term"], new["renews"]) == ("renewed", "active", 2, id)
    assert (new["starts_at"], new["ends_at"]) == (old["ends_at"], "2028-02-29T23:00:00.000000Z")
    assert (new["sha256"], new["next_months"]) == (old["sha256"], 12)
    assert office.ask("GET", f"/v1/contracts/{new['id']}/document").status == 200
    assert office.ask("GET", f"/v1/contracts/{new['id']}/evidence").body["name"] == "Ada Lind"
    office.run("2028-03-02T00:00:00Z")
    assert len(office.ask("GET", "/v1/contracts", sort="ends_at").body["data"]) == 3


def test_who_gives_notice_has_no_next_term_and_a_manual_one_follows_when_somebody_says_so(office):
    canceled = office.signed(renewal="automatic", renewal_months=12)
    agreed = office.signed(renewal="manual")
    never = office.signed(renewal="none")
    assert office.ask("POST", f"/v1/contracts/{agreed}/renew", {"months": 6}).body["code"] == "not_active"
    office.run("2026-06-01T00:00:00Z")
    assert office.ask("POST", f"/v1/contracts/{canceled}/terminate").body["next_months"] is None
    assert office.ask("POST", f"/v1/contracts/{canceled}/terminate").status == 409
    assert office.ask("POST", f"/v1/contracts/{agreed}/renew", {"months": 6}).body["next_months"] == 6
    assert office.ask("POST", f"/v1/contracts/{never}/renew", {"months": 6}).body["code"] == "not_renewable"
    office.run("2027-03-02T00:00:00Z")
    assert [Contract.fetch(each).status for each in (canceled, agreed, never)] == ["ended", "renewed", "ended"]


def test_a_tenants_test_clock_holds_its_contracts_and_dates_them(office):
    clock = Clock("clk_01KGA0000000000000000000K0", name="C", now=AT + timedelta(days=7))
    commit((clock, Created()), actor=Actor(id="stf_1"), at=AT)
    tenant = office.made("/v1/tenants", {"name": "Bound", "email": "b@acme.test", "clock_id": clock.id})
    id = office.signed(tenant_id=tenant, renewal="automatic", renewal_months=12)
    found = office.ask("GET", f"/v1/contracts/{id}").body
    assert (found["clock_id"], found["sent_at"][:10], found["signed_at"][:10]) == (clock.id, "2026-02-07", "2026-02-07")
    assert office.run("2027-03-02T00:00:00Z") == 0
    due = lookout.due(clock.id, AT + timedelta(days=60))
    assert [(each.id, each.feature, each.at.isoformat()) for each in due] == [(id, "contracts", "2026-02-28T23:00:00+00:00")]
    lookout.send(due, AT + timedelta(days=400))
    office.work(queue="CONTRACTS_QUEUE")
    assert [Contract.fetch(each).clock_id for each in (id, Contract.fetch(id).renewed_as)] == [clock.id] * 2


def test_a_tenant_that_has_left_has_no_next_term(office):
    id = office.signed(renewal="automatic", renewal_months=12)
    assert office.ask("POST", f"/v1/tenants/{office.tenant}/offboard", {"reason": "moves on"}).status == 200
    office.run("2027-03-02T00:00:00Z")
    assert Contract.fetch(id).status == "ended"

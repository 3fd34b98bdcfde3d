"""The sample invocations of notifications, through the real handlers; and what the template has to say to fit them."""

import json
import os
from datetime import timedelta

import pytest

from functions.announcements import events as announced
from functions.announcements.models import Announcement
from functions.notifications.api import handler as api
from functions.notifications.worker import handler as worker
from functions.onboarding.events import Started
from functions.onboarding.models import Checklist
from functions.settings.contract import issuer
from functions.staff.contract import invitation_link
from functions.staff.events import Created, Invited
from functions.staff.models import Invitation, Staff
from functions.tenants.events import Requested
from functions.tenants.models import Tenant
from functions.tickets.events import Opened
from functions.tickets.models import Ticket
from kernel.clock import wall
from kernel.commit import commit
from kernel.records import body_of, child
from tests.cloud import received, resources
from tests.integration.invoices.company import AT, US, an_issuer
from tests.integration.notifications.company import mails, messages

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(("name", "status"), [("api-list", 200), ("api-resend-unknown", 404)])
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status):
    assert api(sample(f"notifications/{name}", headers=owner), context)["statusCode"] == status


def test_an_activated_tenant_is_welcomed_in_its_language(sample, context):
    an_issuer()
    tenant = Tenant("ten_01KG00000000000000000000AA", name="Acme", email="acme@acme.example.test", language="de")
    commit((tenant, Requested(name="Acme", email=tenant.email, language="de")), actor=US, at=AT)
    assert worker(sample("notifications/worker-activated"), context) == {"batchItemFailures": []}
    assert [mail["Subject"] for mail in mails()] == ["Willkommen bei Nordlicht GmbH"]
    assert [each.key for each in messages()] == [f"welcome#{tenant.id}"]


def test_a_finished_export_is_told_to_who_asked_for_it(sample, context):
    an_issuer()
    staff = Staff("stf_01KG00000000000000000000AA", name="Ada", email="ada@example.test", role="admin", subject="s")
    commit((staff, Created(role="admin")), actor=US, at=AT)
    for _ in range(2):
        assert worker(sample("notifications/worker-export-completed"), context) == {"batchItemFailures": []}
    [mail] = mails()
    assert (mail["Subject"], mail["To"]) == ("Ihr Export von tenants ist fertig", "ada@example.test")
    text = mail.get_body(("plain",)).get_content()
    assert "12.345" in text and "http://localhost:8080/exports/exp_01KGABCDEFGHJKMNPQRSTVWXYZ" in text
    assert [(each.key, each.tenant_id) for each in messages()] == [("export_ready#exp_01KGABCDEFGHJKMNPQRSTVWXYZ", None)]


@pytest.mark.parametrize(("status", "sent"), [("live", 2), ("canceled", 0)])
def test_an_announcement_is_mailed_once_to_each_tenant_and_to_none_after_it_was_canceled(sample, context, status, sent):
    an_issuer()
    announcement = Announcement("ann_01KGA0000000000000000000N0", title="Maintenance", body="On **Sunday**, <b>3</b> a.m.", severity="warning", status=status)
    commit((announcement, announced.Started(status=status)), actor=US, at=AT)
    for name in ("AA", "AB"):  # two tenants of one address
        tenant = Tenant(f"ten_01KG00000000000000000000{name}", name=name, email="acme@acme.example.test", language="de")
        commit((tenant, Requested(name=name, email=tenant.email, language="de")), actor=US, at=AT)
    for _ in range(3):
        assert worker(sample("notifications/worker-announcement-mailed"), context) == {"batchItemFailures": []}
    found = mails()
    assert [mail["Subject"] for mail in found] == ["Wichtig: Maintenance"] * sent
    assert {each.status for each in messages()} == {"sent" if sent else "suppressed"}
    assert sorted(each.key[-2:] for each in messages()) == ["AA", "AB"]
    for mail in found:
        assert "On <strong>Sunday</strong>, &lt;b&gt;3&lt;/b&gt; a.m." in mail.get_body(("html",)).get_content()
        assert "On **Sunday**, <b>3</b> a.m." in mail.get_body(("plain",)).get_content()


def test_the_owner_of_a_lead_is_reminded_once(sample, context):
    an_issuer()
    staff = Staff("stf_01KGA0000000000000000000F0", name="Otto", email="otto@example.test", role="support", subject="s", language="de")
    commit((staff, Created(role="support")), actor=US, at=AT)
    for _ in range(3):
        assert worker(sample("notifications/worker-lead-reminded"), context) == {"batchItemFailures": []}
    [mail] = mails()
    assert (mail["Subject"], mail["To"]) == ("Nächster Schritt mit Acme GmbH", "otto@example.test")
    text = mail.get_body(("plain",)).get_content()
    assert "Call" in text and "http://localhost:8080/leads/lea_01KGA0000000000000000000L0" in text


@pytest.mark.parametrize(("tenant", "item", "sent"), [("active", "open", 1), ("active", "done", 0), ("suspended", "open", 0), ("offboarding", "open", 0)])
def test_a_tenant_is_nudged_once_about_what_it_can_still_do(sample, context, tenant, item, sent):
    an_issuer()
    record = Tenant("ten_01KGA0000000000000000000T0", name="Acme", email="acme@acme.example.test", language="de", status=tenant)
    commit((record, Requested(name="Acme", email=record.email, language="de")), actor=US, at=AT)
    checklist = Checklist("onb_01KGA0000000000000000000B0", tenant_id=record.id, template_id="obt_1", started_at=AT, items=[{"key": "paid", "status": item}])
    commit((checklist, Started(tenant_id=record.id, status="open", percent=0, template_id="obt_1")), actor=US, at=AT)
    for _ in range(3):
        assert worker(sample("notifications/worker-onboarding-overdue"), context) == {"batchItemFailures": []}
    assert [mail["Subject"] for mail in mails()] == ["Ihr nächster Schritt: Pay the first invoice"] * sent
    assert [(each.key, each.status) for each in messages()] == [
        (f"onboarding_overdue#{checklist.id}#paid", "sent" if sent else "suppressed")] * (tenant != "offboarding")


@pytest.fixture
def ticket(aws):
    """Of a customer, with a reply as the samples name it, by staff who speak German."""
    an_issuer()
    tenant = Tenant("ten_01KG00000000000000000000AA", name="Acme", email="acme@acme.example.test")
    staff = Staff("stf_01KGA0000000000000000000F0", name="Otto", email="otto@example.test", role="support", subject="s", language="de")
    asked = Ticket("tic_01KGA0000000000000000000K0", tenant_id=tenant.id, number=7, subject="It is <broken>", requester_email="ada@acme.test")
    body = {"id": "rep_01KGA0000000000000000000R0", "kind": "public", "author": "staff", "text": "Hello.\n\nTry <b>again</b>.",
            "attachments": [{"name": "shot.png"}]}

    def written(**more):
        commit((asked, Opened(number=7, status="open")), actor=US, at=AT,
               items=[(Ticket.table(), child(asked, "reply#0000000001", body | more))])

    commit((tenant, Requested(name="Acme", email=tenant.email, language="en")), (staff, Created(role="support")), actor=US, at=AT)
    return written


def test_an_answer_goes_to_who_asked_once(sample, context, ticket):
    ticket()
    for _ in range(3):
        assert worker(sample("notifications/worker-ticket-replied"), context) == {"batchItemFailures": []}
    [mail] = mails()
    assert (mail["Subject"], mail["To"]) == ("[#7] It is <broken>", "ada@acme.test")
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "Try <b>again</b>." in text and "shot.png" in text
    assert "Try &lt;b&gt;again&lt;/b&gt;." in html


@pytest.mark.parametrize("removed", [False, True])
def test_who_asked_is_answered_though_the_tenant_is_gone(sample, context, ticket, removed):
    ticket()
    tenant = Tenant.fetch("ten_01KG00000000000000000000AA")
    tenant.deleted_at = AT
    tenant.delete() if removed else tenant.save()
    assert worker(sample("notifications/worker-ticket-replied"), context) == {"batchItemFailures": []}
    assert [mail["To"] for mail in mails()] == ["ada@acme.test"]


@pytest.mark.parametrize("more", [{"kind": "internal"}, {"author": "customer"}])
def test_an_internal_note_and_a_customers_own_words_go_to_nobody(sample, context, ticket, more):
    ticket(**more)
    assert worker(sample("notifications/worker-ticket-replied"), context) == {"batchItemFailures": []}
    assert (mails(), messages()) == ([], [])


@pytest.mark.usefixtures("ticket")
@pytest.mark.parametrize(("name", "to", "subject"), [
    ("warned", "otto@example.test", "Bald fällig: [#7] It is broken"), ("breached", None, "Overdue: [#7] It is broken")])
def test_a_promise_is_told_to_who_works_on_the_ticket_or_to_ourselves(sample, context, name, to, subject):
    for _ in range(3):
        assert worker(sample(f"notifications/worker-ticket-sla-{name}"), context) == {"batchItemFailures": []}
    [mail] = mails()
    assert (mail["Subject"], mail["To"]) == (subject, to or issuer().email)
    assert "http://localhost:8080/tickets/tic_01KGA0000000000000000000K0" in mail.get_body(("plain",)).get_content()


def test_staff_on_duty_and_who_the_check_names_are_told_once_that_it_is_down_and_once_that_it_works(sample, context):
    an_issuer()
    for n, (role, status) in enumerate((("owner", "active"), ("owner", "disabled"), ("viewer", "active"))):
        staff = Staff(f"stf_01KG00000000000000000000A{n}", name="Ada", email=f"{role}.{status}@example.test", role=role, subject=f"s{n}",
                      status=status, language="en")
        commit((staff, Created(role=role)), actor=US, at=AT)
    for name in ("failed", "failed", "recovered", "recovered"):
        assert worker(sample(f"notifications/worker-health-{name}"), context) == {"batchItemFailures": []}
    told = sorted((each.template, each.channel, each.recipient) for each in messages())
    assert told == [(f"health_{name}", *to) for name in ("failed", "recovered") for to in (
        ("email", "ops@example.test"), ("email", "owner.active@example.test"), ("sms", "+4930123456"))]
    assert "Down: Website" in [mail["Subject"] for mail in mails()]


def test_who_is_invited_gets_a_link_that_no_message_holds(sample, context):
    an_issuer()
    host = Staff("stf_01KG00000000000000000000AA", name="Ada", email="ada@example.test", role="admin", subject="s")
    guest = Invitation("ivt_01KG00000000000000000000AA", name="Bob", email="bob@example.test", role="viewer", invited_by=host.id,
                       language="de", nonce="n", expires_at=wall() + timedelta(days=7))
    commit((host, Created(role="admin")), (guest, Invited(role="viewer", expires_at=guest.expires_at)), actor=US, at=AT)
    for _ in range(2):
        assert worker(sample("notifications/worker-invited"), context) == {"batchItemFailures": []}
    [mail], [message] = mails(), messages()
    assert (mail["Subject"], mail["To"]) == ("Ada lädt Sie in die Verwaltung von Nordlicht GmbH ein", "bob@example.test")
    link = invitation_link(guest.id)
    assert link in mail.get_body(("plain",)).get_content() and link in mail.get_body(("html",)).get_content()
    assert link not in str(body_of(message, "body"))


def test_a_message_that_is_not_json_is_parked(sample, context):
    assert worker(sample("notifications/worker-not-json"), context) == {"batchItemFailures": []}
    assert json.loads(received(os.environ["PARKED_URL"])[0])["body"] == "this is not JSON"


def test_the_schedule_finds_nothing_to_do(sample, context):
    assert worker(sample("notifications/worker-due"), context) == {}
    assert received(os.environ["QUEUE_URL"]) == []


def test_the_rule_brings_exactly_what_the_worker_subscribes_to():
    rule = resources("AWS::Events::Rule")["NotificationsRule"]["EventPattern"]["detail-type"]
    assert sorted(rule) == sorted(worker.subscriptions)

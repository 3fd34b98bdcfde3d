"""What staff see of messages, and how they send one once more."""

import pytest

from functions.invoices.contract import document
from functions.notifications.api import handler
from functions.notifications.events import ResendRequested
from functions.payments.events import ActionRequired, Refunded
from functions.plans.api import handler as plans
from functions.subscriptions.events import TrialEnding
from functions.tenants.events import Activated
from tests.callers import ask, signed_in
from tests.integration.invoices.company import AT, a_tenant, an_issuer, an_open, told
from tests.integration.notifications.company import finalized, hear, mails, messages, payment_failed, run, texts_sent

PATH = "/v1/notifications"
AGAIN = {"reason": "The customer did not get it"}


@pytest.fixture
def invoice(aws):
    an_issuer()
    return an_open(a_tenant(card=False, phone="+49 30 1234567"))


@pytest.fixture
def sent(invoice, monkeypatch):
    """An invoice mail, and a failed one with its SMS."""
    hear(finalized(invoice), invoice.id)
    with monkeypatch.context() as unverified:
        unverified.setenv("SENDER", "nobody@unverified.test")
        hear(payment_failed(invoice, attempt=4, next_attempt_at=None), invoice.id)
    return messages()


def requested(id: str) -> None:
    """The queue brings the event of a resend."""
    assert run(told(ResendRequested(template="invoice", channel="email", key=f"resend#{id}", reason="x"), id)) == []


def test_staff_find_messages_by_tenant_status_and_template(sent, invoice, owner):
    def found(**query):
        data = ask(handler, "GET", PATH, headers=owner, **query).body["data"]
        return [(each["template"], each["channel"], each["status"]) for each in data]

    mail, dunning, sms = ("invoice", "email", "sent"), ("dunning", "email", "failed"), ("dunning", "sms", "sent")
    assert found(tenant_id=invoice.tenant_id, sort="created_at") == [mail, dunning, sms]
    assert (found(status="failed"), found(template="invoice"), found(tenant_id="ten_other")) == ([dunning], [mail], [])
    assert found(key=f"invoice#{invoice.id}") == [mail]


def test_staff_read_what_the_customer_read(sent, invoice, owner):
    body = ask(handler, "GET", f"{PATH}/{sent[0].id}/body", headers=owner).body
    assert invoice.number in body["html"] and invoice.number in body["text"]
    assert body["text"].splitlines() == mails()[0].get_body(("plain",)).get_content().splitlines()
    types = [each["type"] for each in ask(handler, "GET", f"{PATH}/{sent[0].id}/timeline", headers=owner).body["data"]]
    assert types == ["notifications.started", "notifications.sent"]


def test_a_message_is_sent_once_more_as_a_new_one_to_another_address_if_need_be(sent, invoice, owner):
    old = sent[1]
    answer = ask(handler, "POST", f"{PATH}/{old.id}/resend", AGAIN | {"recipient": "cfo@acme.example.test"}, headers=owner)
    assert (answer.status, answer.headers["Location"]) == (201, f"{PATH}/{answer.body['id']}")
    for _ in range(3):
        requested(answer.body["id"])
    new = ask(handler, "GET", f"{PATH}/{answer.body['id']}", headers=owner).body
    expected = ("sent", old.id, AGAIN["reason"], "cfo@acme.example.test", old.subject)
    assert (new["status"], new["resend_of"], new["reason"], new["recipient"], new["subject"]) == expected
    assert [mail["To"] for mail in mails()] == ["acme@acme.example.test", "cfo@acme.example.test"]
    assert ask(handler, "GET", f"{PATH}/{old.id}", headers=owner).body["resent_as"] == new["id"]


def test_a_resent_invoice_has_the_same_document(sent, invoice, owner):
    answer = ask(handler, "POST", f"{PATH}/{sent[0].id}/resend", AGAIN, headers=owner)
    requested(answer.body["id"])
    attached = [next(mail.iter_attachments()).get_content() for mail in mails()]
    assert attached == [document(invoice.id).pdf] * 2


def test_an_sms_is_sent_once_more_to_a_number_only(sent, owner):
    path = f"{PATH}/{sent[2].id}/resend"
    refused = ask(handler, "POST", path, AGAIN | {"recipient": "cfo@acme.example.test"}, headers=owner)
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "recipient")
    requested(ask(handler, "POST", path, AGAIN, headers=owner).body["id"])
    assert [number for number, _ in texts_sent()] == ["+49301234567"] * 2


def test_the_second_same_command_is_refused(sent, owner):
    path = f"{PATH}/{sent[0].id}/resend"
    first = ask(handler, "POST", path, AGAIN, headers=owner).body["id"]
    assert ask(handler, "POST", path, AGAIN, headers=owner).body["code"] == "already_resent"
    assert ask(handler, "POST", f"{PATH}/{first}/resend", AGAIN, headers=owner).body["code"] == "still_sending"
    assert ask(handler, "POST", path, AGAIN, headers=owner | {"if-match": '"1"'}).status in (409, 412)
    assert len(messages()) == 4


@pytest.mark.parametrize(("body", "field"), [({}, "reason"), ({"reason": ""}, "reason"), (AGAIN | {"colour": 1}, "colour"),
                                             (AGAIN | {"recipient": "nobody"}, "recipient")])
def test_a_bad_resend_is_refused_and_the_field_named(sent, owner, body, field):
    answer = ask(handler, "POST", f"{PATH}/{sent[0].id}/resend", body, headers=owner)
    assert (answer.status, [each["field"] for each in answer.body["errors"]]) == (422, [field])
    assert len(messages()) == 3


def test_only_those_who_may_send(sent, owner):
    path = f"{PATH}/{sent[0].id}/resend"
    assert ask(handler, "POST", path, AGAIN, headers=signed_in("viewer")).status == 403
    assert ask(handler, "POST", path, AGAIN, headers=signed_in("support")).status == 201
    assert ask(handler, "POST", f"{PATH}/msg_1/resend", AGAIN, headers=owner).status == 404
    assert ask(handler, "GET", f"{PATH}/msg_1/body", headers=owner).status == 404
    assert ask(handler, "GET", PATH, headers=owner, status="gone").status == 400


def test_every_other_event_has_its_mail(invoice, owner):
    plan = ask(plans, "POST", "/v1/plans", {"name": "Pro"}, headers=owner).body["id"]
    about = {"tenant_id": invoice.tenant_id, "invoice_id": invoice.id, "amount": 5831, "currency": "EUR"}
    for payload, subject in (
            (ActionRequired(**about, url="https://bank.example.test/3ds"), "txn_1"), (Refunded(**about, transaction_id="txn_1"), "txn_2"),
            (TrialEnding(tenant_id=invoice.tenant_id, plan_id=plan, trial_end=AT), "sub_1"),
            (Activated(name="Acme", email="a@b.test", language="en"), invoice.tenant_id)):
        for _ in range(2):
            hear(payload, subject)
    assert [mail["Subject"] for mail in mails()] == [
        "Please confirm your payment of €58.31", "Your refund of €58.31", "Your trial of Pro ends on January 31, 2026",
        "Welcome to Nordlicht GmbH"]
    assert 'href="https://bank.example.test/3ds"' in mails()[0].get_body(("html",)).get_content()


def test_a_link_that_is_no_address_is_sent_to_nobody(invoice):
    about = {"tenant_id": invoice.tenant_id, "invoice_id": invoice.id, "amount": 5831, "currency": "EUR"}
    hear(ActionRequired(**about, url="javascript:alert(1)"), "txn_1")
    assert (mails(), messages()) == ([], [])

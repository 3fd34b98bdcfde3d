"""Each message is sent at most once, whatever the queue, the services and the function's own life do."""

import json
import os
from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from functions.invoices.events import Uncollectible
from functions.invoices.service.settle import mark_paid
from functions.notifications.worker import handler
from functions.tenants.events import Updated
from functions.tenants.models import Tenant
from kernel import dynamodb
from kernel.clock import frozen, stamp, wall
from kernel.commit import commit
from tests.cloud import received
from tests.integration.invoices.company import AT, US, a_tenant, an_issuer, an_open, message, told
from tests.integration.notifications.company import (
    Killed,
    envelopes,
    finalized,
    hear,
    mails,
    messages,
    paid,
    payment_failed,
    refusal,
    run,
    service,
    texts_sent,
)

SEND, SENT = "before-send.ses.SendRawEmail", "after-call.ses.SendRawEmail"


@pytest.fixture
def invoice(aws):
    an_issuer()
    return an_open(a_tenant(card=False))


def come_due(after: timedelta) -> None:
    """The schedule fires so much later, and the queue brings what it found."""
    now = wall() + after
    with frozen(now):
        handler({"slot": "due", "time": stamp(now)}, None)
        for body in received(os.environ["QUEUE_URL"]):
            assert run({"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}) == []


def statuses() -> list[str]:
    return [each.status for each in messages()]


def test_an_event_that_comes_five_times_is_one_mail(invoice):
    for _ in range(5):
        hear(finalized(invoice), invoice.id)
    assert run(*[told(paid(invoice), invoice.id) for _ in range(5)]) == []
    number = invoice.number
    assert [mail["Subject"] for mail in mails()] == [f"Invoice {number} from Nordlicht GmbH", f"Receipt for invoice {number}"]
    assert statuses() == ["sent", "sent"]


def test_the_same_event_at_the_same_moment_is_one_mail(invoice):
    """A second function runs the whole of it between what the first one reads and what it writes."""
    events = dynamodb.client().meta.events

    def another(**_: object) -> None:
        events.unregister("before-call.dynamodb.TransactWriteItems", another)
        hear(finalized(invoice), invoice.id)

    events.register("before-call.dynamodb.TransactWriteItems", another)
    hear(finalized(invoice), invoice.id)
    assert (len(mails()), statuses()) == (1, ["sent"])


def test_events_in_any_order_make_the_same_mails(invoice):
    for payload in (paid(invoice), payment_failed(invoice), finalized(invoice), paid(invoice)):
        hear(payload, invoice.id)
    assert sorted(each.key.split("#")[0] for each in messages()) == ["dunning", "invoice", "receipt"]
    assert len(mails()) == 3


@pytest.mark.parametrize("total", [0, -4900])
def test_nobody_gets_a_receipt_for_what_was_not_paid(invoice, total):
    hear(paid(invoice).model_copy(update={"total": total}), invoice.id)
    assert mails() == []


def test_a_crash_after_sending_is_never_a_second_mail_and_ends_as_unknown(invoice):
    with service(SENT, Killed()), pytest.raises(Killed):
        hear(finalized(invoice), invoice.id)
    assert (len(mails()), statuses()) == (1, ["sending"])
    hear(finalized(invoice), invoice.id)
    come_due(timedelta(minutes=14))
    assert statuses() == ["sending"]
    come_due(timedelta(minutes=16))
    come_due(timedelta(days=1))
    assert (len(mails()), statuses()) == (1, ["unknown"])


def test_a_crash_before_sending_is_not_made_up_for_by_a_machine(invoice):
    with service(SEND, Killed()), pytest.raises(Killed):
        hear(finalized(invoice), invoice.id)
    assert statuses() == ["sending"]  # written down before SES was asked
    hear(finalized(invoice), invoice.id)
    come_due(timedelta(minutes=16))
    assert (mails(), statuses()) == ([], ["unknown"])


def test_a_refused_mail_has_failed_with_what_ses_said(invoice, monkeypatch):
    monkeypatch.setenv("SENDER", "nobody@unverified.test")
    hear(finalized(invoice), invoice.id)
    assert (mails(), statuses()) == ([], ["failed"])
    assert "MessageRejected" in messages()[0].error


@pytest.mark.parametrize("answer", [refusal(400, "Throttling"), EndpointConnectionError(endpoint_url="ses")])
def test_a_service_that_surely_did_not_take_it_is_asked_again_later(invoice, answer):
    with service(SEND, answer) as calls:
        hear(finalized(invoice), invoice.id)
        hear(finalized(invoice), invoice.id)
    assert (len(calls), statuses(), messages()[0].waiting) == (1, ["sending"], True)
    come_due(timedelta(minutes=6))
    come_due(timedelta(minutes=60))
    assert (len(mails()), statuses(), messages()[0].attachments) == (1, ["sent"], [f"{invoice.number}.pdf"])
    assert [part.get_filename() for part in mails()[0].iter_attachments()] == [f"{invoice.number}.pdf"]


def test_a_service_that_is_never_ready_is_given_up_in_the_end(invoice):
    with service(SEND, refusal(400, "Throttling")) as calls:
        hear(finalized(invoice), invoice.id)
        for hours in range(1, 12):
            come_due(timedelta(hours=4 * hours))
    assert (len(calls), mails(), statuses()) == (6, [], ["failed"])


@pytest.mark.parametrize("answer", [ReadTimeoutError(endpoint_url="ses"), refusal(500, "InternalFailure"), refusal(503, "Unavailable")])
def test_an_unknown_outcome_is_not_tried_again_not_even_by_the_sdk(invoice, answer):
    with service(SEND, answer) as calls:
        hear(finalized(invoice), invoice.id)
        come_due(timedelta(hours=1))
    assert (len(calls), mails(), statuses()) == (1, [], ["unknown"])


def test_who_has_no_address_gets_nothing_and_staff_see_why(invoice):
    tenant = Tenant.fetch(invoice.tenant_id)
    tenant.email = ""
    commit((tenant, Updated(name=tenant.name, email="", language="en")), actor=US, at=AT)
    hear(finalized(invoice), invoice.id)
    assert (mails(), statuses(), messages()[0].error) == ([], ["suppressed"], "the tenant has no address for email")


def test_nothing_is_asked_for_where_nothing_is_due(invoice):
    hear(finalized(invoice, amount_due=0), invoice.id)
    assert (mails(), messages()) == ([], [])


@pytest.mark.parametrize("told", [payment_failed, lambda invoice: Uncollectible(**invoice.told())], ids=["dunned", "given up"])
def test_who_has_paid_by_now_is_not(told, invoice):
    mark_paid(invoice.id, "by transfer", actor=US, at=AT)
    hear(told(invoice), invoice.id)
    assert (mails(), statuses(), messages()[0].error) == ([], ["suppressed"], "nothing is owed any more")


def test_the_last_attempt_is_told_by_sms_too_where_there_is_a_number(aws):
    an_issuer()
    invoice = an_open(a_tenant(card=False, phone="+49 30 1234567", language="de"))
    hear(payment_failed(invoice), invoice.id)
    assert texts_sent() == []
    for _ in range(2):
        hear(payment_failed(invoice, attempt=4, next_attempt_at=None), invoice.id)
    link = "http://localhost:8080/billing"
    assert texts_sent() == [
        ("+49301234567", f"Nordlicht GmbH: Rechnung {invoice.number} (58,31 €) ist offen. Bitte Zahlungsmittel aktualisieren: {link}")]
    assert len(mails()) == 2


def test_each_attempt_is_told_once_and_in_other_words(invoice):
    hear(payment_failed(invoice), invoice.id)
    hear(payment_failed(invoice, attempt=2), invoice.id)
    hear(payment_failed(invoice, attempt=3, next_attempt_at=None), invoice.id)
    number = invoice.number
    assert [mail["Subject"] for mail in mails()] == [
        f"Payment for invoice {number} has failed", f"Payment for invoice {number} has failed again",
        f"Action needed: invoice {number} is still unpaid"]
    assert [len({str(mail.get_body(("plain",)).get_content()) for mail in mails()})] == [3]


def test_what_cannot_be_read_or_is_about_nobody_is_parked_with_its_error(invoice):
    broken = message("invoices.finalized", {"subject": invoice.id})
    unknown = told(finalized(invoice, tenant_id="ten_unknown"), invoice.id)
    unknown["attributes"]["ApproximateReceiveCount"] = "5"
    assert run(broken, {**broken, "body": "no json"}, unknown) == []
    parked = [json.loads(body) for body in received(os.environ["PARKED_URL"])]
    assert [each["error"].split("(")[0] for each in parked] == ["KeyError", "JSONDecodeError", "NotFound"]
    assert (mails(), messages()) == ([], [])


def test_only_the_recipient_gets_the_mail_whatever_is_in_the_names(aws):
    evil = 'Acme\r\nBcc: thief@evil.test\r\n\r\n{{7*7}} <script>alert("1")</script>'
    an_issuer(name="Nord\r\nBcc: thief@evil.test licht")
    invoice = an_open(a_tenant(card=False, name=evil))
    hear(finalized(invoice), invoice.id)
    mail = mails()[0]
    assert (envelopes(), mail["To"], mail["Bcc"], mail["Cc"]) == ([{"acme@acme.example.test"}], "acme@acme.example.test", None, None)
    html, text = mail.get_body(("html",)).get_content(), mail.get_body(("plain",)).get_content()
    assert "{{7*7}}" in html and "{{7*7}}" in text
    assert "&lt;script&gt;" in html and "<script" not in html
    assert 'Acme Bcc: thief@evil.test {{7*7}} <script>alert("1")</script>' in " ".join(text.split())
    assert mail["From"].addresses[0].addr_spec == "billing@example.test"
    assert mail["From"].addresses[0].display_name == "Nord Bcc: thief@evil.test licht"


def test_a_mail_has_the_headers_of_a_transactional_mail(invoice):
    hear(finalized(invoice), invoice.id)
    mail, record = mails()[0], messages()[0]
    assert (str(mail["From"]), str(mail["Reply-To"])) == ("Nordlicht GmbH <billing@example.test>", "billing@nordlicht.example.test")
    assert (mail["Auto-Submitted"], mail["Message-ID"]) == ("auto-generated", f"<{record.id}@example.test>")
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == ["text/plain", "text/html", "application/pdf"]
    assert next(mail.iter_attachments()).get_content().startswith(b"%PDF-")
    assert (record.provider_id is not None, record.next_action_at, record.subject) == (True, None, mail["Subject"])

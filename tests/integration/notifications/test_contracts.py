"""What is told of contracts: the link and the code reach who signs, and nobody else, and each mail leaves once."""

from datetime import timedelta

import pytest

from functions.contracts.contract import signing_code, signing_link
from functions.contracts.events import Sent
from functions.contracts.models import Contract
from functions.notifications.worker import handler as worker
from functions.staff.events import Created
from functions.staff.models import Staff
from kernel.clock import frozen
from kernel.commit import commit
from kernel.records import body_of
from tests.integration.invoices.company import AT, US, an_issuer
from tests.integration.notifications.company import mails, messages, texts_sent

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def tell(sample, context):
    """Gives the sample to the worker, three times, at the moment when the contract was sent."""

    def give(name):
        with frozen(AT):
            for _ in range(3):
                assert worker(sample(f"notifications/{name}"), context) == {"batchItemFailures": []}

    return give


@pytest.fixture
def contract(aws):
    an_issuer()
    owner = Staff("stf_01KGA0000000000000000000F0", name="Otto", email="otto@example.test", role="support", subject="s")
    made = Contract(
        "ctr_01KGA0000000000000000000C0", title="Services 2026", tenant_id="ten_01KGA0000000000000000000T0", template_id="tpl_1", status="sent",
        owner_id=owner.id, language="de", zone="Europe/Berlin", signer_name="Ada Lind", signer_email="ada@acme.test",
        signer_phone="+49301234567", nonce="n", code_nonce="c", code_expires_at=AT + timedelta(minutes=10), starts_at=AT,
        ends_at=AT + timedelta(days=365), sign_by=AT + timedelta(days=30))
    commit((owner, Created(role="support")), (made, Sent(status="sent", sign_by=made.sign_by)), actor=US, at=AT)
    return made


def test_who_signs_gets_a_link_that_no_message_holds(contract, tell):
    tell("worker-contract-sent")
    [mail], [message] = mails(), messages()
    link = signing_link(contract.id)
    assert (mail["To"], mail["Subject"]) == ("ada@acme.test", "Bitte unterzeichnen: Services 2026")
    assert link in mail.get_body(("plain",)).get_content()
    assert (message.contract_id, message.tenant_id) == (contract.id, contract.tenant_id)
    assert link not in str(body_of(message, "body"))


def test_the_code_goes_another_way_and_no_message_holds_it(contract, tell):
    tell("worker-contract-code-requested")
    with frozen(AT):
        code = signing_code(contract.id)
    [(number, text)], [message] = texts_sent(), messages()
    assert (number, code in text, code in str(body_of(message, "body"))) == ("+49301234567", True, False)
    assert mails() == []


def test_a_code_that_is_too_old_is_not_sent(contract, sample, context):
    with frozen(AT + timedelta(minutes=10)):
        worker(sample("notifications/worker-contract-code-requested"), context)
    assert (texts_sent(), [message.status for message in messages()]) == ([], ["failed"])


def test_who_has_signed_gets_a_copy_and_the_owner_hears_of_a_refusal(contract, tell):
    tell("worker-contract-signed")
    tell("worker-contract-declined")
    assert [(mail["To"], mail["Subject"]) for mail in mails()] == [
        ("ada@acme.test", "Unterzeichnet: Services 2026"), ("otto@example.test", "Declined: Services 2026")]
    assert "too dear" in mails()[1].get_body(("plain",)).get_content()


def test_a_reminder_reaches_both_sides_once_each(contract, tell):
    tell("worker-contract-reminded")
    assert sorted((mail["To"], mail["Subject"]) for mail in mails()) == [
        ("ada@acme.test", "Services 2026 endet am 1. März 2027"), ("otto@example.test", "Services 2026 ends on March 1, 2027")]

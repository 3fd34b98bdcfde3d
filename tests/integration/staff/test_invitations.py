"""Who is invited becomes a member by the link in their mail, which nobody else sees, once, as long as it is good."""

import json
import re
from datetime import timedelta

import pytest

from functions.api_keys.api import handler as api_keys
from functions.notifications.api import handler as notifications
from functions.staff import invitations
from functions.staff.api import handler
from functions.staff.credentials import Accept
from functions.staff.models import Invitation, Staff
from kernel import dynamodb
from kernel.clock import frozen, wall
from kernel.commit import again
from kernel.config import aws
from tests.callers import ask
from tests.conftest import AT
from tests.integration.invoices.company import an_issuer
from tests.integration.kernel.things import hooked
from tests.integration.notifications.company import mails, messages, run
from tests.integration.staff.people import SYSTEM, owners, person, role_of, session
from tests.integration.staff.test_sign_in import login, reads
from tests.integration.writes.company import TABLES, everything, news

PATH, EMAIL, PASSWORD = "/v1/staff/invitations", "bob@example.test", "Correct-horse-9"
BOB = {"name": "Bob", "email": EMAIL, "role": "viewer"}


@pytest.fixture
def owner(pool):
    an_issuer()
    return person()


def invited(owner, **body):
    answer = owner.ask("POST", PATH, BOB | body)
    assert answer.status == 201, answer.body
    return answer.body["id"]


def deliver(id):
    """What the queue brings of the newest change of a record."""
    return run({"messageId": "1", "body": news(id), "attributes": {"ApproximateReceiveCount": "1"}})


def link(id):
    """The token in the newest mail, once that of the invitation has been sent."""
    assert deliver(id) == []
    text = mails()[-1].get_body(("plain",)).get_content()
    return re.search(r"http://localhost:8080/accept#(\S+)", text)[1]


def accept(token, password=PASSWORD, **more):
    return ask(handler, "POST", "/v1/auth/accept", {"token": token, "password": password} | more, headers={})


def refused(answer):
    return (answer.status, answer.body["code"]) == (422, "invitation_not_good")


def test_who_is_invited_chooses_a_password_and_can_sign_in(owner):
    id = invited(owner)
    token = link(id)
    done = accept(token)
    assert (done.status, done.body["email"], done.body["role"]) == (200, EMAIL, "viewer")
    assert reads(login(EMAIL, PASSWORD)) == 200
    found = owner.ask("GET", f"{PATH}/{id}").body
    assert (found["status"], found["staff_id"], found["invited_by"]) == ("accepted", done.body["id"], owner.id)
    assert refused(accept(token)), "it works once"
    assert [entry["actor"] for entry in owner.ask("GET", f"/v1/staff/{done.body['id']}/timeline").body["data"]] == [done.body["id"]]
    assert owners() == {owner.id}


def test_an_owner_who_is_invited_counts_as_one(owner):
    done = accept(link(invited(owner, role="owner")))
    assert owners() == {owner.id, done.body["id"]}


def test_the_link_is_in_the_mail_and_nowhere_else(owner, caplog):
    id = invited(owner)
    token = link(id)
    for stored in (token, token.split(".")[1]):
        assert [name for name in TABLES if stored in json.dumps(everything(name))] == []
    assert Invitation.fetch(id).nonce not in json.dumps(everything("audit"))
    [message] = messages()
    body = owner.ask("GET", f"/v1/notifications/{message.id}/body", api=notifications).body
    assert "/accept#sealed" in body["text"] and "/accept#sealed" in body["html"]
    assert token in mails()[0].get_body(("html",)).get_content()
    assert token.split(".")[1] not in caplog.text
    assert "nonce" not in owner.ask("GET", f"{PATH}/{id}").body


def test_a_message_that_is_sent_once_more_carries_the_link_and_goes_to_nobody_else(owner):
    token = link(invited(owner, role="admin"))
    support = person("support")
    [message] = messages()
    path = f"/v1/notifications/{message.id}/resend"
    stolen = support.ask("POST", path, {"reason": "r", "recipient": "me@evil.test"}, api=notifications)
    assert (stolen.status, stolen.body["code"]) == (422, "not_theirs")
    again = support.ask("POST", path, {"reason": "r"}, api=notifications)
    assert again.status == 201
    deliver(again.body["id"])
    assert [(mail["To"], token in mail.get_body(("plain",)).get_content()) for mail in mails()] == [(EMAIL, True)] * 2


def test_a_new_link_makes_the_old_one_worthless(owner):
    id = invited(owner)
    old = link(id)
    assert owner.ask("POST", f"{PATH}/{id}/resend").status == 200
    new = link(id)
    assert (len(mails()), refused(accept(old)), accept(new).status) == (2, True, 200)


def spoiled(owner, id, token, how):
    match how:
        case "forged":
            return id + "." + "A" * 43
        case "unknown":
            return "ivt_01KG9CPJ00Z3CTVKTZZX3PQN7M." + token.split(".")[1]
        case "nonsense":
            return "\u00fc"
        case "revoked":
            assert owner.ask("POST", f"{PATH}/{id}/revoke").status == 200
        case "used":
            assert accept(token).status == 200
        case "the role is gone":
            role = Invitation.fetch(id).role
            assert owner.ask("DELETE", f"/v1/staff/roles/{role}", headers={"if-match": '"1"'}).status == 204
        case "who invited is disabled":
            assert owner.ask("POST", f"/v1/staff/{Invitation.fetch(id).invited_by}/disable").status == 200
        case "who invited may no longer":
            assert owner.ask("PATCH", f"/v1/staff/{Invitation.fetch(id).invited_by}", {"role": "viewer"}).status == 200
    return token


@pytest.mark.parametrize("how", ["forged", "unknown", "nonsense", "revoked", "used", "the role is gone", "who invited is disabled",
                                 "who invited may no longer"])
def test_a_link_that_is_not_good_is_answered_alike_whatever_the_reason(owner, pool, how):
    host, role = person("admin"), role_of("plans.read")
    id = invited(host, role=role.id)
    token = spoiled(owner, id, link(id), how)
    users, answer = dict(pool.users), accept(token)
    assert refused(answer)
    assert answer.body == accept("no.token").body
    assert pool.users == users, "nobody is made"


def test_an_invitation_expires_after_a_week_and_its_address_is_free_again(owner):
    id = invited(owner)
    token = link(id)
    with frozen(wall() + timedelta(days=7, seconds=1)):
        assert refused(accept(token))
        other = invited(owner)
        assert owner.ask("POST", f"{PATH}/{id}/resend").body["code"] == "already_invited"
        assert owner.ask("POST", f"{PATH}/{id}/revoke").status == 200
        assert owner.ask("POST", PATH, BOB).body["code"] == "already_invited"
        assert accept(link(other)).status == 200


def test_one_address_is_invited_once_and_no_member_is(owner):
    id = invited(owner)
    for email in (EMAIL, EMAIL.upper().replace("EXAMPLE.TEST", "example.test")):
        answer = owner.ask("POST", PATH, BOB | {"email": email})
        assert (answer.status, answer.body["code"]) == (409, "already_invited")
    assert owner.ask("POST", PATH, BOB | {"email": owner.staff.email}).body["code"] == "already_member"
    assert owner.ask("POST", f"{PATH}/{id}/revoke").status == 200
    assert owner.ask("POST", f"{PATH}/{id}/revoke").body["code"] == "not_pending"
    assert owner.ask("POST", f"{PATH}/{id}/resend").body["code"] == "not_pending"
    assert accept(link(invited(owner))).status == 200
    assert owner.ask("POST", PATH, BOB).body["code"] == "already_member"


def test_who_invites_is_a_member_since_a_key_has_no_rights_by_which_a_link_stays_good(owner):
    made = owner.ask("POST", "/v1/api-keys", {"name": "CI", "scopes": ["*"]}, api=api_keys).body["key"]
    id = invited(owner)
    for path, body in ((PATH, BOB | {"email": "eve@example.test"}), (f"{PATH}/{id}/resend", None)):
        answer = ask(handler, "POST", path, body, headers={"authorization": f"Bearer {made}"})
        assert (answer.status, answer.body["code"]) == (403, "members_only")
    assert accept(link(id)).status == 200


def test_a_disabled_member_is_not_let_in_by_an_invitation(owner):
    done = accept(link(invited(owner))).body["id"]
    assert owner.ask("POST", f"/v1/staff/{done}/disable").status == 200
    assert owner.ask("POST", PATH, BOB).body["code"] == "already_member"


def test_who_has_left_may_be_invited_again_and_is_somebody_new(owner):
    old = accept(link(invited(owner))).body["id"]
    assert owner.ask("DELETE", f"/v1/staff/{old}").status == 204
    new = accept(link(invited(owner)), "Another-horse-9").body["id"]
    assert old != new
    assert reads(login(EMAIL, "Another-horse-9")) == 200
    refusal = owner.ask("POST", f"/v1/staff/{old}/restore")
    assert (refusal.status, refusal.body["code"]) == (409, "already_member")


@pytest.mark.parametrize("password", ["too.small", "Bobby-Bob-1234", "bob@example.test-1", ""])
def test_a_weak_password_is_refused_and_the_link_stays_good(owner, password):
    token = link(invited(owner, name="Bobby Bob-is"))
    answer = accept(token, password)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "password")
    assert password == "" or password not in json.dumps(answer.body)
    assert accept(token).status == 200


def test_without_an_issuer_nobody_is_invited_since_no_mail_could_be_sent(pool):
    answer = person().ask("POST", PATH, BOB)
    assert (answer.status, answer.body["code"]) == (409, "issuer_missing")


def test_an_invitation_that_was_revoked_before_its_mail_was_sent_is_told_to_nobody(owner):
    id = invited(owner)
    told = news(id)
    owner.ask("POST", f"{PATH}/{id}/revoke")
    run({"messageId": "1", "body": told, "attributes": {"ApproximateReceiveCount": "1"}})
    assert ([each.status for each in messages()], mails()) == (["suppressed"], [])


def test_an_authenticator_of_before_is_not_asked_of_who_is_invited_again(owner, pool):
    old = accept(link(invited(owner))).body["id"]
    subject = pool.users[EMAIL][1]
    pool.secrets[subject], pool.asked = "JBSWY3DPEHPK3PXP", {subject}
    assert login(EMAIL, PASSWORD).body["challenge"] == "mfa"
    assert owner.ask("DELETE", f"/v1/staff/{old}").status == 204
    assert accept(link(invited(owner)), "Another-horse-9").status == 200
    assert reads(login(EMAIL, "Another-horse-9")) == 200


class Killed(BaseException):
    """The function is gone: no code of ours runs any more."""


def killed_at(number, token):
    """Whether the acceptance died at its AWS call of that number, from 0, when the service had answered."""
    count = iter(range(1000))

    def kill(**_):
        if next(count) == number:
            raise Killed

    events = aws("cognito-idp").meta.events
    events.register_last("after-call", kill)
    try:
        with hooked("after-call", kill):
            again(lambda: invitations.accept(Accept(token=token, password=PASSWORD), actor=SYSTEM, at=AT))
    except Killed:
        return True
    finally:
        events.unregister("after-call", kill)
    return False


def test_a_session_that_outlived_its_member_by_a_crash_opens_nothing_for_who_is_invited_again(owner):
    old = accept(link(invited(owner))).body["id"]
    before = login(EMAIL, PASSWORD)

    def kill(**_):
        raise Killed

    with hooked("after-call.dynamodb.TransactWriteItems", kill), pytest.raises(Killed):
        owner.ask("DELETE", f"/v1/staff/{old}")
    assert accept(link(invited(owner)), "Another-horse-9").status == 200
    assert (reads(before), reads(login(EMAIL, "Another-horse-9"))) == (401, 200)


def forget_attempts():
    """What is told by the lock-out and by the limit of an address is another matter."""
    for item in everything("principals"):
        if item["pk"]["S"].startswith(("signin#", "usage#")):
            dynamodb.client().delete_item(TableName="principals", Key={"pk": item["pk"], "sk": item["sk"]})


def test_an_acceptance_that_dies_between_any_two_calls_leaves_a_good_link_or_a_member_and_never_more(owner, pool):
    token = link(invited(owner))
    for number in range(100):
        died = killed_at(number, token)
        forget_attempts()
        member = next((each for each in everything("staff") if each.get("email", {}).get("S") == EMAIL and "subject" in each), None)
        signed_in = login(EMAIL, PASSWORD)
        if member is None:
            assert (died, signed_in.status) == (True, 401), number
            if EMAIL in pool.users:
                assert ask(handler, "GET", "/v1/me", headers=session(pool.users[EMAIL][1])).status == 401
        else:
            assert reads(signed_in) == 200
            assert refused(accept(token))
            assert Staff.find(member["pk"]["S"]).role == "viewer"
            break
    assert number >= 8
    assert dynamodb.get("staff", f"invited#{EMAIL}") is None


@pytest.mark.parametrize(("name", "status"), [("api-invite", 201), ("api-create-role", 201), ("api-accept-forged", 422)])
def test_a_sample_is_answered_as_its_name_says(owner, sample, context, name, status):
    answer = handler(sample(f"staff/{name}", headers=owner.headers), context)
    assert answer["statusCode"] == status, answer["body"]

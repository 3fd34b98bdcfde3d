"""Signing in, its second factor and passwords: /v1/auth   sessions: /v1/staff/sessions. The part of `api` that is about oneself."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from functions.staff import mfa, passwords, sessions, signin
from functions.staff.credentials import (
    Challenge,
    CodeAnswer,
    CodeConfirm,
    CodeStop,
    Ended,
    Enrolment,
    Login,
    PasswordChange,
    RecoveryCodes,
    SignedIn,
)
from functions.staff.models import SESSIONS, EndReason, Session, SessionView
from kernel.access import Principal
from kernel.config import setting
from kernel.http import Api, Id
from kernel.limits import Limit
from kernel.lists import listing
from kernel.problems import Forbidden, Unauthenticated, UnsupportedMediaType
from kernel.resource import Page, answer
from kernel.timeline import Timeline
from kernel.verbs import timeline_of

ONCE = {"Cache-Control": "no-store"}  # what is shown to whom it is meant for, and kept nowhere
COOKIE = "__Secure-session"
MAX_AGE = 30 * 24 * 3600
NOBODY = "anonymous"  # until it is known who signs in
OTHERS = "staff.sessions"  # whose sessions one may see and end, besides one's own

# One address is a whole office at nine in the morning, or somebody who tries passwords: who cannot be counted is not let in.
handler = Api(public=("/v1/auth/accept", "/v1/auth/login", "/v1/auth/mfa", "/v1/auth/refresh", "/v1/auth/logout"), per_ip={
    "/v1/auth/accept": Limit("invitation", 30, 60, closed=True),
    "/v1/auth/login": Limit("sign-in", 30, 60, closed=True), "/v1/auth/mfa": Limit("second-factor", 30, 60, closed=True),
    "/v1/auth/refresh": Limit("refresh", 120, 60, closed=True)})


def _me() -> Principal:
    """The member of staff who is signed in: what is here is one's own, and a key has none of it."""
    me = handler.principal
    if me.session is None:
        raise Forbidden("this is for members of staff")
    return me


def _signed_in(session: SignedIn, cookie: str | None) -> Response[Any]:
    return Response(200, "application/json", session, cookies=[_cookie(cookie, MAX_AGE)] if cookie else [], headers=dict(ONCE))


def _cookie(value: str, age: int) -> Cookie:
    return Cookie(COOKIE, value, path="/v1/auth", secure=True, http_only=True, same_site=SameSite.STRICT_MODE, max_age=age)


def _same_origin() -> None:
    """A cookie is only listened to from our own pages: a foreign site can make a browser send it, but not with this Origin."""
    origin = handler.current_event.headers.get("origin")
    if origin not in setting("ALLOWED_ORIGINS").split(","):
        raise Forbidden("cookies are only taken from this application's own origin")


def _held() -> str:
    _same_origin()
    if "content-type" not in handler.current_event.headers:
        raise UnsupportedMediaType("send application/json")  # any other has been refused: a foreign page can send none without asking
    event = handler.current_event.raw_event  # HTTP APIs deliver cookies in `cookies`; the local cloud leaves them in the header
    pairs = event.get("cookies") or event["headers"].get("cookie", "").split(";")
    cookie: str | None = dict(pair.strip().split("=", 1) for pair in pairs if "=" in pair).get(COOKIE)
    if not cookie:
        raise Unauthenticated("no session, sign in")
    return cookie


def _token() -> str:
    """The caller's access token: by it the user pool knows who asks."""
    return handler.current_event.headers["authorization"].removeprefix("Bearer ")


def _agent() -> str:
    return handler.current_event.headers.get("user-agent", "")


@handler.post("/v1/auth/login", operation_id="login")
def login(body: Login) -> Response[SignedIn | Challenge]:
    """Signs in, or asks for a code where one was set up (`POST /v1/auth/mfa`). The answer to an unknown address, a wrong password and a
    disabled account is the same. After five failures one waits, the longer the more there are."""
    found = signin.login(body.email, body.password, agent=_agent(), actor=handler.acting(NOBODY), at=handler.at)
    return Response(200, "application/json", found, headers=dict(ONCE)) if isinstance(found, Challenge) else _signed_in(*found)


@handler.post("/v1/auth/mfa", operation_id="answerChallenge")
def answer_challenge(body: CodeAnswer) -> Response[SignedIn]:
    """Signs in with the code that was asked for. A recovery code does it too, once: with it the enrolment ends (`mfa: false`)."""
    return _signed_in(*signin.answer(body.token, body.code, agent=_agent(), actor=handler.acting(NOBODY), at=handler.at))


@handler.post("/v1/auth/mfa/enrol", operation_id="enrolAuthenticator")
def enrol() -> Response[Enrolment]:
    """A secret for an authenticator, shown this once. It counts when a code of it was confirmed."""
    return Response(200, "application/json", mfa.enrol(_me().id, _token()), headers=dict(ONCE))


@handler.post("/v1/auth/mfa/confirm", operation_id="confirmAuthenticator")
def confirm(body: CodeConfirm) -> Response[RecoveryCodes]:
    """From now on sign-in asks for a code. Answers ten recovery codes, shown this once."""
    codes = mfa.confirm(_me().id, _token(), body.code, actor=handler.actor, at=handler.at)
    return Response(200, "application/json", RecoveryCodes(recovery_codes=codes), headers=dict(ONCE))


@handler.post("/v1/auth/mfa/disable", status_code=204, operation_id="disableAuthenticator")
def disable(body: CodeStop) -> Response[None]:
    """Sign-in asks for no code any more. Takes both factors once again."""
    mfa.disable(_me().id, body.password, body.code, actor=handler.actor, at=handler.at)
    return Response(204)


@handler.post("/v1/auth/password", operation_id="changePassword")
def change_password(body: PasswordChange) -> Response[Ended]:
    """Sets a new password, and ends all of one's other sessions."""
    me = _me()
    return _ended(passwords.change(me.id, _token(), body.current, body.new, keep=me.session, actor=handler.actor, at=handler.at))


@handler.post("/v1/auth/refresh", operation_id="refresh", security=[{"session": []}])
def refresh() -> Response[SignedIn]:
    """A new access token for the session in the cookie, which is changed too."""
    return _signed_in(*signin.refresh(_held(), actor=handler.acting(NOBODY), at=handler.at))


@handler.post("/v1/auth/logout", status_code=204, operation_id="logout", security=[{"session": []}])
def logout() -> Response[None]:
    """Ends the session in the cookie."""
    signin.logout(_held(), actor=handler.acting(NOBODY), at=handler.at)
    return Response(204, cookies=[_cookie("", 0)])


@handler.get("/v1/staff/sessions")
def list_sessions() -> Response[Page]:
    me = _me()
    return listing(SESSIONS, handler, only=None if me.may(OTHERS) else {"staff_id": (me.id,)})


@handler.post("/v1/staff/sessions/revoke-others", operation_id="revokeOtherSessions")
def revoke_others() -> Response[Ended]:
    """Ends all of one's own sessions but the one that asks."""
    me = _me()
    return _ended(sessions.end_all(me.id, EndReason.REVOKED, keep=me.session, actor=handler.actor, at=handler.at))


@handler.get("/v1/staff/sessions/<id>")
def get_session(id: Id) -> Response[SessionView]:
    return answer(sessions.visible(id, _me(), OTHERS), SessionView)


@handler.post("/v1/staff/sessions/<id>/revoke")
def revoke_session(id: Id) -> Response[SessionView]:
    """Ends a session: it counts at its next request. One that is over stays as it is."""
    session = sessions.visible(id, _me(), OTHERS)
    sessions.end(session.id, EndReason.REVOKED, actor=handler.actor, at=handler.at)
    return answer(Session.fetch(id), SessionView)


@handler.get("/v1/staff/sessions/<id>/timeline")
def session_timeline(id: Id) -> Response[Timeline]:
    return timeline_of(handler, sessions.visible(id, _me(), OTHERS).id)


def _ended(count: int) -> Response[Ended]:
    return Response(200, "application/json", Ended(ended=count))

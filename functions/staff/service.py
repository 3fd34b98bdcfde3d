"""Sign-in through the user pool, done on the server so that the client secret and the pool's refresh token never leave it."""

import base64
import hashlib
import hmac
from datetime import datetime
from functools import cache
from typing import Any

from functions.staff import members, sessions
from functions.staff.models import Role, Session, Staff, StaffStatus
from kernel import access, ids
from kernel.audit import Actor
from kernel.config import aws, setting
from kernel.problems import Unauthenticated


def login(email: str, password: str, *, at: datetime) -> tuple[Session, str]:
    """(access token, cookie). One answer for unknown, wrong and disabled: `Unauthenticated`."""
    client_id = setting("USER_POOL_CLIENT_ID")
    digest = hmac.new(_client_secret().encode(), (email + client_id).encode(), hashlib.sha256).digest()
    result = _ask("initiate_auth", ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={
        "USERNAME": email, "PASSWORD": password, "SECRET_HASH": base64.b64encode(digest).decode()})
    session, subject = sessions.session_key(result["AccessToken"])
    cookie = sessions.opened(session, subject=subject, renewal=result["RefreshToken"], at=at)
    try:
        access.authenticate(f"Bearer {result['AccessToken']}")
    except Unauthenticated as error:
        sessions.ended(cookie)
        raise Unauthenticated("wrong e-mail or password") from error
    return _session(result), cookie


def refresh(cookie: str, *, at: datetime) -> tuple[Session, str | None]:
    """(access token, next cookie or None where the one sent stays good)."""
    renewal, fresh = sessions.rotated(cookie, at=at)
    result = _ask("get_tokens_from_refresh_token", RefreshToken=renewal, ClientId=setting("USER_POOL_CLIENT_ID"),
                  ClientSecret=_client_secret())
    return _session(result), fresh


def logout(cookie: str) -> None:
    """End the session here and in the user pool. Without one, nothing happens."""
    renewal = sessions.ended(cookie)
    if renewal is not None:
        _call("revoke_token", Token=renewal, ClientId=setting("USER_POOL_CLIENT_ID"), ClientSecret=_client_secret())


def create(*, name: str, email: str, role: Role, subject: str, actor: Actor, at: datetime) -> Staff:
    """A member of staff for a user of the pool, without an invitation: how the first owner gets in."""
    staff = Staff(ids.new("stf"), name=name, email=email, role=role, subject=subject, status=StaffStatus.ACTIVE)
    members.create(staff, actor=actor, at=at)
    return staff


def _session(result: dict[str, Any]) -> Session:
    return Session(access_token=result["AccessToken"], expires_in=result["ExpiresIn"])


@cache
def _client_secret() -> str:
    answer = aws("cognito-idp").describe_user_pool_client(UserPoolId=setting("USER_POOL_ID"), ClientId=setting("USER_POOL_CLIENT_ID"))
    return str(answer["UserPoolClient"]["ClientSecret"])


def _ask(call: str, **arguments: Any) -> dict[str, Any]:
    answer = _call(call, **arguments)
    if "AuthenticationResult" not in answer:
        raise Unauthenticated("wrong e-mail or password")  # a challenge, such as a first password to be changed
    return dict(answer["AuthenticationResult"])


def _call(call: str, **arguments: Any) -> dict[str, Any]:
    cognito = aws("cognito-idp")
    refused = cognito.exceptions
    try:
        return dict(getattr(cognito, call)(**arguments))
    except (refused.NotAuthorizedException, refused.UserNotFoundException, refused.UserNotConfirmedException,
            refused.PasswordResetRequiredException, refused.InvalidParameterException) as error:
        raise Unauthenticated("wrong e-mail or password") from error

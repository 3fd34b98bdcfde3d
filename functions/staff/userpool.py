"""The user pool, asked on the server, so that the client secret and the pool's own refresh tokens never leave it.

Whatever it refuses is `Unauthenticated` with one sentence, so that unknown, wrong and unfinished accounts look the same.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from kernel.config import aws, setting
from kernel.dynamodb import UNREACHABLE
from kernel.problems import Invalid, Unauthenticated, Unavailable
from kernel.telemetry import logger

WRONG = "wrong e-mail or password"
_REFUSED = {"NotAuthorizedException", "UserNotFoundException", "UserNotConfirmedException", "PasswordResetRequiredException",
            "InvalidParameterException", "CodeMismatchException", "ExpiredCodeException", "EnableSoftwareTokenMFAException",
            "SoftwareTokenMFANotFoundException"}
_BUSY = {"TooManyRequestsException", "LimitExceededException", "TooManyFailedAttemptsException", "InternalErrorException"}
_TOTP = "SOFTWARE_TOKEN_MFA"


@dataclass(frozen=True)
class Tokens:
    """Of one sign-in; `renewal` is the pool's refresh token, which only the session item ever holds. `expires_in` seconds."""

    access: str
    renewal: str
    expires_in: int


@dataclass(frozen=True)
class Challenged:
    """The password was right, and a code is asked for. `username` is the pool's own, which an answer must name."""

    username: str
    session: str


def sign_in(email: str, password: str) -> Tokens | Challenged:
    answer = _call("initiate_auth", ClientId=setting("USER_POOL_CLIENT_ID"), AuthFlow="USER_PASSWORD_AUTH", AuthParameters={
        "USERNAME": email, "PASSWORD": password, "SECRET_HASH": _proof(email)})
    if answer.get("ChallengeName") == _TOTP:
        return Challenged(answer.get("ChallengeParameters", {}).get("USER_ID_FOR_SRP", email), answer["Session"])
    return _tokens(answer)


def answered(challenged: Challenged, code: str) -> Tokens:
    """What the pool gives for the code of an authenticator."""
    name = challenged.username
    return _tokens(_call("respond_to_auth_challenge", ClientId=setting("USER_POOL_CLIENT_ID"), ChallengeName=_TOTP,
                         Session=challenged.session, ChallengeResponses={
                             "USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": code, "SECRET_HASH": _proof(name)}))


def renewed(renewal: str) -> Tokens:
    return _tokens(_call("get_tokens_from_refresh_token", RefreshToken=renewal, ClientId=setting("USER_POOL_CLIENT_ID"),
                         ClientSecret=_client_secret()), renewal)


def revoke(renewal: str) -> None:
    """As well as it can be done: whoever asks has ended the session already, and nobody else holds this token."""
    try:
        _call("revoke_token", Token=renewal, ClientId=setting("USER_POOL_CLIENT_ID"), ClientSecret=_client_secret())
    except (Unauthenticated, Unavailable, ClientError, *UNREACHABLE) as failure:
        logger.warning("not revoked in the user pool", error=type(failure).__name__)


def subject_of(username: str) -> str:
    """The `sub` of a user, by which principals are kept."""
    found = _call("admin_get_user", UserPoolId=setting("USER_POOL_ID"), Username=username)
    return next(str(each["Value"]) for each in found["UserAttributes"] if each["Name"] == "sub")


def shared_secret(token: str) -> str:
    """A new secret for the authenticator of the caller with this access token; it counts once a code of it was confirmed."""
    return str(_call("associate_software_token", AccessToken=token)["SecretCode"])


def confirm(token: str, code: str) -> None:
    """From here on a code of the new secret is asked for at every sign-in."""
    if _call("verify_software_token", AccessToken=token, UserCode=code).get("Status") != "SUCCESS":
        raise Unauthenticated(WRONG)
    _call("set_user_mfa_preference", AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})


def ask_no_code(username: str) -> None:
    _call("admin_set_user_mfa_preference", UserPoolId=setting("USER_POOL_ID"), Username=username,
          SoftwareTokenMfaSettings={"Enabled": False, "PreferredMfa": False})


def change_password(token: str, current: str, new: str) -> None:
    _call("change_password", AccessToken=token, PreviousPassword=current, ProposedPassword=new)


def _tokens(answer: dict[str, Any], renewal: str = "") -> Tokens:
    if "AuthenticationResult" not in answer:
        raise Unauthenticated(WRONG)  # another challenge, such as a first password to be changed
    found = answer["AuthenticationResult"]
    return Tokens(found["AccessToken"], found.get("RefreshToken", renewal), found["ExpiresIn"])


def _proof(username: str) -> str:
    """Cognito's SECRET_HASH: that who asks knows the client's secret."""
    text = username + setting("USER_POOL_CLIENT_ID")
    return base64.b64encode(hmac.new(_client_secret().encode(), text.encode(), hashlib.sha256).digest()).decode()


@cache
def _client_secret() -> str:
    answer = aws("cognito-idp").describe_user_pool_client(UserPoolId=setting("USER_POOL_ID"), ClientId=setting("USER_POOL_CLIENT_ID"))
    return str(answer["UserPoolClient"]["ClientSecret"])


def _call(call: str, **arguments: Any) -> dict[str, Any]:
    try:
        return dict(getattr(aws("cognito-idp"), call)(**arguments))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _REFUSED:
            raise Unauthenticated(WRONG) from error
        if code == "InvalidPasswordException":
            raise Invalid("the user pool does not take this password", code="weak_password", field="new") from error
        if code in _BUSY:
            raise Unavailable("sign-in is busy, try again") from error
        raise

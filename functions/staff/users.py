"""Users of the pool, made and changed on the server."""

from typing import Any

from functions.staff import members
from kernel.config import aws, setting
from kernel.problems import Invalid


def made(email: str, password: str) -> str:
    """The subject of a user with this password. One that is there already, as after a crash, is
    taken, unless it is a member's (`Refused`)."""
    cognito, pool = aws("cognito-idp"), setting("USER_POOL_ID")
    mine = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    try:
        answer = cognito.admin_create_user(UserPoolId=pool, Username=email, MessageAction="SUPPRESS", UserAttributes=mine)
        found = answer["User"]["Attributes"]
    except cognito.exceptions.UsernameExistsException:
        found = cognito.admin_get_user(UserPoolId=pool, Username=email)["UserAttributes"]
    subject = _subject(found)
    members.refuse_member(subject)
    try:
        cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
    except cognito.exceptions.InvalidPasswordException as error:
        raise Invalid(error.response["Error"]["Message"][:200], code="password_refused", field="password") from error
    return subject


def _subject(attributes: list[dict[str, Any]]) -> str:
    return next(str(each["Value"]) for each in attributes if each["Name"] == "sub")

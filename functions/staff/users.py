"""The user of the pool that an invitation ends in."""

from functions.staff import members, userpool
from kernel.config import aws, setting
from kernel.problems import Invalid


def made(email: str, password: str) -> str:
    """The subject of a user with this password. One that is there already, after a crash or of who has left, is taken, unless it is a
    member's (`Refused`); an authenticator of before is asked no more, since nobody has its recovery codes."""
    cognito, pool = aws("cognito-idp"), setting("USER_POOL_ID")
    mine = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    try:
        answer = cognito.admin_create_user(UserPoolId=pool, Username=email, MessageAction="SUPPRESS", UserAttributes=mine)
        subject = next(str(each["Value"]) for each in answer["User"]["Attributes"] if each["Name"] == "sub")
    except cognito.exceptions.UsernameExistsException:
        subject = userpool.subject_of(email)
        members.refuse_member(subject)
        userpool.ask_no_code(subject)
    try:
        cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
    except cognito.exceptions.InvalidPasswordException as error:
        raise Invalid("the user pool does not take this password", code="weak_password", field="password") from error
    return subject

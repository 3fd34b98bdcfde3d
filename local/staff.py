"""The one member of staff that a fresh local cloud has."""

from datetime import UTC, datetime

import boto3

# No secret: they open a cloud that listens on loopback only, and are printed at every start.
EMAIL, PASSWORD = "owner@example.test", "Correct-horse-9"


def owner(outputs: dict[str, str]) -> None:
    """A user of the pool and the member of staff behind it. After `local.inprocess.enter`."""
    from functions.staff.models import Role
    from functions.staff.service import create
    from kernel.audit import Actor

    users, pool = boto3.client("cognito-idp"), outputs["UserPool"]
    made = users.admin_create_user(
        UserPoolId=pool, Username=EMAIL, MessageAction="SUPPRESS", UserAttributes=[{"Name": "email", "Value": EMAIL}]
    )
    users.admin_set_user_password(UserPoolId=pool, Username=EMAIL, Password=PASSWORD, Permanent=True)
    subject = next(attribute["Value"] for attribute in made["User"]["Attributes"] if attribute["Name"] == "sub")
    create(name="Olivia Owner", email=EMAIL, role=Role.OWNER, subject=subject, actor=Actor(id="system"), at=datetime.now(UTC))

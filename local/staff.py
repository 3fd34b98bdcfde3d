"""The staff of a fresh local cloud, who sign in with one password."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from functions.staff.models import Role

# No secret: they open a cloud that listens on loopback only, and are printed at every start.
EMAIL, PASSWORD = "owner@example.test", "Correct-horse-9"


def owner(outputs: dict[str, str]) -> None:
    """After `local.inprocess.enter`, as `hire`."""
    from functions.staff.models import Role

    hire(outputs, "Olivia Owner", EMAIL, Role.OWNER, at=datetime.now(UTC))


def hire(outputs: dict[str, str], name: str, email: str, role: "Role", *, at: datetime, password: str = PASSWORD) -> str:
    """A user of the pool and the member of staff behind it. Returns the latter's id."""
    from functions.staff.service import create
    from kernel.audit import Actor

    users, pool = boto3.client("cognito-idp"), outputs["UserPool"]
    made = users.admin_create_user(
        UserPoolId=pool, Username=email, MessageAction="SUPPRESS", UserAttributes=[{"Name": "email", "Value": email}]
    )
    users.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
    subject = next(attribute["Value"] for attribute in made["User"]["Attributes"] if attribute["Name"] == "sub")
    return create(name=name, email=email, role=role, subject=subject, actor=Actor(id="system"), at=at).id

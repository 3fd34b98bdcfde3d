"""The one member of staff that a fresh local cloud has."""

from typing import Any

import boto3

# No secret: they open a cloud that listens on loopback only, and are printed at every start.
EMAIL, PASSWORD = "owner@example.test", "Correct-horse-9"


def owner(outputs: dict[str, str]) -> None:
    """Makes the owner unless there is one already."""
    users = boto3.client("cognito-idp")
    user: dict[str, Any] = {"UserPoolId": outputs["UserPoolId"], "Username": EMAIL}
    try:
        users.admin_create_user(**user, MessageAction="SUPPRESS", UserAttributes=[{"Name": "email", "Value": EMAIL}])
    except users.exceptions.UsernameExistsException:
        return
    users.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)
    attributes = users.admin_get_user(**user)["UserAttributes"]
    _record(outputs, subject=next(attribute["Value"] for attribute in attributes if attribute["Name"] == "sub"))


def _record(outputs: dict[str, str], subject: str) -> None:
    item = {"id": {"S": subject}, "role": {"S": "owner"}, "active": {"BOOL": True}}
    boto3.client("dynamodb").put_item(TableName=outputs["StaffTable"], Item=item)

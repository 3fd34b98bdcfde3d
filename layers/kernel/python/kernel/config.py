"""What the template tells a function, by environment variables."""

import hashlib
import os
from functools import cache
from typing import Any

_ONCE = {"ses", "sns"}  # what they send cannot be taken back: the SDK would ask again when it does not know whether it was heard


def table(feature: str) -> str:
    """Name of a feature's table. Outside a deployment (unit tests) the feature's own name."""
    return os.environ.get(f"{feature.upper()}_TABLE", feature)


def setting(name: str) -> str:
    """A variable without which the function cannot work: a missing one is a mistake in the template (KeyError)."""
    return os.environ[name]


def hashed(address: str) -> str:
    """An IP address as it is kept: known again when it comes again, and not to be told from it."""
    return hashlib.sha256((setting("STACK_ID") + address).encode()).hexdigest()[:32]


@cache
def aws(service: str) -> Any:
    """A client other than DynamoDB's, made once per process and only when used."""
    from botocore.config import Config

    from kernel import sdk

    if service in _ONCE:
        return sdk.client(service, Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=20))
    if service == "s3":
        # Presigned links need version 4 and the regional host, in the oldest region too; locally a bucket is no host name.
        style: Any = {"addressing_style": "path" if os.environ.get("AWS_ENDPOINT_URL") else "virtual",
                      "us_east_1_regional_endpoint": "regional"}
        return sdk.client("s3", Config(signature_version="s3v4", s3=style))
    return sdk.client(service)


@cache
def secret(arn: str) -> str:
    """The text of a secret, read once per process."""
    return str(aws("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])

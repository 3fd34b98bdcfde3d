"""The key that signs digests, as the template makes it."""

import boto3
import pytest

from tests.cloud import resources


@pytest.fixture
def signing(aws, monkeypatch):
    """Its id, in `AUDIT_KEY`."""
    asked = {name: value for name, value in resources("AWS::KMS::Key")["AuditKey"].items() if name != "Description"}
    key = boto3.client("kms").create_key(**asked)["KeyMetadata"]["KeyId"]
    monkeypatch.setenv("AUDIT_KEY", key)
    return key

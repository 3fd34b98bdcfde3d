"""A client that was made cheaply is the one that botocore makes."""

import re
from pathlib import Path

import botocore.session
import pytest

from kernel import sdk
from tests.unit.source import FUNCTIONS, KERNEL

SERVICES = sorted({"dynamodb", *re.findall(r'\baws\("([a-z0-9-]+)"\)',
                                           "".join(path.read_text() for folder in (FUNCTIONS, KERNEL) for path in Path(folder).rglob("*.py")))})


def facts(client):
    signer = client._request_signer
    return client.meta.endpoint_url, client.meta.region_name, client.meta.partition, signer.region_name, signer.signing_name, \
        signer.signature_version, sorted(client.meta.method_to_api_mapping.items())


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "ap-southeast-2", "cn-north-1", "us-gov-west-1"])
@pytest.mark.parametrize("service", SERVICES)
def test_it_goes_to_the_same_place_and_signs_in_the_same_way(service, region, monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_REGION", region)
    plain = botocore.session.get_session().create_client(service, region_name=region)
    assert facts(sdk.client(service)) == facts(plain)


def test_there_are_services_to_compare():
    assert {"dynamodb", "s3", "secretsmanager", "sqs"} <= set(SERVICES)

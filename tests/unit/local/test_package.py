"""From template.yaml to what the emulator understands."""

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest
import yaml

from local import package, reload
from local.build import layers_of

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: python3.13, CodeUri: infra/bundle/, Layers: [!Ref Kernel] } }
Resources:
  Kernel: { Type: AWS::Serverless::LayerVersion, Properties: { ContentUri: layers/kernel/ } }
  Api: { Type: AWS::Serverless::HttpApi }
  PlansApi:
    Type: AWS::Serverless::Function
    Properties:
      Handler: functions.plans.api.handler
      Layers: [!Ref Documents]
      Events:
        Tree: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: "/v1/plans/{proxy+}", Method: ANY } }
        Hook: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /v1/webhooks, Method: POST } }
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    monkeypatch.setattr(package, "ROOT", tmp_path)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return tmp_path


def test_short_tags_are_read_as_their_long_form() -> None:
    text = "[!Ref A, !GetAtt B.Arn, !Sub '${A}-x', !If [IsLive, 1, !Ref C], !Condition IsLive]"
    assert yaml.load(text, package.Loader) == [
        {"Ref": "A"},
        {"Fn::GetAtt": ["B", "Arn"]},
        {"Fn::Sub": "${A}-x"},
        {"Fn::If": ["IsLive", 1, {"Ref": "C"}]},
        {"Condition": "IsLive"},
    ]


def test_every_path_of_an_http_api_becomes_a_route_to_its_function() -> None:
    resources = package.local_template({})["Resources"]
    routes = [r["Properties"]["RouteKey"] for r in resources.values() if r["Type"] == "AWS::ApiGatewayV2::Route"]
    assert sorted(routes) == ["ANY /v1/plans/{proxy+}", "POST /v1/webhooks"]
    assert "Body" not in resources["Api"]["Properties"]
    integrations = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::ApiGatewayV2::Integration"]
    assert all("${PlansApi.Arn}" in json.dumps(integration["IntegrationUri"]) for integration in integrations)


def test_all_code_is_the_same_empty_archive_whose_bytes_never_change() -> None:
    resources = package.local_template({})["Resources"]
    assert resources["PlansApi"]["Properties"]["Code"] == {"S3Bucket": package.BUCKET, "S3Key": package.ARCHIVE}
    assert package.empty_archive() == package.empty_archive()


def test_a_functions_own_layers_follow_those_of_all() -> None:
    template = package.load()
    assert layers_of(template["Resources"]["PlansApi"]["Properties"], template) == ["Kernel", "Documents"]


def test_a_second_edit_of_equal_size_within_one_second_is_not_taken_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    source = tmp_path / "edited.py"

    def value(text: str) -> object:
        source.write_text(text)
        os.utime(source, (1_800_000_000, 1_800_000_000))
        spec = importlib.util.spec_from_file_location("edited", source)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.x

    assert value("x = 1") == 1
    reload.forget_bytecode(source)
    assert value("x = 2") == 2

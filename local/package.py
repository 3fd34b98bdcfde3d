"""template.yaml -> what the emulator understands. AWS gets the file as it is."""

import hashlib
import io
import json
import logging
import zipfile
from types import SimpleNamespace
from typing import Any

import yaml
from samtranslator.translator.transform import transform

from local.settings import AWS_URL, ORIGIN, ROOT

# It would warn at every deployment that its own metrics were not sent anywhere.
logging.getLogger("samtranslator.metrics.metrics").setLevel(logging.ERROR)

BUCKET, ARCHIVE = "local-artifacts", "empty.zip"
# Addresses that AWS makes of an API's id and a bucket's name, and what is there on this machine: the origin itself, and the emulator.
_MADE = "${Sockets}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"
MOVED = {f"wss://{_MADE}": f"{ORIGIN.replace('http', 'ws', 1)}/", f"https://{_MADE}": f"{AWS_URL}/_aws/execute-api/${{Sockets}}/",
         "https://${Files}.s3.${AWS::Region}.${AWS::URLSuffix}": AWS_URL}


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, read as their long form."""


def _tag(loader: Loader, suffix: str, node: Any) -> dict[str, Any]:
    key = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, True)
    else:
        value = loader.construct_mapping(node, True)
    return {key: value.split(".", 1) if key == "Fn::GetAtt" and isinstance(value, str) else value}


Loader.add_multi_constructor("!", _tag)


def load() -> dict[str, Any]:
    return dict(yaml.load((ROOT / "template.yaml").read_text(), Loader))  # a SafeLoader


def code_places(template: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """(properties, name of the property) of everything that names a folder of code."""
    shared = template.get("Globals", {}).get("Function", {})
    own = [resource.get("Properties", {}) for resource in template["Resources"].values()]
    return [(properties, name) for properties in [shared, *own] for name in ("CodeUri", "ContentUri") if name in properties]


def local_template(parameters: dict[str, str]) -> dict[str, Any]:
    """The template with its code in S3, the SAM transform done and the routes of its HTTP APIs written out."""
    template = moved(load())
    for properties, name in code_places(template):
        properties[name] = f"s3://{BUCKET}/{ARCHIVE}"
    expanded: dict[str, Any] = transform(template, parameters, SimpleNamespace(load=dict))
    for name, resource in list(expanded["Resources"].items()):
        if resource["Type"] == "AWS::ApiGatewayV2::Api" and "Body" in resource["Properties"]:
            expanded["Resources"] |= _routes(name, resource["Properties"])
        if resource["Type"] == "AWS::ApiGatewayV2::RouteResponse":
            _without(expanded["Resources"], name)
    return expanded


def moved(value: Any) -> Any:
    """The same, with the addresses in it that are others here."""
    if isinstance(value, dict):
        return {name: moved(each) for name, each in value.items()}
    if isinstance(value, list):
        return [moved(each) for each in value]
    if isinstance(value, str):
        for there, here in MOVED.items():
            value = value.replace(there, here)
    return value


def _without(resources: dict[str, Any], name: str) -> None:
    """The emulator does not know route responses: it sends what a function returns back to the socket anyway."""
    del resources[name]
    for each in resources.values():
        if name in each.get("DependsOn", []):
            each["DependsOn"] = [other for other in each["DependsOn"] if other != name]


def empty_archive() -> bytes:
    """Stands for all code and layers: functions import the source tree (local/workarounds.py)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # A fixed date, or the emulator would see other code at every start.
        archive.writestr(zipfile.ZipInfo("empty"), "")
    return buffer.getvalue()


def _routes(api: str, properties: dict[str, Any]) -> dict[str, Any]:
    """The emulator ignores the OpenAPI body of an HTTP API: it becomes routes, and an integration for each function: CloudFormation counts
    both, and has an end."""
    body = properties.pop("Body")
    properties.pop("FailOnWarnings", None)
    properties |= {"ProtocolType": "HTTP", "Name": properties.get("Name", api)}
    made = {}
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            key = api + "".join(c for c in f"{method}{path}" if c.isalnum())
            uri = operation["x-amazon-apigateway-integration"]["uri"]
            verb = "ANY" if "any" in method else method.upper()
            integration = f"{api}Integration{hashlib.sha256(json.dumps(uri).encode()).hexdigest()[:16]}"
            target = {"Fn::Join": ["/", ["integrations", {"Ref": integration}]]}
            proxy = {"IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0", "IntegrationUri": uri}
            made[integration] = _part(api, "Integration", **proxy)
            made[key + "Route"] = _part(api, "Route", RouteKey=f"{verb} {path}", Target=target)
    return made


def _part(api: str, kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::ApiGatewayV2::{kind}", "Properties": {"ApiId": {"Ref": api}, **properties}}

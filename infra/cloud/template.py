"""The two stacks as CloudFormation: what is kept for good, and what a release brings.

    python -m infra.cloud.template [arm64|x86_64]     # into build/, for reading and for lint

Plain resources without a transform, so that what is checked and rehearsed is what AWS gets.
"""

import json
import sys
from pathlib import Path
from typing import Any

from . import firewall, storage, watch
from .functions import functions
from .package import BUILD, ROOT
from .rest import api

Json = dict[str, Any]
FORMAT = "2010-09-09"


def kept() -> Json:
    """Table, buckets, keys and secrets: `make destroy` leaves this stack alone."""
    return {
        "AWSTemplateFormatVersion": FORMAT,
        "Description": "Shanhuo: what is kept for good",
        "Parameters": storage.PARAMETERS,
        "Resources": storage.resources(),
        "Outputs": storage.outputs(),
    }


def release(architecture: str) -> Json:
    """Functions, API and alarms: made anew by each release, gone with `make destroy`."""
    return {
        "AWSTemplateFormatVersion": FORMAT,
        "Description": "Shanhuo: one release",
        "Parameters": PARAMETERS,
        "Conditions": {
            "HasDomain": {"Fn::Not": [{"Fn::Equals": [{"Ref": "DomainName"}, ""]}]},
            "HasConcurrency": {"Fn::Not": [{"Fn::Equals": [{"Ref": "ApiConcurrency"}, 0]}]},
            "HasEmail": {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmEmail"}, ""]}]},
        },
        "Resources": functions(architecture) | api() | firewall.resources() | watch.resources(),
        "Outputs": {
            "Url": {"Value": BASE_URL},
            "ApiUrl": {"Value": STAGE_URL},
            "ApiId": {"Value": {"Ref": "RestApi"}},
            "DnsTarget": {
                "Condition": "HasDomain",
                "Description": "What the domain's CNAME record points at",
                "Value": {"Fn::GetAtt": ["Domain", "RegionalDomainName"]},
            },
            "CountyAccountFunction": {"Value": {"Ref": "OpenCountyAccount"}},
        },
    }


STAGE_URL = {"Fn::Sub": "https://${RestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/live"}
BASE_URL = {"Fn::If": ["HasDomain", {"Fn::Sub": "https://${DomainName}"}, STAGE_URL]}

PARAMETERS: Json = {
    "Stage": {"Type": "String", "AllowedPattern": "[a-z][a-z0-9-]{1,20}"},
    "Release": {"Type": "String", "Description": "Names the release in logs"},
    "ReleaseKey": {"Type": "String", "Description": "The package in the bucket of releases"},
    "DomainName": {"Type": "String", "Default": "", "Description": "What QR codes point at"},
    "CertificateArn": {"Type": "String", "Default": "", "Description": "ACM, of the same region"},
    "AlarmEmail": {"Type": "String", "Default": "", "Description": "Who is told of alarms"},
    "PayMinutes": {"Type": "Number", "Default": 30, "MinValue": 1, "MaxValue": 1440},
    "RequestsPerSecond": {"Type": "Number", "Default": 500, "MinValue": 1},
    "RequestsPerAddress": {
        "Type": "Number",
        "Default": 6000,
        "MinValue": 100,
        "Description": "In five minutes, of one address; carriers put many phones behind one",
    },
    "ApiConcurrency": {
        "Type": "Number",
        "Default": 400,
        "MinValue": 0,
        "Description": "Calls of the API at once; 0 reserves nothing, for an account that may not",
    },
    "Burst": {"Type": "Number", "Default": 1000, "MinValue": 1},
}


def write(template: Json, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(template, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def main(architecture: str = "arm64") -> None:
    for name, template in (("kept", kept()), ("release", release(architecture))):
        print(write(template, BUILD / f"{name}.json").relative_to(ROOT))


if __name__ == "__main__":
    main(*sys.argv[1:2])

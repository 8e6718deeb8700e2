"""The commands behind `make deploy`, `make destroy`, `make account` and `make rotate`.

AWS credentials and region come from where the AWS tools look for them. A release lies in its own
bucket with the template that belongs to it, so going back to one is deploying it by its name.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from chalicelib.config import CommandRefused
from infra.cloud import template
from infra.cloud.package import BUILD, ROOT, build, digest

Json = dict[str, Any]
UNCHANGED = "No updates are to be performed"
WAIT = {"Delay": 5, "MaxAttempts": 360}


@dataclass(frozen=True)
class Release:
    """name: where it lies in the bucket, and what the logs say. template: its stack."""

    name: str
    package: Path
    template: Json


@dataclass
class Stage:
    """One county's production, or a copy of it to try things on."""

    name: str
    endpoint: str | None = None
    wait: Mapping[str, int] = field(default_factory=lambda: WAIT)

    def client(self, service: str) -> Any:
        style = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
        how = {"config": style} if service == "s3" else {}
        return boto3.client(service, endpoint_url=self.endpoint, **how)

    @property
    def kept(self) -> str:
        return f"shanhuo-{self.name}-kept"

    @property
    def running(self) -> str:
        return f"shanhuo-{self.name}"

    def keep(self, origin: str, wanted: Json | None = None) -> Json:
        """Make or change the stack that stays; its outputs."""
        wanted = wanted or template.kept()
        options = {"Origin": origin} if origin else {}
        self._bring(self.kept, {"TemplateBody": json.dumps(wanted)}, options, wanted["Parameters"])
        self.client("cloudformation").update_termination_protection(
            StackName=self.kept, EnableTerminationProtection=True
        )
        return self.outputs(self.kept)

    def upload(self, release: Release) -> None:
        bucket = self.outputs(self.kept)["ReleasesName"]
        s3 = self.client("s3")
        s3.upload_file(str(release.package), bucket, f"{release.name}/package.zip")
        text = json.dumps(release.template)
        s3.put_object(Bucket=bucket, Key=f"{release.name}/release.json", Body=text.encode())

    def run(self, name: str, options: Mapping[str, str]) -> Json:
        """Make this release, uploaded before, the running one; the outputs of its stack."""
        bucket = self.outputs(self.kept)["ReleasesName"]
        key = f"{name}/release.json"
        signed = self.client("s3").generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": key}
        )
        url = urlsplit(signed)._replace(query="").geturl()
        package = {"Release": name, "ReleaseKey": f"{name}/package.zip"}
        self._bring(
            self.running, {"TemplateURL": url}, package | dict(options), template.PARAMETERS
        )
        return self.outputs(self.running)

    def destroy(self) -> None:
        """The release goes; table, buckets, keys and secrets stay, and the next one finds them."""
        formation = self.client("cloudformation")
        formation.delete_stack(StackName=self.running)
        self._wait(formation, "stack_delete_complete", self.running)

    def account(self, username: str) -> Json:
        """A county account with a new password, by the function that may open one."""
        answer = self.client("lambda").invoke(
            FunctionName=self.outputs(self.running)["CountyAccountFunction"],
            Payload=json.dumps({"username": username}).encode(),
        )
        opened: Json = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise CommandRefused(
                f"The account was not opened: {opened.get('errorType')}; see its log."
            )
        return opened

    def rotate(self) -> None:
        """A new master key; what is sealed and signed by the last two stays valid."""
        secret = self.outputs(self.kept)["SecretArn"]
        self.client("secretsmanager").rotate_secret(SecretId=secret)

    def releases(self) -> list[str]:
        """The names of the uploaded releases, oldest first."""
        bucket = self.outputs(self.kept)["ReleasesName"]
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
        uploads = [
            (upload["LastModified"], upload["Key"].partition("/")[0])
            for page in pages
            for upload in page.get("Contents", ())
            if upload["Key"].endswith("/release.json")
        ]
        return [name for _, name in sorted(uploads)]

    def outputs(self, stack: str) -> Json:
        """Raises Refused where there is no such stack."""
        try:
            [description] = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            raise CommandRefused(f"There is no stack {stack}: run `make deploy` first.") from error
        return {
            output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", ())
        }

    def _bring(
        self, stack: str, body: Json, options: Mapping[str, str], known: Mapping[str, Any]
    ) -> None:
        """Create or update. An option that is not given stays as it was."""
        formation = self.client("cloudformation")
        given = {"Stage": self.name, **options}
        wanted = {"StackName": stack, **body, "Capabilities": ["CAPABILITY_IAM"]}
        parameters: list[Json] = [
            {"ParameterKey": name, "ParameterValue": value} for name, value in given.items()
        ]
        try:
            [description] = formation.describe_stacks(StackName=stack)["Stacks"]
        except ClientError:
            formation.create_stack(**wanted, Parameters=parameters, OnFailure="DELETE")
            self._wait(formation, "stack_create_complete", stack)
            return
        parameters += [
            {"ParameterKey": parameter["ParameterKey"], "UsePreviousValue": True}
            for parameter in description.get("Parameters", ())
            if parameter["ParameterKey"] in known and parameter["ParameterKey"] not in given
        ]
        try:
            formation.update_stack(**wanted, Parameters=parameters)
        except ClientError as error:
            if UNCHANGED in str(error):
                return
            raise
        self._wait(formation, "stack_update_complete", stack)

    def _wait(self, formation: Any, until: str, stack: str) -> None:
        """Raises Refused with what AWS said about each part that failed."""
        try:
            formation.get_waiter(until).wait(StackName=stack, WaiterConfig=self.wait)
        except WaiterError as error:
            try:
                events = formation.describe_stack_events(StackName=stack)["StackEvents"]
            except ClientError:
                events = []
            failures = [
                f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
                for event in events
                if "FAILED" in event["ResourceStatus"] and event.get("ResourceStatusReason")
            ]
            raise CommandRefused(
                "\n  ".join([f"{stack} did not come to {until}:", *failures])
            ) from error


def made(architecture: str, name: str | None = None) -> Release:
    """This working copy as a release, named after its commit and what is in it."""
    with tempfile.TemporaryDirectory() as folder:
        package = build(architecture, Path(folder) / "package.zip")
        name = name or f"{_commit()}-{architecture}-{digest(package)[:8]}"
        kept = BUILD / name / "package.zip"
        kept.parent.mkdir(parents=True, exist_ok=True)
        package.replace(kept)
    return Release(name, kept, template.release(architecture))


def _commit() -> str:
    process = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--tags"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return process.stdout.strip().replace("/", "-") or "unversioned"


def main() -> None:
    parser = argparse.ArgumentParser(prog="infra.cloud.deploy")
    parser.add_argument("act", choices=["deploy", "destroy", "account", "rotate", "releases"])
    parser.add_argument("stage")
    parser.add_argument("--arch", default="arm64")
    parser.add_argument("--release", default="", help="go to this one, which was uploaded before")
    parser.add_argument("--domain", default="")
    parser.add_argument("--certificate", default="")
    parser.add_argument("--email", default="")
    parser.add_argument("--concurrency", default="", help="calls of the API at once; 0: no bound")
    parser.add_argument("--per-address", default="", help="requests of one address in 5 minutes")
    parser.add_argument("--username", default="county")
    given = parser.parse_args()
    stage = Stage(given.stage)
    if given.act == "deploy":
        stage.keep(f"https://{given.domain}" if given.domain else "")
        name = given.release
        if not name:
            release = made(given.arch)
            stage.upload(release)
            name = release.name
        options = {
            "DomainName": given.domain,
            "CertificateArn": given.certificate,
            "AlarmEmail": given.email,
            "ApiConcurrency": given.concurrency,
            "RequestsPerAddress": given.per_address,
        }
        chosen = {name: value for name, value in options.items() if value}
        for label, value in stage.run(name, chosen).items():
            print(f"{label:24} {value}")
        print(f"{'Release':24} {name}")
    elif given.act == "destroy":
        stage.destroy()
        print(f"The release is gone; the stack {stage.kept} keeps table, buckets and keys.")
    elif given.act == "account":
        account = stage.account(given.username)
        print(f"{account['username']}  {account['password']}  (shown only this once)")
    elif given.act == "rotate":
        stage.rotate()
    else:
        print("\n".join(stage.releases()))


if __name__ == "__main__":
    try:
        main()
    except CommandRefused as refusal:
        sys.exit(f"shanhuo: {refusal}")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"shanhuo: AWS said: {error}")

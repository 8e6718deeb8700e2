"""Rotating the master keys: a new one is put at the end of the ring, none is taken out.

What older keys sealed stays readable; see `config.Ring` for whose signatures count.
"""

import base64
import json
import secrets
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.config import SECRET_BYTES, settings

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"


@cache
def _client() -> Any:
    import boto3

    return boto3.client("secretsmanager", region_name=settings().region)


def rotate(step: str, secret_id: str, version: str) -> None:
    """AWS calls this with createSecret, setSecret, testSecret, finishSecret; each may come twice.

    Nothing but Secrets Manager knows the keys, so there is nothing to set elsewhere. Raises
    ClientError, and ValueError for a pending ring that is not the current one and a key more.
    """
    if step == "createSecret":
        _create(secret_id, version)
    elif step == "testSecret":
        current, pending = _read(secret_id, CURRENT)[0], _read(secret_id, PENDING, version)[0]
        if pending["keys"].split()[:-1] != current["keys"].split():
            raise ValueError("the pending ring is not the current one and a key more")
    elif step == "finishSecret":
        _, known = _read(secret_id, CURRENT)
        if known != version:
            _client().update_secret_version_stage(
                SecretId=secret_id,
                VersionStage=CURRENT,
                MoveToVersionId=version,
                RemoveFromVersionId=known,
            )


def _create(secret_id: str, version: str) -> None:
    try:
        _read(secret_id, PENDING, version)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
    else:
        return
    content, _ = _read(secret_id, CURRENT)
    key = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    _client().put_secret_value(
        SecretId=secret_id,
        ClientRequestToken=version,
        SecretString=json.dumps(content | {"keys": f"{content['keys']} {key}"}),
        VersionStages=[PENDING],
    )


def _read(secret_id: str, stage: str, version: str | None = None) -> tuple[dict[str, str], str]:
    which = {"VersionId": version} if version else {}
    secret = _client().get_secret_value(SecretId=secret_id, VersionStage=stage, **which)
    return json.loads(secret["SecretString"]), secret["VersionId"]

"""What is kept for good: the table, the buckets, the key that encrypts them, the secrets."""

from string import punctuation
from typing import Any

from chalicelib.repositories.tables import definition

Json = dict[str, Any]

PARAMETERS: Json = {
    "Stage": {"Type": "String", "AllowedPattern": "[a-z][a-z0-9-]{1,20}"},
    "Origin": {
        "Type": "String",
        "Default": "*",
        "Description": "The site that may send photos to the bucket, such as https://example.org",
    },
}
KEEP = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
KEY_ARN = {"Fn::GetAtt": ["Key", "Arn"]}
IMPORT_DAYS = 2
"""S3 counts whole days; the hourly sweep deletes at 24 hours (domain/imports.py)."""


def resources() -> Json:
    files = _bucket(
        lifecycle=[
            _expiring("ImportedFiles", {"Prefix": "imports/", "ExpirationInDays": IMPORT_DAYS}),
        ],
        # An erased person's photos are gone after this many days; until then a mistake is undone.
        noncurrent_days=7,
    )
    files["Properties"]["CorsConfiguration"] = {
        "CorsRules": [
            {
                "AllowedMethods": ["PUT", "GET"],
                "AllowedOrigins": [{"Ref": "Origin"}],
                "AllowedHeaders": ["content-type", "x-amz-checksum-sha256"],
                "MaxAge": 3600,
            }
        ]
    }
    return {
        "Key": _key(),
        "KeyAlias": {
            "Type": "AWS::KMS::Alias",
            **KEEP,
            "Properties": {
                "AliasName": {"Fn::Sub": "alias/shanhuo-${Stage}"},
                "TargetKeyId": {"Ref": "Key"},
            },
        },
        "Table": table(),
        "Files": files,
        "FilesPolicy": _only_tls("Files"),
        "Releases": _bucket(lifecycle=[], noncurrent_days=90),
        "ReleasesPolicy": _only_tls("Releases"),
        "Secret": _secret(),
        **_access_log_role(),
    }


def table() -> Json:
    """From the one definition that the app and the embedded engine use, plus what only AWS has."""
    return {
        "Type": "AWS::DynamoDB::Table",
        **KEEP,
        "Properties": {
            **definition(),
            "TableName": {"Fn::Sub": "shanhuo-${Stage}"},
            "DeletionProtectionEnabled": True,
            "PointInTimeRecoverySpecification": {
                "PointInTimeRecoveryEnabled": True,
                "RecoveryPeriodInDays": 35,
            },
            "SSESpecification": {
                "SSEEnabled": True,
                "SSEType": "KMS",
                "KMSMasterKeyId": KEY_ARN,
            },
            "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
            "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        },
    }


def outputs() -> Json:
    """What a release imports, so that this stack cannot go while a release stands."""
    values = {
        "TableName": {"Ref": "Table"},
        "TableArn": {"Fn::GetAtt": ["Table", "Arn"]},
        "FilesName": {"Ref": "Files"},
        "FilesArn": {"Fn::GetAtt": ["Files", "Arn"]},
        "ReleasesName": {"Ref": "Releases"},
        "KeyArn": KEY_ARN,
        "SecretArn": {"Fn::GetAtt": ["Secret", "Id"]},
    }
    return {
        name: {"Value": value, "Export": {"Name": {"Fn::Sub": f"shanhuo-${{Stage}}-{name}"}}}
        for name, value in values.items()
    }


def imported(name: str) -> Json:
    """One of `outputs`, as a release refers to it."""
    return {"Fn::ImportValue": {"Fn::Sub": f"shanhuo-${{Stage}}-{name}"}}


def taken_by(service: str) -> Json:
    """The policy of a role that a service of AWS, and nobody else, may act in."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        ],
    }


def _key() -> Json:
    return {
        "Type": "AWS::KMS::Key",
        **KEEP,
        "Properties": {
            "Description": "Shanhuo: table, files, releases, secrets and logs",
            "EnableKeyRotation": True,
            "PendingWindowInDays": 30,
            "KeyPolicy": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "TheAccountDecidesByItsOwnPolicies",
                        "Effect": "Allow",
                        "Principal": {
                            "AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
                        },
                        "Action": "kms:*",
                        "Resource": "*",
                    },
                    {
                        "Sid": "LogsOfThisAccount",
                        "Effect": "Allow",
                        "Principal": {
                            "Service": {"Fn::Sub": "logs.${AWS::Region}.${AWS::URLSuffix}"}
                        },
                        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"],
                        "Resource": "*",
                        "Condition": {
                            "ArnLike": {
                                "kms:EncryptionContext:aws:logs:arn": {
                                    "Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:"
                                    "${AWS::AccountId}:log-group:/shanhuo/${Stage}/*"
                                }
                            }
                        },
                    },
                    {
                        "Sid": "AlarmsIntoTheTopicAndSchedulesIntoTheQueue",
                        "Effect": "Allow",
                        "Principal": {
                            "Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]
                        },
                        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                        "Resource": "*",
                        "Condition": {
                            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
                        },
                    },
                ],
            },
        },
    }


def _bucket(*, lifecycle: list[Json], noncurrent_days: int) -> Json:
    return {
        "Type": "AWS::S3::Bucket",
        **KEEP,
        "Properties": {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {
                        "BucketKeyEnabled": True,
                        "ServerSideEncryptionByDefault": {
                            "SSEAlgorithm": "aws:kms",
                            "KMSMasterKeyID": KEY_ARN,
                        },
                    }
                ]
            },
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "VersioningConfiguration": {"Status": "Enabled"},
            "LifecycleConfiguration": {
                "Rules": [
                    *lifecycle,
                    _expiring(
                        "OldVersions",
                        {"NoncurrentVersionExpiration": {"NoncurrentDays": noncurrent_days}},
                    ),
                    _expiring(
                        "UnfinishedUploads",
                        {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
                    ),
                ]
            },
        },
    }


def _expiring(name: str, rule: Json) -> Json:
    return {"Id": name, "Status": "Enabled", **rule}


def _only_tls(bucket: str) -> Json:
    arn = {"Fn::GetAtt": [bucket, "Arn"]}
    return {
        "Type": "AWS::S3::BucketPolicy",
        **KEEP,
        "Properties": {
            "Bucket": {"Ref": bucket},
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "OnlyTls",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": [arn, {"Fn::Sub": ["${Arn}/*", {"Arn": arn}]}],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            },
        },
    }


def _secret() -> Json:
    """44 letters and digits are base64 of 33 bytes, and 262 bits to guess: a first key that no
    person and no laptop ever saw."""
    return {
        "Type": "AWS::SecretsManager::Secret",
        **KEEP,
        "Properties": {
            "Name": {"Fn::Sub": "shanhuo/${Stage}"},
            "Description": "Master keys, oldest first, and the payment provider's token",
            "KmsKeyId": KEY_ARN,
            "GenerateSecretString": {
                "SecretStringTemplate": "{}",
                "GenerateStringKey": "keys",
                "PasswordLength": 44,
                "ExcludePunctuation": True,
                "ExcludeCharacters": punctuation,  # the same again, which ministack reads
            },
        },
    }


def _access_log_role() -> Json:
    """API Gateway writes access logs by one role for the whole account and region."""
    return {
        "AccessLogRole": {
            "Type": "AWS::IAM::Role",
            **KEEP,
            "Properties": {
                "AssumeRolePolicyDocument": taken_by("apigateway.amazonaws.com"),
                "ManagedPolicyArns": [
                    {
                        "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/"
                        "AmazonAPIGatewayPushToCloudWatchLogs"
                    }
                ],
            },
        },
        "AccessLogs": {
            "Type": "AWS::ApiGateway::Account",
            **KEEP,
            "Properties": {"CloudWatchRoleArn": {"Fn::GetAtt": ["AccessLogRole", "Arn"]}},
        },
    }

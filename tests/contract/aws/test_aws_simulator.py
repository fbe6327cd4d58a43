"""The simulated AWS, as boto3 sees it: which callers it serves, what it records, its secret, and how it starts."""

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest
import urllib3
from botocore.exceptions import ClientError

from emulator.aws.simulator import SECRET_ARN, AwsSimulator
from emulator.background import Background
from tests.contract.aws.asking_aws import FLAT_OUT, HAIKU, HAIKU_4_5, body_of, client_of, invoke, refusal_of, stream


class TestSignatures:
    @pytest.mark.parametrize("service", ["bedrock-runtime", "secretsmanager"])
    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"key_id": "AKIASOMEBODYELSE"}, "UnrecognizedClientException.*: The security token .* is invalid"),
            ({"secret": "wrong"}, "InvalidSignatureException.*: The request signature we calculated"),
            ({"region": "eu-west-1"}, "InvalidSignatureException.*: Credential should be scoped to .*/us-east-1/"),
        ],
    )
    def test_only_the_known_caller_is_served(
        self, simulator: AwsSimulator, service: str, wrong: dict[str, str], message: str
    ) -> None:
        client = client_of(simulator, service, **wrong)  # type: ignore[arg-type]
        with pytest.raises(ClientError, match=message) as caught:
            client.get_secret_value(SecretId="any") if service == "secretsmanager" else invoke(client, body_of())
        client.close()
        status = 400 if service == "secretsmanager" else 403  # AWS JSON 1.1 has only 400
        assert refusal_of(caught.value)[0] == status

    def test_an_unsigned_request_is_refused(self, simulator: AwsSimulator) -> None:
        response = urllib3.request("POST", f"{simulator.url}/model/{HAIKU}/invoke", json=body_of())
        assert response.status == 403
        assert response.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
        assert "message" in response.json()
        assert response.headers["x-amzn-requestid"]

    def test_the_body_is_signed_too(self, simulator: AwsSimulator, bedrock: Any) -> None:
        assert invoke(bedrock, body_of())
        received = simulator.requests[-1]
        headers = {name: value for name, value in received.headers.items() if name != "content-length"}
        response = urllib3.request(
            "POST", f"{simulator.url}/model/{HAIKU}/invoke", body=json.dumps(body_of("Forged")), headers=headers
        )
        assert response.headers["x-amzn-errortype"] == "InvalidSignatureException"

    def test_a_colon_in_the_model_id_is_signed_percent_encoded(self, simulator: AwsSimulator, bedrock: Any) -> None:
        assert invoke(bedrock, body_of(), HAIKU_4_5)
        assert simulator.requests[-1].model_id == HAIKU_4_5.replace(":", "%3A")


class TestHistory:
    def test_has_what_really_arrived(self, simulator: AwsSimulator, bedrock: Any) -> None:
        list(stream(bedrock, body_of("For the record")))
        received = simulator.requests[-1]
        assert received.operation == "InvokeModelWithResponseStream"
        assert received.model_id == HAIKU
        assert received.body == body_of("For the record")
        assert received.headers["authorization"].startswith("AWS4-HMAC-SHA256")


class TestSecrets:
    def test_the_current_version_holds_the_keys(self, simulator: AwsSimulator, secrets: Any) -> None:
        secret = secrets.get_secret_value(SecretId=simulator.secret_arn)
        assert json.loads(secret["SecretString"]) == {"ann": "key-1"}
        assert secret["ARN"] == simulator.secret_arn
        assert secret["VersionStages"] == ["AWSCURRENT"]
        assert secret["VersionId"]
        assert secret["CreatedDate"].year == 2026

    def test_without_a_rotation_there_is_no_previous_version(self, simulator: AwsSimulator, secrets: Any) -> None:
        with pytest.raises(ClientError, match="staging label: AWSPREVIOUS") as caught:
            secrets.get_secret_value(SecretId=simulator.secret_arn, VersionStage="AWSPREVIOUS")
        assert refusal_of(caught.value) == (400, "ResourceNotFoundException")

    def test_another_secret_is_not_found(self, secrets: Any) -> None:
        with pytest.raises(ClientError, match="can't find the specified secret") as caught:
            secrets.get_secret_value(SecretId="somebody-elses")
        assert refusal_of(caught.value) == (400, "ResourceNotFoundException")

    def test_a_rotation_keeps_the_old_keys_as_previous(self, background: Background) -> None:
        simulator = AwsSimulator(keys={"ann": "key-1"}, pace=FLAT_OUT)
        background.run(simulator.start())
        client = client_of(simulator, "secretsmanager")
        simulator.rotate({"ann": "key-2"})
        versions = {
            stage: json.loads(client.get_secret_value(SecretId=SECRET_ARN, VersionStage=stage)["SecretString"])
            for stage in ("AWSCURRENT", "AWSPREVIOUS")
        }
        client.close()
        background.run(simulator.close())
        assert versions == {"AWSCURRENT": {"ann": "key-2"}, "AWSPREVIOUS": {"ann": "key-1"}}


class TestCommandLine:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_prints_where_it_is_and_stops_cleanly(self, number: int) -> None:
        command = [
            sys.executable,
            "-W",
            "error",
            "-m",
            "emulator.aws.simulator",
            "--key",
            "k",
            "--first-event-seconds",
            "0",
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=os.getcwd()) as process:
            assert process.stdout
            addresses = json.loads(process.stdout.readline())
            answer = urllib3.request("GET", addresses["url"] + "/nothing")
            process.send_signal(number)
            assert process.wait(60) == 0
        assert addresses["secret_arn"].startswith("arn:aws:secretsmanager:")
        assert answer.headers["x-amzn-errortype"] == "UnknownOperationException"

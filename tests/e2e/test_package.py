"""The package that is deployed answers, from a folder that it cannot write to, as the repository's code does."""

import pytest

from infra.function_files import unpack_function
from tests.asking import body_of
from tests.conftest import FUNCTION_PYTHON, Deploy, Deployment


@pytest.fixture(scope="module")
def packed(deploy: Deploy, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    folder = tmp_path_factory.mktemp("task")
    unpack_function(folder, python=FUNCTION_PYTHON)
    return deploy(root=folder)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("path", ["/v1/messages", "/v1/chat/completions"])
def test_every_api_answers(packed: Deployment, deployment: Deployment, path: str, stream: bool) -> None:
    answers = [each.http.post(path, json=body_of("Hello", stream=stream)) for each in (packed, deployment)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.headers["content-type"] for answer in answers}) == 1


def test_a_refusal_reads_as_ever(packed: Deployment, deployment: Deployment) -> None:
    refused = [each.http.get("/stream", params={"prompt": "/denied"}) for each in (packed, deployment)]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert len({answer.json()["error"]["message"] for answer in refused}) == 1
    assert packed.url.breaches == []

"""lambda_wsgi's README and those of the examples are true: what they show runs, and what they name exists."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.examples.conftest import Serve
from tests.places import LAMBDA_SRC, ROOT

RUNTIME = LAMBDA_SRC / "lambda_wsgi"
MANUAL = (RUNTIME / "README.md").read_text()
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/app.py"))


def snippet() -> str:
    (code,) = re.findall(r"^```python\n(.*?)^```", MANUAL, re.MULTILINE | re.DOTALL)
    return str(code)


def test_twelve_lines_stream_a_flask_application(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(snippet())
    handler = re.findall(r"handler `([\w.]+)`", MANUAL)[0]
    pieces = serve(tmp_path, handler).pieces("/")
    assert pieces == [f'data: "{word}"\n\n' for word in ("Python", "streams", "on", "Lambda")]


def test_they_are_twelve() -> None:
    assert len(list(filter(str.strip, snippet().splitlines()))) == 12


def test_the_manual_names_every_module_and_no_other() -> None:
    table = MANUAL.split("| step | file |")[1].split("\n\n")[0]
    modules = {path.name for path in RUNTIME.glob("*.py")} - {"__init__.py"}
    assert set(re.findall(r"`(\w+\.py)`", table)) == modules


def test_it_counts_its_lines_right() -> None:
    counted = sum(
        len(path.read_text().splitlines()) for path in [*RUNTIME.glob("*.py"), RUNTIME.parent / "bootstrap"]
    )
    said = int(re.findall(r"(\d+) lines of Python", MANUAL)[0])
    assert abs(counted - said) < 100


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_says_how_it_is_run_and_deployed(example: Path) -> None:
    manual = (example / "README.md").read_text()
    name = f"examples/{example.name}"
    assert f"make demo APP={name}" in manual
    assert f"examples/package {name} build" in manual
    assert f"]({example.name}/README.md)" in (ROOT / "examples/README.md").read_text()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_needs_what_the_tests_ran_with(example: Path) -> None:
    pins = example / "requirements.txt"
    needed = set(pins.read_text().split()) if pins.exists() else set()
    assert needed <= set((ROOT / "requirements-dev.txt").read_text().split())


def package(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["examples/package", *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


class TestPackage:
    def test_has_the_application_and_the_runtime_and_no_manual(self, tmp_path: Path) -> None:
        build = tmp_path / "build"
        assert package("examples/hello", str(build)).returncode == 0
        files = {path.relative_to(build).as_posix() for path in build.rglob("*") if path.is_file()}
        runtime = {f"lambda_wsgi/{path.name}" for path in RUNTIME.glob("*.py")}
        assert files == {"app.py", "bootstrap"} | runtime
        assert (build / "bootstrap").stat().st_mode & 0o777 == 0o755

    def test_runs_with_its_own_runtime(self, serve: Serve, tmp_path: Path) -> None:
        build = tmp_path / "build"
        package("examples/hello", str(build))
        main = build / "lambda_wsgi" / "__main__.py"
        main.write_text(main.read_text().replace("import sys\n", "import sys\nsys.modules['packed'] = sys\n", 1))
        app = build / "app.py"
        app.write_text(f"import packed\n{app.read_text()}".replace('"world"', '"package"'))
        assert "package" in serve(build).pieces("/")

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ([], "usage: examples/package APP BUILD"),
            (["examples/none", "build"], "there is no folder examples/none"),
            (["examples/hello", "examples"], "examples exists already: remove it, or name another folder"),
        ],
    )
    def test_refuses_in_a_sentence(self, words: list[str], sentence: str) -> None:
        refused = package(*words)
        assert refused.returncode != 0
        assert sentence in refused.stderr


def test_no_example_knows_of_lambda() -> None:
    for example in EXAMPLES:
        source = (example / "app.py").read_text()
        assert not re.search(r"\b(?:lambda_wsgi|boto\w*|awslambda\w*)\b", source), example

"""page_files.py: which name the page's files have, and how index.html finds them there."""

import json
import re
from pathlib import Path

import pytest

from infra.page_files import MissingLibraries, check_libraries, refer_to, version, worker


@pytest.fixture
def web(tmp_path: Path) -> Path:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "lib.js").write_text("export {}")
    (tmp_path / "main.js").write_text("import './vendor/lib.js'")
    return tmp_path


def test_missing_libraries_are_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        MissingLibraries, match=r"^the page's libraries are missing from web/vendor: run make setup$"
    ):
        check_libraries(tmp_path)


def test_libraries_in_place_are_fine(web: Path) -> None:
    check_libraries(web)


def test_the_same_files_have_the_same_name(web: Path) -> None:
    assert version(web) == version(web)


@pytest.mark.parametrize("change", ["main.js", "vendor/lib.js", "new.css"])
def test_a_changed_byte_makes_another_name(change: str, web: Path) -> None:
    before = version(web)
    (web / change).write_text("something else")
    assert version(web) != before


def test_what_is_not_served_changes_nothing(web: Path) -> None:
    before = version(web)
    (web / "vendor" / "lib.d.ts").write_text("export {}")
    assert version(web) == before


def test_references_to_files_move_into_the_folder(web: Path) -> None:
    html = '<script type="module" src="main.js"></script><img src="vendor/lib.js">'
    moved = '<script type="module" src="/v1/main.js"></script><img src="/v1/vendor/lib.js">'
    assert refer_to("v1", html, web) == moved


@pytest.mark.parametrize("target", ["/", "#top", "https://example.com/main.js", "missing.js", "data:,main.js"])
def test_other_references_stay(target: str, web: Path) -> None:
    html = f'<a href="{target}">'
    assert refer_to("v1", html, web) == html


class TestWorker:
    LINE = "const SHELL = { version: '', folder: '', files: [''] };"

    @pytest.fixture
    def shell(self, web: Path) -> Path:
        (web / "sw.js").write_text(f"{self.LINE}\n")
        (web / "main.js").write_text("import { a } from './vendor/lib.js';\nimport('./vendor/late.js');")
        (web / "vendor" / "late.js").write_text("export {}")
        (web / "style.css").write_text("")
        (web / "main.d.ts").write_text("")
        (web / "preview").mkdir()
        (web / "preview" / "frame.js").write_text("")
        return web

    def filled(self, folder: str, web: Path) -> dict[str, object]:
        found = re.fullmatch(r"const SHELL = (.*);\n", worker(folder, web))
        assert found
        values: dict[str, object] = json.loads(found[1])
        return values

    def test_keeps_what_the_page_is_made_of_and_what_that_imports_at_once(self, shell: Path) -> None:
        assert self.filled("v1", shell) == {
            "version": version(shell),
            "folder": "/v1",
            "files": ["main.js", "style.css", "vendor/lib.js"],
        }
        assert self.filled("", shell)["folder"] == ""

    def test_is_another_text_once_a_file_has_changed(self, shell: Path) -> None:
        before = worker("v1", shell)
        (shell / "style.css").write_text("p {}")
        assert worker("v1", shell) != before

    def test_without_its_line_is_a_mistake(self, shell: Path) -> None:
        (shell / "sw.js").write_text("")
        with pytest.raises(ValueError, match=r"^expected the line .const SHELL"):
            worker("v1", shell)

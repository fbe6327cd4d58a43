"""page_files.py: which name the page's files have, and how index.html finds them there."""

from pathlib import Path

import pytest

from infra.page_files import MissingLibraries, check_libraries, refer_to, version


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

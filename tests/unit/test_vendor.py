"""tools/vendor copies the page's libraries from what `make demo` installs, which is less than tests do."""

import json
import re

from tests.places import ROOT


def test_each_package_that_it_copies_from_is_installed_without_the_tests() -> None:
    names = set(re.findall(r"node_modules/((?:@[\w-]+/)?[a-z][\w.-]*)/", (ROOT / "tools" / "vendor").read_text()))
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert {"temml", "mermaid"} <= names
    assert [name for name in sorted(names) if packages[f"node_modules/{name}"].get("dev")] == []

"""The templates that come with the service, to begin one's own with."""

from functools import cache
from importlib import resources
from typing import Any

import yaml

_FILES = (".mjml", ".html", ".txt")


@cache
def samples() -> list[dict[str, Any]]:
    """Each as the body of ``POST /templates`` has it, without a department."""
    folder = resources.files(__package__) / "examples"
    found: list[dict[str, Any]] = yaml.safe_load((folder / "index.yaml").read_text(encoding="utf-8"))
    for sample in found:
        sample.setdefault("layout", "")
        for content in sample["contents"]:
            for name, part in content.items():
                if part.endswith(_FILES):
                    content[name] = (folder / part).read_text(encoding="utf-8")
    return found

"""The shipped policy with an outbound gate that never closes: what is measured is a desk that answers everybody."""

import re
from importlib import resources
from pathlib import Path

_CAPS = ("digest_lines_per_recipient", "per_instance")
_MOST = 1_000_000


def write_policy(folder: Path) -> Path:
    """The path of a desk.toml in `folder`."""
    text = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
    for cap in _CAPS:
        text, found = re.subn(rf"(?m)^{cap} = \d+$", f"{cap} = {_MOST}", text)
        assert found == 1, f"desk.toml has no {cap} any more"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "desk.toml"
    path.write_text(text, "utf-8")
    return path

"""The shipped policy with an outbound gate that never closes and no storms: what is measured is a desk that answers everybody,
whose thousands of alike mails are not one major incident."""

import re
from importlib import resources
from pathlib import Path

_CAPS = ("digest_lines_per_recipient", "per_instance")
_MOST = 1_000_000
_NO_STORMS = ("propose_at", "form_at")


def write_policy(folder: Path) -> Path:
    """The path of a desk.toml in `folder`."""
    text = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
    for key, value in {**dict.fromkeys(_CAPS, _MOST), **dict.fromkeys(_NO_STORMS, 0)}.items():
        text, found = re.subn(rf"(?m)^{key} = \d+$", f"{key} = {value}", text)
        assert found == 1, f"desk.toml has no {key} any more"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "desk.toml"
    path.write_text(text, "utf-8")
    return path

"""The shipped policy with short times and high caps, so that a test sees in seconds what takes hours at a site."""

import re
from importlib import resources
from pathlib import Path

LEASE_SECONDS = 3  # for one desk; of several, each needs to have marked what it sent before another may take it over

_CHANGES = {
    "first_retry_seconds": 1,
    "digest_seconds": 1,
    "bounce_window_seconds": 1,
    "per_recipient_and_ticket": 1_000,
    "per_recipient": 1_000_000,
    "pages_per_recipient": 1_000_000,
    "digest_lines_per_recipient": 1_000_000,
    "per_instance": 1_000_000,
    "per_instance_per_minute": 1_000_000,
    "propose_at": 0,  # many write the same here, and each is to be answered by itself
    "form_at": 0,
}


def write_policy(folder: Path, *, lease_seconds: int = LEASE_SECONDS) -> Path:
    """The path of a desk.toml in `folder`."""
    text = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
    for key, value in {**_CHANGES, "lease_seconds": lease_seconds}.items():
        text, found = re.subn(rf"(?m)^{key} = \d+$", f"{key} = {value}", text)
        assert found == 1, f"desk.toml has no {key} any more"
    path = folder / "desk.toml"
    path.write_text(text, "utf-8")
    return path

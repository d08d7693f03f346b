"""[storm] in desk.toml: every fault is named, and a file from before storms means the shipped values."""

from datetime import timedelta
from importlib import resources

import pytest

from intake.desk.policy_file.whole import parse_policy
from intake.domain.errors import ConfigError
from tests.storms.stormy_desk import policy

SHIPPED = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("alike", 0, "alike must be a number above 0"),
        ("alike", 1.5, "alike must be a number above 0"),
        ("propose_at", 1, "from 2, or 0 for never"),
        ("form_at", 2, "form_at must not be smaller than propose_at"),
        ("window_minutes", 0, "window_minutes must be a whole number"),
        ("update_minutes", -5, "update_minutes must be a whole number"),
    ],
)
def test_a_fault_is_named_with_its_line(key: str, value: float, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as fault:
        policy(**{key: value})
    assert str(fault.value).startswith("desk.toml:")


def test_nothing_is_promised_that_could_not_be_counted() -> None:
    with pytest.raises(ConfigError, match="must be at most that"):
        policy(propose_at=0, form_at=40)


def test_a_file_from_before_storms_means_the_shipped_values() -> None:
    before, _, rest = SHIPPED.partition("[storm]\n")
    storm = parse_policy(before + rest[rest.index("\n[") :], "desk.toml").storm
    assert storm == parse_policy(SHIPPED, "desk.toml").storm
    assert (storm.window, storm.propose_at, storm.form_at) == (timedelta(minutes=30), 3, 6)

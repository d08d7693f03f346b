"""desk.toml is checked whole, and every fault is named with its line."""

from importlib import resources
from pathlib import Path

import pytest

from intake.desk.policy_file import parse_policy, read_policy
from intake.desk.router import first_route, next_tier, route
from intake.domain.errors import ConfigError
from intake.domain.label import Kind, Level, Priority
from intake.domain.ticket import Tier

SHIPPED = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")


def line_of(text: str, beginning: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(beginning))


def test_the_shipped_matrix_is_the_one_that_people_know() -> None:
    policy = read_policy(None)
    levels = [Level.HIGH, Level.MEDIUM, Level.LOW]
    rows = [[policy.priority(impact, urgency).value for urgency in levels] for impact in levels]
    assert rows == [["P1", "P2", "P3"], ["P2", "P3", "P4"], ["P3", "P4", "P4"]]


def test_more_people_hit_or_more_haste_never_lowers_the_priority() -> None:
    policy = read_policy(None)
    order = list(Priority)
    for impact in Level:
        for urgency in Level:
            here = order.index(policy.priority(impact, urgency))
            assert all(order.index(policy.priority(Level(worse), urgency)) <= here for worse in range(1, impact))
            assert all(order.index(policy.priority(impact, Level(worse))) <= here for worse in range(1, urgency))


@pytest.mark.parametrize(
    ("kind", "tiers"),
    [
        (Kind.INCIDENT, ["support", "cio", "cio_leads"]),
        (Kind.SERVICE_REQUEST, ["support", "process", "process_leads"]),
        (Kind.ENHANCEMENT, ["cio", "cio", "cio_leads"]),
        (Kind.NONE, ["support", "process", "process_leads"]),
    ],
)
def test_every_kind_has_an_owner_at_every_tier(kind: Kind, tiers: list[str]) -> None:
    policy = read_policy(None)
    assert [route(policy, kind, tier).team for tier in Tier] == tiers
    assert first_route(policy, kind).team == tiers[0]
    assert next_tier(policy, kind, Tier.LEADS) is None


def test_an_enhancement_starts_at_tier_two() -> None:
    assert first_route(read_policy(None), Kind.ENHANCEMENT).tier is Tier.TEAM


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('impact_2 = ["P2", "P3", "P4"]', 'impact_2 = ["P2", "P3"]', "impact_2 must be three of"),
        ('impact_2 = ["P2", "P3", "P4"]', "impact_2 = 3", "impact_2 must be three of"),
        ("enhancement     = {  ", "enhancement     = { tier_9 = 'cio',", "enhancement must name a team"),
        ("climb_after_minutes = 10", "climb_after_minutes = 0", "climb_after_minutes must be a whole number"),
        ("climb_after_minutes = 10", "climb_after_minutes = true", "climb_after_minutes must be a whole number"),
        ("priorities = ", "priorities = ['P7'] # ", "priorities must be a list"),
        ("digest_seconds = 5", "digest_seconds = 5\ntypo = 1", "unknown key 'typo' in [delivery]"),
    ],
)
def test_a_fault_is_named_with_its_line(old: str, new: str, fault: str) -> None:
    broken = SHIPPED.replace(old, new)
    line = line_of(broken, "typo" if "typo" in new else new.split("=", maxsplit=1)[0])
    with pytest.raises(ConfigError) as caught:
        parse_policy(broken, "desk.toml")
    assert f"desk.toml:{line}: {fault}" in str(caught.value)


@pytest.mark.parametrize(
    ("addition", "fault"),
    [
        ('[[team]]\nname = "cio"', "the team 'cio' is there twice"),
        ('[[team]]\nname = "x"\nmail = "no address"', "'no address' is not a mail address"),
        ('[[team]]\ntitle = "x"', '[[team]] needs name = "…"'),
        ('[[mirror]]\nteam = "nobody"\nchannel = "slack"\naddress = "C1"', "the team 'nobody' has no [[team]]"),
        ('[[mirror]]\nteam = "cio"\nchannel = "pigeon"\naddress = "C1"', "'pigeon' is not a channel"),
        ("[surprise]\nx = 1", "unknown section [surprise]"),
    ],
)
def test_additions_are_checked_too(addition: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_policy(f"{SHIPPED}\n{addition}\n", "desk.toml")
    assert fault in str(caught.value)


def test_all_faults_are_named_at_once() -> None:
    broken = SHIPPED.replace('tier_2 = "process"', 'tier_2 = "proces"').replace("digest_seconds = 5", "digest_seconds = 0")
    with pytest.raises(ConfigError) as caught:
        parse_policy(broken, "desk.toml")
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize("text", ["[priority", "priority = 3", "", "[[priority]]", "team = 1\nroute = []"])
def test_a_file_of_another_shape_is_a_config_error(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_policy(text, "desk.toml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"INTAKE_POLICY: .*nothing\.toml cannot be read"):
        read_policy(tmp_path / "nothing.toml")

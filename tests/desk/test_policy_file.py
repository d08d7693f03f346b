"""desk.toml is checked whole, and every fault is named with its line."""

from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import pytest

from intake.desk.policy_file.whole import parse_policy, read_policy
from intake.desk.router import first_route, next_tier, route
from intake.domain.agent import Agent
from intake.domain.errors import ConfigError
from intake.domain.label import Kind, Level, Priority
from intake.domain.principal import Role
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
        ("bounce_window_seconds = 600", "bounce_window_seconds = 0.5", "bounce_window_seconds must be a whole number"),
        ("close_after_working_days = 5", "close_after_working_days = 3651", "must be a whole number from 1 to 3650"),
        ("reopen_window_days = 30", "reopen_window_days = '30'", "reopen_window_days must be a whole number"),
        ("links_last_days = 90", "links_last_days = 0", "links_last_days must be a whole number"),
        ('time_zone = "UTC"', 'time_zone = "Mars/Olympus"', "'Mars/Olympus' is not a time zone such as Europe/Berlin"),
        ('time_zone = "UTC"', 'time_zone = "Europe"', "'Europe' is not a time zone"),
        ('time_zone = "UTC"', 'time_zone = "../../etc/passwd"', "'../../etc/passwd' is not a time zone"),
        ('time_zone = "UTC"', "time_zone = 1", "1 is not a time zone"),
        ('working_days = ["Mon", ', 'working_days = ["Moonday", ', "'Moonday' is not a day; known are Mon, Tue"),
        ("working_days = [", "working_days = [] # ", "working_days must be a list of at least one"),
        ("holidays = []", 'holidays = ["25.12.2026"]', "'25.12.2026' is not a day such as 2026-12-25"),
        ("holidays = []", "holidays = [2026-12-25T00:00:00Z]", "is not a day such as 2026-12-25"),
        ("holidays = []", 'holidays = "2026-12-25"', "holidays must be a list"),
        ("after = 25", "after = 0", "after must be a whole number"),
        ("at_most_every_minutes = 60", "at_most_every_minutes = '60'", "at_most_every_minutes must be a whole number"),
        ("enabled = true", "enabled = 1", "enabled must be true or false"),
    ],
)
def test_a_fault_is_named_with_its_line(old: str, new: str, fault: str) -> None:
    broken = SHIPPED.replace(old, new)
    line = line_of(broken, "typo" if "typo" in new else new.split("=", maxsplit=1)[0])
    with pytest.raises(ConfigError) as caught:
        parse_policy(broken, "desk.toml")
    assert any(said.startswith(f"desk.toml:{line}: ") and fault in said for said in str(caught.value).splitlines())


@pytest.mark.parametrize(
    ("addition", "fault"),
    [
        ('[[team]]\nname = "cio"', "the team 'cio' is there twice"),
        ('[[team]]\nname = "x"\nmail = "no address"', "'no address' is not a mail address"),
        ('[[team]]\ntitle = "x"', '[[team]] needs name = "…"'),
        ('[[mirror]]\nteam = "nobody"\nchannel = "slack"\naddress = "C1"', "the team 'nobody' has no [[team]]"),
        ('[[mirror]]\nteam = "cio"\nchannel = "pigeon"\naddress = "C1"', "'pigeon' is not a channel"),
        ("[surprise]\nx = 1", "unknown section [surprise]"),
        ('[[agent]]\nteams = ["cio"]', '[[agent]] needs name = "…"'),
        ('[[agent]]\nname = "Robin"', "teams must be a list of at least one"),
        ('[[agent]]\nname = "Robin"\nteams = []', "teams must be a list of at least one"),
        ('[[agent]]\nname = "Robin"\nteams = "cio"', "teams must be a list of at least one"),
        ('[[agent]]\nname = "Robin"\nteams = ["cia"]', "the team 'cia' has no [[team]]"),
        ('[[agent]]\nname = "Robin"\nteams = ["cio"]\nrole = "device"', "'device' is not a role; known are agent, lead"),
        ('[[agent]]\nname = "Robin"\nteams = ["cio"]\nmail = "robin"', "'robin' is not a mail address"),
        ('[[agent]]\nname = "Robin"\nteams = ["cio"]\nphone = "030 901820"', "'030 901820' is not a phone number"),
        ('[[agent]]\nname = "Robin"\nteams = ["cio"]\nphone = "+1234567"', "'+1234567' is not a phone number"),
        ('[[agent]]\nname = "Robin"\nteams = ["cio"]\npager = "1"', "unknown key 'pager' in [[agent]]"),
        ('[[agent]]\nname = "desk"\nteams = ["cio"]', "nobody can be called 'desk'"),
        ('[[agent]]\nname = "Ro\\nbin"\nteams = ["cio"]', "nobody can be called 'Ro\\nbin'"),
    ],
)
def test_additions_are_checked_too(addition: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_policy(f"{SHIPPED}\n{addition}\n", "desk.toml")
    assert fault in str(caught.value)


def test_the_directory_lists_who_works_at_the_desk() -> None:
    robin = """
[[agent]]
name = "Robin Example"
teams = ["support", "cio"]
role = "lead"
mail = "Robin@Example.com"
phone = "+4930901820"
slack = "U0123456789"
working_hours = "Mon-Fri 9-17"

[[agent]]
name = "Sam"
teams = ["cio"]
"""
    policy = parse_policy(SHIPPED + robin, "desk.toml")
    assert list(policy.agents.values()) == [
        Agent(
            name="Robin Example",
            role=Role.LEAD,
            teams=frozenset({"support", "cio"}),
            mail="robin@example.com",
            phone="+4930901820",
            slack="U0123456789",
            working_hours="Mon-Fri 9-17",
        ),
        Agent(name="Sam", role=Role.AGENT, teams=frozenset({"cio"})),
    ]


@pytest.mark.parametrize("line", ['mail = "{}obin@example.com"', 'phone = "+4930901820"', 'slack = "U1"'])
def test_two_people_share_no_address(line: str) -> None:
    one = f'[[agent]]\nname = "Robin"\nteams = ["cio"]\n{line.format("r")}\n'
    other = f'[[agent]]\nname = "Sam"\nteams = ["cio"]\n{line.format("R")}\n'
    text = f"{SHIPPED}\n{one}{other}"
    with pytest.raises(ConfigError, match="belongs to 'Robin' already") as caught:
        parse_policy(text, "desk.toml")
    assert str(caught.value).startswith(f"desk.toml:{len(text.splitlines())}: ")


def test_two_people_share_no_name() -> None:
    with pytest.raises(ConfigError, match="the agent 'Robin' is there twice"):
        parse_policy(SHIPPED + '[[agent]]\nname = "Robin"\nteams = ["cio"]\n' * 2, "desk.toml")


def test_the_example_of_an_agent_is_a_valid_one() -> None:
    lines = SHIPPED.splitlines()
    start = lines.index("# [[agent]]")
    example = "\n".join(line.removeprefix("# ") for line in lines[start : lines.index("", start)])
    assert parse_policy(f"{SHIPPED}\n{example}\n", "desk.toml").agents["Robin Example"].phone == "+4930901820"


def test_holidays_are_dates_with_or_without_quotation_marks() -> None:
    text = SHIPPED.replace("holidays = []", 'holidays = [2026-12-25, "2026-12-26"]')
    assert parse_policy(text, "desk.toml").calendar.holidays == {date(2026, 12, 25), date(2026, 12, 26)}


def test_working_days_and_time_zone_are_the_sites_own() -> None:
    text = SHIPPED.replace('"Mon", "Tue", "Wed", "Thu", "Fri"', '"Sun", "Mon"').replace('"UTC"', '"Europe/Berlin"')
    calendar = parse_policy(text, "desk.toml").calendar
    assert calendar.weekdays == {6, 0}
    assert calendar.zone.key == "Europe/Berlin"


def test_a_file_of_before_these_sections_means_the_shipped_values() -> None:
    old = SHIPPED[: SHIPPED.index("[final_response]")]
    earlier, shipped = parse_policy(old, "desk.toml"), read_policy(None)
    assert earlier.final == shipped.final
    assert earlier.calendar == shipped.calendar
    assert earlier.portal_links_last == shipped.portal_links_last == timedelta(days=90)
    assert shipped.final.bounce_window == timedelta(minutes=10)


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

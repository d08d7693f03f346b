"""Rotations, overrides and ladders in desk.toml: what they mean, and every fault named with its line."""

from datetime import UTC, datetime, timedelta

import pytest

from intake.desk.oncall.rotation import on_call
from intake.desk.policy_file.whole import parse_policy, read_policy
from intake.domain.channel import Channel
from intake.domain.errors import ConfigError
from intake.domain.label import Kind, Priority
from intake.domain.page import Step
from intake.domain.ticket import Tier
from tests.desk.on_call import LADDER, PEOPLE, policy_on_call, without_page

OVERRIDE = """
[[override]]
rotation = "cio"
agent = "Lee"
from = "2026-12-24T09:00"
until = "2026-12-27T09:00"
"""


def test_page_alone_is_the_ladder_of_old() -> None:
    (ladder,) = read_policy(None).ladders
    wait, by = timedelta(minutes=10), (Channel.PHONE, Channel.SMS, Channel.EMAIL)
    assert (ladder.priorities, ladder.kinds) == (frozenset({Priority.P1, Priority.P2}), frozenset(Kind))
    assert ladder.steps == (
        Step(page="on_call", tier=Tier.SUPPORT, by=by, wait=wait),
        Step(page="on_call", tier=Tier.TEAM, by=by, wait=wait),
        Step(page="team", tier=Tier.LEADS, by=by, wait=wait, repeat=3),
    )


def test_an_override_is_in_the_rotations_own_time() -> None:
    rotation = policy_on_call(people=PEOPLE + OVERRIDE).rotations["cio"]
    assert on_call(rotation, datetime(2026, 12, 24, 8, 0, tzinfo=UTC)).agent == "Lee"  # 9:00 in Berlin
    assert on_call(rotation, datetime(2026, 12, 24, 7, 59, tzinfo=UTC)).agent != "Lee"


def test_what_is_left_out_of_a_ladder_is_all_kinds_mail_and_no_repetition() -> None:
    (ladder,) = policy_on_call().ladders
    assert ladder.kinds == frozenset(Kind)
    assert ladder.steps[0] == Step(page="on_call", tier=Tier.SUPPORT, by=(Channel.EMAIL,), wait=timedelta(minutes=10))


def test_page_beside_ladders_is_a_fault_and_not_forgotten() -> None:
    with pytest.raises(ConfigError, match=r"desk.toml:\d+: \[page\] and \[\[ladder\]\] cannot both stand"):
        parse_policy(without_page() + '[page]\npriorities = ["P1"]\nclimb_after_minutes = 5\n' + PEOPLE + LADDER, "desk.toml")


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ('time_zone = "Europe/Berlin"', 'time_zone = "Berlin"', "'Berlin' is not a time zone"),
        ('time_zone = "Europe/Berlin"', 'time_zone = "Europe"', "'Europe' is not a time zone"),
        ('starts = "2026-11-16"', 'starts = "16.11.2026"', "starts must be a day such as"),
        ('starts = "2026-11-16"', 'starts = "9999-12-31"', "starts must be a day such as"),
        ('hand_over = "Mon 09:00"', 'hand_over = "Monday 9"', "hand_over must be a day and a time such as"),
        ('hand_over = "Mon 09:00"', 'hand_over = "Mon 25:00"', "hand_over must be a day and a time such as"),
        ('hand_over = "Mon 09:00"', "every_weeks = 0", "every_weeks must be a whole number from 1 to 52"),
        ('hand_over = "Mon 09:00"', 'hours = "night"', "hours names the opening hours 'night', which are not there"),
        ('["Cleo", "Kim"]', '["Cleo", "Kin"]', "'Kin' has no [[agent]]"),
        ('["Cleo", "Kim"]', "[]", "members must be a list of at least one"),
        ('name = "cio"\nteam = "cio"', 'name = "cio"\nteam = "coi"', "the team 'coi' has no [[team]]"),
        ('name = "cio"\nteam = "cio"', 'name = "support"\nteam = "cio"', "the rotation 'support' is there twice"),
        ('rotation = "cio"', 'rotation = "oic"', "there is no [[rotation]] 'oic'"),
        ('agent = "Lee"', 'agent = "Leo"', "'Leo' has no [[agent]]"),
        ('agent = "Lee"', "", '[[override]] needs agent = "…"'),
        ('"2026-12-24T09:00"', '"2026-12-24T09:00Z"', "from must be a local time such as"),
        ('"2026-12-24T09:00"', '"2026-12-28T09:00"', "until must be later than from"),
        ('["P1", "P2"]', '["P1", "P0"]', "'P0' is not one of P1, P2, P3, P4"),
        ('["P1", "P2"]', '["P1"]\nkinds = ["accident"]', "'accident' is not one of"),
        ('["P1", "P2"]', '["P1"]\nquiet_hours = "night"', "quiet_hours names the opening hours 'night'"),
        ('["P1", "P2"]', '["P1"]\nwho = "all"', "unknown key 'who' in [[ladder]]"),
        ('page = "team", tier = 3', 'page = "teem", tier = 3', "step 3: page must be"),
        ('page = "team", tier = 3', 'page = "team"', 'step 3: page = "team" needs the tier'),
        ('page = "team", tier = 3', 'page = "team", tier = 4', 'step 3: page = "team" needs the tier'),
        ("repeat = 1", "repeat = -1", "step 3: repeat must be a whole number from 0 to 50"),
        ("wait_minutes = 10, repeat", "repeat", "step 3: wait_minutes must be a whole number from 1 to"),
        ("repeat = 1", 'by = ["fax"]', "step 3: by must be a list of email, slack, sms, phone"),
        ("repeat = 1", "wait = 1", "step 3: unknown key 'wait'"),
    ],
)
def test_each_fault_is_named_with_its_line(good: str, bad: str, says: str) -> None:
    text = f"{without_page()}\n{PEOPLE}{OVERRIDE}\n{LADDER}"
    assert good in text
    with pytest.raises(ConfigError) as faults:
        parse_policy(text.replace(good, bad), "desk.toml")
    (line,) = [line for line in str(faults.value).splitlines() if says in line]
    number = int(line.split(":")[1])
    assert text.replace(good, bad).splitlines()[number - 1].strip()


def test_the_line_of_a_fault_is_where_it_stands() -> None:
    text = f"{without_page()}\n{PEOPLE}\n{LADDER}".replace('"Europe/Berlin"', '"Mars/Olympus"')
    with pytest.raises(ConfigError) as faults:
        parse_policy(text, "desk.toml")
    number = max(n for n, line in enumerate(text.splitlines(), start=1) if "Mars" in line)
    assert str(faults.value).startswith(f"desk.toml:{number}: 'Mars/Olympus' is not a time zone")

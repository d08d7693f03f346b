"""[slack], [[slack_channel]] and [[slack_group]] in desk.toml: every fault is named; a file from before Slack stays valid."""

import re
from datetime import timedelta
from importlib import resources

import pytest

from intake.desk.policy import Policy
from intake.desk.policy_file.chat import ChatPolicy, RequestRoom, StaffGroup, Take
from intake.desk.policy_file.whole import parse_policy
from intake.domain.errors import ConfigError
from intake.domain.principal import Role

SHIPPED = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
COMMENTED = SHIPPED[SHIPPED.index("# [slack]") : SHIPPED.index("# ── The ticket's own page.")]

SETTING = re.compile(r"# (\[|[a-z_]+ = )")


def policy(text: str) -> Policy:
    return parse_policy(f"{SHIPPED}\n{text}", "desk.toml")


def chat(text: str) -> ChatPolicy:
    return policy(text).chat


def test_a_file_that_says_nothing_of_slack_means_the_shipped_values() -> None:
    assert chat("") == ChatPolicy()


def test_what_is_commented_out_in_the_shipped_file_is_valid_as_it_stands() -> None:
    shown = "\n".join(line.removeprefix("# ") for line in COMMENTED.splitlines() if SETTING.match(line))
    assert chat(shown) == ChatPolicy(
        rooms={"C0123456789": RequestRoom(id="C0123456789", language="de")},
        groups={"S0123456789": StaffGroup(id="S0123456789", team="support")},
    )


def test_every_key_is_read() -> None:
    text = """
[slack]
group_seconds = 60
language = "de"
workspaces = ["T0123456789", "E0123456789"]

[[slack_channel]]
id = "C0123456789"
take = "mention"
team = "process"
language = "de"
emoji = ":sos:"

[[slack_channel]]
id = "G0123456789"

[[slack_group]]
id = "S0123456789"
team = "cio"
role = "lead"

[[mirror]]
team = "support"
channel = "slack"
address = "C0987654321"
"""
    assert chat(text) == ChatPolicy(
        group=timedelta(seconds=60),
        language="de",
        rooms={
            "C0123456789": RequestRoom(id="C0123456789", take=Take.MENTION, team="process", language="de", emoji="sos"),
            "G0123456789": RequestRoom(id="G0123456789"),
        },
        groups={"S0123456789": StaffGroup(id="S0123456789", team="cio", role=Role.LEAD)},
        workspaces=frozenset({"T0123456789", "E0123456789"}),
    )
    assert [rule.address for rule in policy(text).mirrors] == ["C0987654321"]


_CHANNEL = '[[slack_channel]]\nid = "C0123456789"\n'
_GROUP = '[[slack_group]]\nid = "S0123456789"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[slack]\ngroup_seconds = -1", "group_seconds must be a whole number from 0 to 3600"),
        ("[slack]\ngroup_seconds = true", "group_seconds must be a whole number from 0 to 3600"),
        ("[slack]\ngroup_seconds = 9000", "group_seconds must be a whole number from 0 to 3600"),
        ('[slack]\nlanguage = "German"', "'German' is not a language such as de"),
        ("[slack]\nlanguage = 7", "7 is not a language such as de"),
        ('[slack]\nworkspaces = "T0123456789"', "workspaces must be a list of ids"),
        ('[slack]\nworkspaces = ["acme"]', "workspaces must be a list of ids"),
        ("[slack]\ntoken = 1", "unknown key 'token' in [slack]"),
        ('[[slack_channel]]\nid = "#help"', "'#help' is not a channel's id such as C0123456789"),
        ('[[slack_channel]]\nid = "D0123456789"', "'D0123456789' is not a channel's id"),
        ('[[slack_channel]]\ntake = "every"', '[[slack_channel]] needs id = "…"'),
        (f"{_CHANNEL}{_CHANNEL}", "the channel C0123456789 is there twice"),
        (f'{_CHANNEL}take = "all"', 'take must be "every", "mention" or "emoji"'),
        (f'{_CHANNEL}team = "nobody"', "the team 'nobody' has no [[team]]"),
        (f'{_CHANNEL}language = "German"', "'German' is not a language"),
        (f'{_CHANNEL}emoji = "Ticket!"', "'Ticket!' is not the name of a reaction"),
        (f"{_CHANNEL}channel = 1", "unknown key 'channel' in [[slack_channel]]"),
        ('[[slack_group]]\nid = "@support"\nteam = "support"', "'@support' is not a user group's id"),
        (f'{_GROUP}team = "nobody"', "the team 'nobody' has no [[team]]"),
        (_GROUP, '[[slack_group]] needs team = "…"'),
        (f'{_GROUP}team = "support"\nrole = "requester"', "'requester' is not a role"),
        (f'{_GROUP}team = "cio"\n{_GROUP}team = "cio"', "the group S0123456789 is there twice"),
        (
            f'{_CHANNEL}[[mirror]]\nteam = "support"\nchannel = "slack"\naddress = "C0123456789"',
            "C0123456789 is a [[slack_channel]] where people ask: cards are internal",
        ),
        ('[[mirror]]\nteam = "support"\nchannel = "slack"\naddress = "#triage"', "'#triage' is not a channel's id"),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as fault:
        policy(text)
    line, _, said = str(fault.value).partition("\n")[0].removeprefix("desk.toml:").partition(": ")
    assert says in said
    assert int(line) > SHIPPED.count("\n")

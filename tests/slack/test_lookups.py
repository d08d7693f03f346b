"""What Slack answers about people, groups and marked messages, against a double of its API; nobody is believed more than Slack
says."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import pytest

from channels.slack.json_value import Json, text
from channels.slack.lookups import SlackFinder
from channels.slack.reading.parse import parse
from channels.slack.vendor.api import SlackFault
from channels.slack.vendor.client import SlackApi
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.chat import Lookup, LookupKind, LookupState, Person
from intake.domain.errors import DeliveryError
from intake.domain.message import InboundMessage
from tests.slack.ids import ANN, BOT_TOKEN, ENTERPRISE, HELP, KIM, OTHER_TEAM, TEAM, ts
from tests.slack.slack_double import SlackDouble, slack_double

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
GROUP = "S0GROUP0001"
KIM_AS_SLACK_HAS_HER: Mapping[str, object] = {
    "id": KIM,
    "team_id": TEAM,
    "name": "kim",
    "deleted": False,
    "tz": "Europe/Berlin",
    "locale": "de-DE",
    "is_email_confirmed": True,
    "profile": {"real_name": "Kim Example", "display_name": "kimmy", "email": "Kim@Desk.example"},
}


class OneToken:
    async def bot(self, workspace: str) -> str:
        return BOT_TOKEN


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with slack_double() as double:
        yield double


@pytest.fixture
async def finder(slack: SlackDouble) -> AsyncIterator[SlackFinder]:
    api = SlackApi(OneToken(), f"{slack.url}/api/")
    yield SlackFinder(api, lambda: NOW)
    await api.close()


def lookup(kind: LookupKind, subject: str, workspace: str = TEAM) -> Lookup:
    return Lookup(
        id=1,
        kind=kind,
        subject=subject,
        workspace=workspace,
        state=LookupState.WAITING,
        due_at=NOW,
        created_at=NOW,
        by=KIM,
        author=ANN,
        attempts=1,
    )


async def kim(finder: SlackFinder) -> Person:
    return await finder.person(lookup(LookupKind.PERSON, KIM), [])


async def test_a_colleague_is_known_by_name_mail_language_and_time_zone(slack: SlackDouble, finder: SlackFinder) -> None:
    slack.users[KIM] = {**KIM_AS_SLACK_HAS_HER}
    assert await kim(finder) == Person(
        id=KIM,
        workspace=TEAM,
        name="Kim Example",
        mail="kim@desk.example",
        language="de",
        time_zone="Europe/Berlin",
        looked_up_at=NOW,
    )
    assert slack.asked("users.info")[0]["include_locale"] == "true"


@pytest.mark.parametrize(
    ("differs", "flag"),
    [
        ({"team_id": OTHER_TEAM}, "stranger"),
        ({"team_id": ""}, "stranger"),
        ({"is_stranger": True}, "stranger"),
        ({"is_restricted": True}, "guest"),
        ({"is_ultra_restricted": True}, "guest"),
        ({"is_bot": True}, "bot"),
        ({"deleted": True}, "deactivated"),
        ({"is_invited_user": True}, ""),
        ({"is_email_confirmed": False}, ""),
        ({"profile": {"email": "no mail at all"}}, ""),
        ({"profile": {}}, ""),
        ({"profile": None}, ""),
    ],
)
async def test_a_mail_that_proves_nothing_is_not_kept(
    slack: SlackDouble, finder: SlackFinder, differs: Mapping[str, object], flag: str
) -> None:
    slack.users[KIM] = {**KIM_AS_SLACK_HAS_HER, **differs}
    found = await kim(finder)
    assert found.mail == ""
    assert [name for name in ("stranger", "guest", "bot", "deactivated") if getattr(found, name)] == ([flag] if flag else [])


async def test_a_colleague_of_another_workspace_of_the_same_grid_is_no_stranger(
    slack: SlackDouble, finder: SlackFinder
) -> None:
    slack.users[KIM] = {
        **KIM_AS_SLACK_HAS_HER,
        "team_id": OTHER_TEAM,
        "enterprise_user": {"enterprise_id": ENTERPRISE, "teams": [OTHER_TEAM, TEAM]},
    }
    assert (await kim(finder)).mail == "kim@desk.example"


@pytest.mark.parametrize(
    ("differs", "name"),
    [
        ({"real_name": "Kim\u202e  Example\n"}, "Kim Example"),
        ({"real_name": "x" * 5_000}, "x" * 100),
        ({"real_name": " ", "display_name": "kimmy"}, "kimmy"),
        ({}, "kim"),
    ],
)
async def test_a_name_is_one_line_that_prints(
    slack: SlackDouble, finder: SlackFinder, differs: Mapping[str, object], name: str
) -> None:
    slack.users[KIM] = {**KIM_AS_SLACK_HAS_HER, "profile": dict(differs), "locale": "<b>", "tz": "Mars/\n"}
    found = await kim(finder)
    assert (found.name, found.language, found.time_zone) == (name, "", "")


@pytest.mark.parametrize(
    ("code", "permanent"), [("user_not_found", True), ("missing_scope", False), ("token_revoked", False), ("odd", False)]
)
async def test_only_somebody_who_is_not_there_is_given_up(
    slack: SlackDouble, finder: SlackFinder, code: str, permanent: bool
) -> None:
    slack.refuses["users.info"] = code
    with pytest.raises(DeliveryError) as fault:
        await kim(finder)
    assert fault.value.permanent is permanent


async def test_where_slack_wants_a_rest_it_gets_it_and_nobody_has_tried(slack: SlackDouble, finder: SlackFinder) -> None:
    slack.rests["users.info"] = [30]
    slack.users[KIM] = {**KIM_AS_SLACK_HAS_HER}
    for _ in range(3):
        with pytest.raises(DeliveryError) as fault:
            await kim(finder)
        assert (fault.value.permanent, fault.value.tried) == (False, False)
        assert fault.value.retry_after == pytest.approx(30, abs=20)
    assert len(slack.asked("users.info")) == 1


class TwoWorkspaces:
    """Ours, and another one of ours. Each sees the other's people as another company's."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def call(self, method: str, workspace: str, arguments: Mapping[str, object]) -> Json:
        if method == "auth.test":
            return {"team_id": workspace}
        self.asked.append(workspace)
        if workspace == "T0UNKNOWN01":
            raise SlackFault("user_not_found", method=method)
        profile = {"email": "kim@desk.example"} if workspace == OTHER_TEAM else {}
        return {"user": {"id": KIM, "team_id": OTHER_TEAM, "profile": profile}}

    async def post_bytes(self, url: str, content: bytes) -> None: ...

    async def post_json(self, url: str, body: Json) -> None: ...


@pytest.mark.parametrize(
    ("workspace", "installed", "asked"),
    [
        (TEAM, [TEAM, OTHER_TEAM], [TEAM, OTHER_TEAM]),
        ("", ["T0UNKNOWN01", TEAM, OTHER_TEAM], ["T0UNKNOWN01", TEAM, OTHER_TEAM]),
    ],
)
async def test_people_are_asked_for_where_they_belong(workspace: str, installed: list[str], asked: list[str]) -> None:
    api = TwoWorkspaces()
    found = await SlackFinder(api, lambda: NOW).person(lookup(LookupKind.PERSON, KIM, workspace), installed)
    assert (found.stranger, found.mail, found.workspace) == (False, "kim@desk.example", OTHER_TEAM)
    assert api.asked == asked


async def test_whoever_belongs_to_no_workspace_of_ours_is_a_stranger_there() -> None:
    found = await SlackFinder(TwoWorkspaces(), lambda: NOW).person(lookup(LookupKind.PERSON, KIM, TEAM), [TEAM])
    assert (found.stranger, found.mail, found.workspace) == (True, "", TEAM)


async def test_members_of_a_group(slack: SlackDouble, finder: SlackFinder) -> None:
    slack.groups[GROUP] = [KIM, ANN, "not a user"]
    assert await finder.members(lookup(LookupKind.GROUP, GROUP), []) == {KIM, ANN}
    with pytest.raises(DeliveryError) as fault:
        await finder.members(lookup(LookupKind.GROUP, "S0NOBODY001"), [])
    assert fault.value.permanent


async def read(finder: SlackFinder, stamp: str) -> Mapping[str, object]:
    found: Mapping[str, object] = json.loads(await finder.message(lookup(LookupKind.MESSAGE, f"{HELP}/{stamp}"), []))
    return found


async def test_a_marked_message_is_read_with_its_link(slack: SlackDouble, finder: SlackFinder) -> None:
    stamp = slack.put(HELP, "The printer is on fire.")
    found = await read(finder, stamp)
    assert text(found, "message", "text") == "The printer is on fire."
    assert text(found, "link").startswith("https://desk.slack.com/archives/")
    assert {name: found[name] for name in ("room", "workspace", "by", "author", "why_not")} == {
        "room": HELP,
        "workspace": TEAM,
        "by": KIM,
        "author": ANN,
        "why_not": "",
    }


@pytest.mark.parametrize("linked", [True, False])
async def test_one_in_a_thread_is_read_there(slack: SlackDouble, finder: SlackFinder, linked: bool) -> None:
    root = slack.put(HELP, "Good morning.")
    slack.put(HELP, "Good morning!", thread=root)
    stamp = slack.put(HELP, "The printer is on fire.", thread=root)
    if not linked:
        slack.refuses["chat.getPermalink"] = "not_in_channel"
    assert text(await read(finder, stamp), "message", "text") == "The printer is on fire."


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "missing_scope"])
async def test_what_cannot_be_read_says_why_in_words(slack: SlackDouble, finder: SlackFinder, code: str) -> None:
    slack.refuses["conversations.history"] = code
    with pytest.raises(DeliveryError, match="the desk") as fault:
        await read(finder, ts(1))
    assert fault.value.permanent
    found = json.loads(finder.unread(lookup(LookupKind.MESSAGE, f"{HELP}/{ts(1)}"), str(fault.value)))
    assert (found["message"], found["why_not"]) == ({"ts": ts(1)}, str(fault.value))


@pytest.mark.parametrize(("room", "shared"), [({"is_ext_shared": True}, True), ({"is_ext_shared": False}, False)])
async def test_with_the_words_comes_who_else_reads_along(
    slack: SlackDouble, finder: SlackFinder, room: dict[str, object], shared: bool
) -> None:
    slack.rooms[HELP] = room
    stamp = slack.put(HELP, "The printer is on fire.")
    assert (await read(finder, stamp))["shared"] is shared
    slack.refuses["conversations.info"] = "missing_scope"
    assert (await read(finder, stamp))["shared"] is None


async def test_what_was_deleted_meanwhile_says_so(finder: SlackFinder) -> None:
    with pytest.raises(DeliveryError, match="deleted") as fault:
        await read(finder, ts(1))
    assert fault.value.permanent


async def test_what_was_found_is_a_message_of_its_author_that_somebody_marked(slack: SlackDouble, finder: SlackFinder) -> None:
    stamp = slack.put(HELP, "The printer is on fire.")
    asked = lookup(LookupKind.MESSAGE, f"{HELP}/{stamp}")
    message = parsed(await finder.message(asked, []))
    assert (message.external_id, message.text) == (f"found/{HELP}/{stamp}", "The printer is on fire.")
    assert message.author is not None
    assert message.author.value == ANN
    assert message.marked is not None
    assert (message.marked.by.value, message.marked.why_not) == (KIM, "")
    assert message.marked.link.startswith("https://")


async def test_what_could_not_be_read_is_one_all_the_same(finder: SlackFinder) -> None:
    message = parsed(finder.unread(lookup(LookupKind.MESSAGE, f"{HELP}/{ts(1)}"), "the desk is not in that channel"))
    assert message.external_id == f"found/{HELP}/{ts(1)}"
    assert message.author is not None
    assert message.author.value == ANN
    assert message.marked is not None
    assert message.marked.why_not == "the desk is not in that channel"


def parsed(raw: bytes) -> InboundMessage:
    arrival = Arrival(channel=Channel.SLACK, received_at=NOW, raw=raw, envelope={"kind": "found", "retry": ""})
    message = parse(arrival)
    assert isinstance(message, InboundMessage)
    return message

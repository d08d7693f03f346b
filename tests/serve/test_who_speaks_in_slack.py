"""A whole desk, and a workspace at whose API it asks: who speaks, what somebody marked, what hangs on a message."""

from collections.abc import Mapping
from pathlib import Path

import aiohttp

from channels.slack.presses import Press, Pressed
from intake.domain.event import EventKind
from intake.domain.receipt import Refusal
from tests.harness.slack_workspace import SlackWorkspace
from tests.serve.open_desk import OpenDesk, open_slack_desk
from tests.serve.watched_desk import until
from tests.slack.ids import ANN, EVE, GENERAL, KIM, OTHER_TEAM, TEAM, TRIAGE
from tests.slack.slack_double import slack_double
from tests.slack.workspace import file, press, reaction

STAFF = f"""
[[agent]]
name = "Kim"
teams = ["support"]
mail = "kim@desk.example"

[[mirror]]
team = "support"
channel = "slack"
address = "{TRIAGE}"
"""


def profile(id: str, mail: str, team: str = TEAM) -> dict[str, object]:
    return {"id": id, "team_id": team, "profile": {"real_name": mail.partition("@")[0].title(), "email": mail}}


async def test_a_message_that_an_agent_marks_is_its_authors_ticket_and_the_agent_takes_it(tmp_path: Path) -> None:
    async with slack_double() as slack:
        slack.users |= {
            KIM: profile(KIM, "kim@desk.example"),
            ANN: profile(ANN, "ann@customer.example"),
            EVE: profile(EVE, "kim@desk.example", OTHER_TEAM),
        }
        slack.rooms[TRIAGE] = {"is_private": True, "is_ext_shared": False, "is_member": True}
        slack.uploads["leak.png"] = b"png"
        picture = file("leak.png", url_private_download=f"{slack.url}/files-pri/{TEAM}-F0FILE00001/download/leak.png")
        stamp = slack.put(GENERAL, "The printer on floor 3 leaks.", files=[picture], team=TEAM)
        workspace = SlackWorkspace(api_url=f"{slack.url}/api/")
        async with open_slack_desk(tmp_path / "desk", workspace, STAFF) as desk:
            await told(desk, workspace, reaction("ticket", user=KIM, author=ANN, room=GENERAL, at=stamp))
            await until(lambda: len(desk.tickets()) == 1, "a ticket of what she said")
            number = desk.tickets()[0].ticket.number
            await until(lambda: files(desk, number) == ["leak.png"], "its picture")
            await until(lambda: EventKind.ADDRESS_LINKED in kinds(desk, number), "who she is")
            pressed = Pressed(ticket=number, seen=desk.tickets()[0].ticket.revision)
            await told(desk, workspace, press(Press.TAKE, pressed, user=EVE, action_ts="1.1"))
            await until(lambda: person(desk, EVE), "who pressed")
            await told(desk, workspace, press(Press.TAKE, pressed, user=EVE, action_ts="1.2"))
            assert desk.tickets()[0].ticket.assigned_to == ""
            assert [one.receipt.refusal for one in desk.ledger()][-2:] == [Refusal.FORBIDDEN, Refusal.FORBIDDEN]
            await told(desk, workspace, press(Press.TAKE, pressed, user=KIM, action_ts="1.3"))
            assert desk.tickets()[0].ticket.assigned_to == "Kim"
            slack.check()
        assert {one.token for one in slack.calls if one.method == "file"} == {f"Bearer {workspace.token}"}


async def told(desk: OpenDesk, workspace: SlackWorkspace, payload: Mapping[str, object]) -> None:
    body, headers = workspace.signed(payload)
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://{desk.doors.web}/slack/events", data=body, headers=headers) as answer,
    ):
        assert answer.status == 200, await answer.text()


def files(desk: OpenDesk, number: int) -> list[str]:
    with desk.parts.store.looking() as reader:
        story = reader.story(number)
    assert story is not None
    return [one.name for said in story.messages for one in said.attachments]


def kinds(desk: OpenDesk, number: int) -> set[EventKind]:
    with desk.parts.store.looking() as reader:
        return {event.kind for event in reader.events(ticket=number, limit=100)}


def person(desk: OpenDesk, id: str) -> bool:
    with desk.parts.store.looking() as reader:
        return reader.person(id) is not None

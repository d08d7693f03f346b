"""People in Slack at a running desk: what they write and press comes signed over HTTP, what the desk says stands in a double of
Slack that checks each block."""

import asyncio
import http.client
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from channels.slack.presses import Press, Pressed, press_of, read_value
from tests.harness.patience import AT_MOST
from tests.harness.slack_workspace import SlackWorkspace
from tests.serve.open_desk import OpenDesk, open_slack_desk
from tests.slack.block_checker import texts_of
from tests.slack.filling import Value, filled_in
from tests.slack.slack_double import SlackDouble, slack_double
from tests.slack.workspace import ANN, CIO_TRIAGE, DIRECT, KIM, LEE, TEAM, TRIAGE, direct_message, press, submission

PEOPLE = f"""
[[agent]]
name = "Kim"
teams = ["support"]
slack = "{KIM}"
[[agent]]
name = "Lee"
teams = ["cio"]
slack = "{LEE}"
[[mirror]]
team = "support"
channel = "slack"
address = "{TRIAGE}"
[[mirror]]
team = "cio"
channel = "slack"
address = "{CIO_TRIAGE}"
"""
Message = Mapping[str, object]


def profile(id: str, name: str, mail: str = "") -> dict[str, object]:
    """As users.info gives it."""
    return {
        "id": id,
        "team_id": TEAM,
        "real_name": name,
        "is_email_confirmed": True,
        "locale": "en-US",
        "tz": "Europe/Berlin",
        "profile": {"real_name": name, "email": mail},
    }


@dataclass
class Slack:
    desk: OpenDesk
    double: SlackDouble
    workspace: SlackWorkspace
    pressed: int = 0

    async def sends(self, payload: Mapping[str, object]) -> str:
        """What Slack hears in the body; anything but 200 fails the test."""
        body, headers = self.workspace.signed(payload)
        host = self.desk.doors.web

        def post() -> tuple[int, str]:
            with closing(http.client.HTTPConnection(host, timeout=30)) as connection:
                connection.request("POST", "/slack/events", body, dict(headers))
                response = connection.getresponse()
                return response.status, response.read().decode()

        status, said = await asyncio.to_thread(post)
        assert status == 200, (status, said)
        return said

    async def writes(self, words: str, *, user: str = ANN, room: str = DIRECT, thread: str = "") -> str:
        """Somebody writes to the desk directly; the message's name."""
        stamp = self.double.put(room, words, user=user, thread=thread)
        await self.sends(direct_message(words, user=user, room=room, at=stamp, thread=thread))
        return f"{room}/{stamp}"

    async def presses(self, what: Press, message: Message, room: str, *, user: str) -> None:
        """A button that stands there now."""
        payload = press(
            what,
            _value(message, what),
            user=user,
            room=room,
            at=str(message["ts"]),
            thread=str(message.get("thread_ts", "")),
            action_ts=self._moment(),
            trigger=f"trigger-{self.pressed}",
        )
        await self.sends({**payload, "response_url": f"{self.double.url}/response/1"})

    async def fills(self, what: Press, message: Message, room: str, values: Mapping[str, Value], *, user: str) -> None:
        """The form behind a button; it closes."""
        before = len(self.double.asked("views.update"))
        await self.presses(what, message, room, user=user)
        await until(lambda: len(self.double.asked("views.update")) > before, "the form is filled")
        view = list(self.double.views.values())[-1]
        filled = submission(
            what,
            filled_in(view, values),
            private=str(view["private_metadata"]),
            user=user,
            view_id=str(view["id"]),
            hash=str(view["hash"]),
        )
        said = await self.sends(filled)
        assert not said or "response_action" not in json.loads(said), said

    async def message(self, room: str, words: str, *, thread: str = "") -> Message:
        """The one that says so, once it is there."""
        found: list[Message] = []

        def is_there() -> bool:
            found[:] = [one for one in self.posts(room) if words in words_of(one) and thread in ("", one.get("thread_ts"))]
            return bool(found)

        await until(is_there, f"{words!r} in {room}: {[words_of(one) for one in self.posts(room)]}")
        return found[-1]

    def posts(self, room: str) -> list[Message]:
        """What the desk has posted there."""
        return [one for one in self.double.posted(room) if one.get("bot_id")]

    def _moment(self) -> str:
        self.pressed += 1
        return f"{int(datetime.now(UTC).timestamp())}.{self.pressed:06d}"


def words_of(message: Message) -> str:
    return "\n".join([str(message.get("text", "")), *texts_of(message.get("blocks", []))])


async def until(holds: Callable[[], bool], what: str) -> None:
    for _ in range(int(AT_MOST / 0.02)):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"not in time: {what}")


def _value(message: Message, what: Press) -> Pressed:
    blocks = message.get("blocks", [])
    assert isinstance(blocks, list)
    offered = [
        element
        for block in blocks
        for element in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        if press_of(str(element.get("action_id", ""))) is what
    ]
    assert len(offered) == 1, f"{what}: {len(offered)} such buttons"
    value = read_value(str(offered[0]["value"]))
    assert value is not None
    return value


@asynccontextmanager
async def slack_at(folder: Path, policy: str = PEOPLE, **email: str | int) -> AsyncIterator[Slack]:
    """A running desk, Slack's API and the people of `PEOPLE`. What Slack would not have taken fails the test."""
    async with slack_double() as double:
        double.now = datetime.now(UTC)
        for who, name in ((KIM, "Kim Agent"), (LEE, "Lee Agent")):
            double.users[who] = profile(who, name)
        double.users[ANN] = profile(ANN, "Ann Example", "ann@customer.example")
        workspace = SlackWorkspace(api_url=f"{double.url}/api/")
        async with open_slack_desk(folder, workspace, policy, **email) as desk:
            yield Slack(desk=desk, double=double, workspace=workspace)
        double.check()

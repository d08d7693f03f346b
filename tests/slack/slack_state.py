"""What a double of Slack knows: rooms, people, messages, views, files, and how it is to fail."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from channels.slack.manifest import scopes
from tests.slack.ids import ANN, BOT_TOKEN, GENERAL

TOKEN, OTHER_TOKEN = BOT_TOKEN, "xoxb-2-made-up"
PUBLIC = GENERAL
SCOPES = ",".join(sorted(scopes()))
Arguments = dict[str, object]


class Refused(Exception):
    """`ok` is false: Slack's own word."""


@dataclass(slots=True)
class Call:
    method: str
    arguments: Arguments
    token: str = ""


@dataclass(slots=True)
class SlackState:
    """`refuses` maps a method, or `method room`, to Slack's word for it; `rests` a method to the seconds of a 429, once each;
    `unknown` a token to the room that its workspace does not have.
    `swallows` counts posts whose answer is lost after the deed, `lost` those that never came; `ill` answers are a 503 page.
    `rooms` and `users` are what conversations.info and users.info tell; `messages` stand in a room in their order. `faults`
    names what Slack would not have taken: `check` raises it."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    messages: dict[str, list[Arguments]] = field(default_factory=dict)
    ephemeral: list[Arguments] = field(default_factory=list)
    views: dict[str, Arguments] = field(default_factory=dict)
    homes: dict[str, Arguments] = field(default_factory=dict)
    rooms: dict[str, Arguments] = field(default_factory=dict)
    users: dict[str, Arguments] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, Arguments] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    responses: list[Arguments] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    rests: dict[str, list[int]] = field(default_factory=dict)
    swallows: int = 0
    lost: int = 0
    ill: int = 0
    babbles: bool = False
    page: int = 200
    now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    faults: list[str] = field(default_factory=list)
    made: int = 0

    def asked(self, method: str) -> list[Arguments]:
        return [call.arguments for call in self.calls if call.method == method]

    def posted(self, room: str) -> list[Arguments]:
        """The messages that stand there now, the oldest first."""
        return self.messages.get(room, [])

    def thread(self, room: str, root: str) -> list[Arguments]:
        """The answers under a message."""
        return [one for one in self.posted(room) if one.get("thread_ts") == root and one["ts"] != root]

    def room_of(self, user: str) -> str:
        """The direct room with somebody."""
        return f"D{user[1:]}"

    def check(self) -> None:
        assert not self.faults, self.faults

    def put(self, room: str, text: str, *, user: str = ANN, thread: str = "", **more: object) -> str:
        """Somebody says something; its ts."""
        said: Arguments = {"type": "message", "user": user, "text": text, "ts": self.next_ts(), **more}
        if thread:
            said["thread_ts"] = thread
        self.messages.setdefault(room, []).append(said)
        return str(said["ts"])

    def next_ts(self) -> str:
        self.made += 1
        return f"{int(self.now.timestamp())}.{self.made:06d}"


def check_or_note(state: SlackState, check: Callable[[], None]) -> None:
    try:
        check()
    except AssertionError as wrong:
        state.faults.append(str(wrong))

"""The Web API without a wire: the double's own methods, asked in place, which check every block they get."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.slack.json_value import Json
from channels.slack.vendor.api import SlackFault
from tests.slack.block_checker import check_message
from tests.slack.slack_methods import METHODS
from tests.slack.slack_state import Arguments, Call, Refused, SlackState


@dataclass
class DirectApi:
    """A trigger counts once, as at Slack. `whispers` went to a response_url."""

    state: SlackState = field(default_factory=SlackState)
    whispers: list[tuple[str, Arguments]] = field(default_factory=list)
    _triggers: set[str] = field(default_factory=set)

    async def call(self, method: str, workspace: str, arguments: Mapping[str, object]) -> Json:
        asked: Arguments = json.loads(json.dumps(dict(arguments)))  # as it is on the wire
        self.state.calls.append(Call(method=method, arguments=asked, token=workspace))
        try:
            if method in self.state.refuses:
                raise Refused(self.state.refuses[method])
            if (trigger := str(asked.get("trigger_id", ""))) and trigger in self._triggers:
                raise Refused("exchanged_trigger_id")
            self._triggers |= {trigger} - {""}
            return METHODS[method](self.state, asked)
        except Refused as refused:
            raise SlackFault(str(refused), method=method) from refused

    async def post_bytes(self, url: str, content: bytes) -> None:
        raise AssertionError("nothing of this is uploaded")

    async def post_json(self, url: str, body: Json) -> None:
        check_message(body.get("text"), body.get("blocks"))
        self.whispers.append((url, dict(body)))
        if "response_url" in self.state.refuses:
            raise SlackFault(self.state.refuses["response_url"], method="response_url")

"""What somebody has put into a form, as Slack nests it: block (`reason/0`) -> element (`reason`) -> value. None of it is
trusted."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from channels.slack.json_value import Json, at, inside, items, text
from channels.slack.presses import VIEW, Press, press_of

_MARK = "/"
_MOST_BLOCKS = 100
_LATEST = 253_402_300_799  # the last second of the year 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """`elements` by the field's name, `blocks` how Slack calls the block that each stands in."""

    elements: Mapping[str, Json] = field(default_factory=dict)
    blocks: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return text(self.elements.get(name), "value").strip()

    def choice(self, name: str) -> str:
        return text(self.elements.get(name), "selected_option", "value")

    def ticked(self, name: str) -> bool:
        return bool(items(self.elements.get(name), "selected_options"))

    def moment(self, name: str) -> datetime | None:
        """To the second, UTC. Raises ValueError beyond all calendars."""
        seconds = at(self.elements.get(name), "selected_date_time")
        if not isinstance(seconds, int) or isinstance(seconds, bool):
            return None
        if not 0 <= seconds <= _LATEST:
            raise ValueError("it lies beyond all calendars")
        return datetime.fromtimestamp(seconds, UTC)

    def block(self, name: str) -> str:
        """Where a fault of this field is shown: in its own block, else in the first there is."""
        return self.blocks.get(name) or next(iter(self.blocks.values()), name)

    @property
    def digest(self) -> str:
        """Of what was written: sent off again with other words it is another input."""
        said = json.dumps(self.elements, sort_keys=True, default=str)
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


NOTHING = Filled()


def read_filled(payload: Json) -> Filled:
    """Any payload at all."""
    elements: dict[str, Json] = {}
    blocks: dict[str, str] = {}
    for block, held in list(inside(payload, "view", "state", "values").items())[:_MOST_BLOCKS]:
        name = block.partition(_MARK)[0]
        elements[name] = inside(held, name)
        blocks[name] = block
    return Filled(elements=elements, blocks=blocks)


def block_name(field: str, generation: int) -> str:
    """A form that comes back calls its blocks otherwise: Slack shows an initial value in new ones alone."""
    return f"{field}{_MARK}{generation}"


def press_of_form(payload: Json) -> Press | None:
    kind, mark, name = text(payload, "view", "callback_id").partition("/")
    return press_of(name) if kind == VIEW and mark else None

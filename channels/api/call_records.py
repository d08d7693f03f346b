"""Phone calls as JSON: names and types."""

from typing_extensions import TypedDict

from channels.api.moment_record import Moment
from channels.api.number_record import Number


class Call(TypedDict):
    """`caller` is null where the number is withheld, `ended_at` while the call goes on and where nobody reported its end."""

    id: int
    name: str
    ticket: Number
    line: str
    caller: str | None
    began_at: Moment
    ended_at: Moment | None
    said: bool
    connected_to: str | None

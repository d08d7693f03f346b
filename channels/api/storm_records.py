"""Major incidents as JSON: names and types."""

from typing_extensions import TypedDict

from channels.api.moment_record import Moment
from channels.api.number_record import Number
from intake.domain.label import Priority
from intake.domain.storm import Standing
from intake.domain.ticket import State


class Storm(TypedDict):
    """`people` are different ones, `reports` tickets. `update` is the message that told them last."""

    number: Number
    standing: Standing
    short_description: str
    priority: Priority
    state: State
    assignment_group: str
    assigned_to: str | None
    reports: int
    people: int
    since: Moment
    formed_at: Moment | None
    confirmed_by: str | None
    confirmed_at: Moment | None
    next_update_at: Moment | None
    update: int | None


class Member(TypedDict):
    """`alike` is the ticket that it resembles by `score`; null and 0 where a person let it join."""

    ticket: Number
    joined_at: Moment
    joined_by: str
    alike: Number | None
    score: float
    left_at: Moment | None
    left_because: str | None


class StormStory(Storm):
    members: list[Member]

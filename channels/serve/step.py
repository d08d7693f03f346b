"""The named steps of the pipeline: where a crash could hurt. Tests kill the process at each of them."""

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    ARRIVED = "arrived"  # the edge has the bytes
    UNDERSTOOD = "understood"  # parsed and labelled, not yet with the writer
    WRITTEN = "written"  # all rows of a batch are in the transaction
    COMMITTED = "committed"  # durable, but nobody was told
    CLAIMED = "claimed"  # a delivery is leased to this process
    HANDED_OVER = "handed_over"  # the other side has it, the outbox does not know yet
    MARKED = "marked"  # the outbox knows
    FIRED = "fired"  # a timer's consequences are durable


Passing = Callable[[Step], None]


def pass_by(step: Step) -> None:
    """What production does at each step."""

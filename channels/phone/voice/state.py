"""Where a call stands. It travels in the query of the URLs that our answers name: the vendor signs those, and any replica
can go on."""

from dataclasses import dataclass
from enum import StrEnum

from intake.domain.label import Kind, Level


class Step(StrEnum):
    """What a webhook of a call is about; the last part of its path, `/twilio/voice/STEP`."""

    BEGIN = ""
    OFFER = "offer"  # is it about a ticket that the caller has? keys
    WHAT = "what"  # what is wrong? keys or words
    DESCRIBED = "described"  # the recording of somebody whose words were not understood
    HIT = "hit"  # who is hit? keys or words
    BAD = "bad"  # how badly? keys or words
    DIALED = "dialed"  # an attempt to connect with somebody has ended
    LEFT = "left"  # the recording that somebody left at the end
    SCREEN = "screen"  # on the phone of whoever is rung for a caller: will they take it?
    ACCEPT = "accept"  # their key


@dataclass(frozen=True, slots=True, kw_only=True)
class CallState:
    """`turn` counts answers, so that a step that comes twice is two inputs. `ticket` is None while the store is away. Kind,
    impact and urgency are what is known without the store. `offers` are the tickets that keys 1, 2, 3 stand for.
    `attempt` is the place in the plan of whom to connect, `one` the place of the single person rung in it (-1: all
    together). `hit` and `bad`: asked already."""

    turn: int = 0
    ticket: int | None = None
    offers: tuple[int, ...] = ()
    kind: Kind = Kind.NONE
    impact: Level | None = None
    urgency: Level | None = None
    again: bool = False
    hit: bool = False
    bad: bool = False
    attempt: int = 0
    one: int = -1

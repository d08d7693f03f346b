"""Whom a call rings, one attempt after another, until somebody talks with the caller or nobody is left."""

from collections.abc import Sequence
from dataclasses import replace

from channels.phone.voice.document import Document
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import CallState, Step
from channels.phone.voice.turn import Turn
from channels.phone.voice.urls import MOST_ATTEMPTS, MOST_CALLEES
from intake.desk.calls.plan import Attempt, Callee

_PICKED_UP = ("completed", "answered")


def talked(heard: Heard, taken_by: str = "") -> bool:
    """Whether the attempt that has ended brought two people together. The vendor says so; where it does not, picking up
    counts only where somebody pressed the key."""
    if heard.dialed not in _PICKED_UP:
        return False
    return heard.bridged if heard.bridged is not None else bool(taken_by)


def rung(state: CallState, plan: Sequence[Attempt]) -> tuple[Callee, ...]:
    """Whose phones ring at this place of the plan; on the steps `screen` and `accept` the one person whose phone it is."""
    if not 0 <= state.attempt < len(plan):
        return ()
    callees = plan[state.attempt].callees[:MOST_CALLEES]
    return callees if state.one < 0 else callees[state.one : state.one + 1]


def first_place(plan: Sequence[Attempt], together: bool, attempt: int = 0) -> tuple[int, int] | None:
    """The first place (attempt, one) from this attempt on at which somebody can be rung; None where nobody is left."""
    for index, each in enumerate(plan[:MOST_ATTEMPTS]):
        if index >= attempt and each.callees:
            return index, -1 if together or len(each.callees) == 1 else 0
    return None


def next_place(state: CallState, heard: Heard, plan: Sequence[Attempt], together: bool) -> tuple[int, int] | None:
    """The place after an attempt that brought nobody to the caller. Who picked up without taking the call (a voicemail) has
    ended the ringing of the others, and the vendor does not say who it was: each is rung alone then."""
    callees = rung(replace(state, one=-1), plan)
    if state.one < 0 and len(callees) > 1 and heard.dialed in _PICKED_UP:
        return state.attempt, 0
    if 0 <= state.one < len(callees) - 1:
        return state.attempt, state.one + 1
    return first_place(plan, together, state.attempt + 1)


def ring(turn: Turn, place: tuple[int, int], *sentences: str) -> str:
    """Ring whoever stands at that place; how it ended comes to the step `dialed`."""
    levels = turn.standing.impact, turn.standing.urgency  # also those that nobody said: the plan hangs on them from now on
    state = replace(turn.onwards(), impact=levels[0], urgency=levels[1], attempt=place[0], one=place[1])
    first = max(place[1], 0)
    phones = [
        (callee.phone, turn.urls.step(Step.SCREEN, replace(state, one=first + index)))
        for index, callee in enumerate(rung(state, turn.plan))
    ]
    document = Document(turn.words)
    document.say(*sentences)
    document.ring(phones, action=turn.urls.step(Step.DIALED, state), seconds=int(turn.policy.ring.total_seconds()))
    return str(document)

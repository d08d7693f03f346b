"""Every path through a call: what the caller may press, say or leave unsaid at each point, each way in which ringing people may
end, and hanging up anywhere."""

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from graphlib import TopologicalSorter

import pytest

from channels.phone.voice.words import words_for
from intake.desk.policy_file.phone import Line, PhonePolicy
from tests.phone.caller import (
    Asked,
    Caller,
    Choice,
    HangUp,
    NothingChosen,
    PickUp,
    Press,
    Speak,
    Unreached,
    Wait,
    script,
)
from tests.phone.pure_desk import A_JAM, A_WISH, EVERYTHING_IS_DOWN, ONE, UNTOLD, Answered, PureDesk

KEYS = tuple(Press(key) for key in "0123456789*#")
MUMBLED = Speak("mm hm", 0.2)
WORDS = (
    Speak(EVERYTHING_IS_DOWN),
    Speak(A_JAM),
    Speak(A_WISH),
    Speak("one"),
    Speak("only me"),
    Speak("work has stopped"),
    MUMBLED,
)
UNREACHED = tuple(Unreached(status) for status in ("busy", "no-answer", "failed", "canceled"))
_TURN = re.compile(r"t=[0-9]+&amp;")

DESKS: Mapping[str, Callable[[], PureDesk]] = {
    "two steps, rung together": PureDesk,
    "two steps, rung in order": lambda: PureDesk(policy=PhonePolicy(together=False)),
    "one person": lambda: PureDesk(plan=ONE),
    "nobody has a phone": lambda: PureDesk(plan=()),
    "a ticket is offered": lambda: PureDesk(standing=replace(UNTOLD, offers=(1031,)), plan=ONE),
    "three tickets are offered": lambda: PureDesk(standing=replace(UNTOLD, offers=(1031, 1030, 1029, 1028)), plan=()),
    "the store is away": lambda: PureDesk(away=True),
    "a known major incident": lambda: PureDesk(standing=replace(UNTOLD, known=True)),
    "in German": lambda: PureDesk(plan=ONE, words=words_for(Line(number="+4930901820", language="de-DE"), "")),
}


def options(asked: Asked) -> tuple[Choice, ...]:
    match asked.verb:
        case "Gather":
            return (*KEYS, Wait(), *(WORDS if asked.speech else ()), HangUp())
        case "Record":
            return (Press("#"), Speak("this is what happened here"), Wait(), HangUp())
        case "Dial":
            return (*UNREACHED, *(PickUp(index) for index in range(len(asked.phones))), HangUp())
        case _:
            return (*KEYS, Wait(), HangUp())  # a voicemail talks, and presses nothing


@dataclass(slots=True)
class Walked:
    """`edges` leads from a point to those that may follow; `asks` says which question a point asks."""

    edges: dict[str, set[str]] = field(default_factory=dict)
    asks: dict[str, str] = field(default_factory=dict)
    ended: list[tuple[tuple[Choice, ...], Caller, PureDesk]] = field(default_factory=list)


def walk(new: Callable[[], PureDesk], number: str = "+493012345678") -> Walked:
    """Breadth first, each point once: a point is what was answered (without the count of turns) and what the desk knows."""
    answered: Answered = {}
    walked, waiting, seen = Walked(), deque[tuple[str, tuple[Choice, ...]]]([("", ())]), set[str]()
    while waiting:
        before, choices = waiting.popleft()
        desk = replace(new(), answered=answered)
        caller = Caller(post=desk.post, choose=script(choices), number=number)
        try:
            caller.call()
        except NothingChosen as nothing:
            here = f"{nothing.asked.verb} {_TURN.sub('', nothing.asked.document)} {desk.standing} {nothing.asked.phones}"
            walked.edges.setdefault(here, set())
            walked.asks[here] = question(nothing.asked)
            if before:
                walked.edges[before].add(here)
            if here not in seen:
                seen.add(here)
                waiting.extend((here, (*choices, choice)) for choice in options(nothing.asked))
        else:
            walked.ended.append((choices, caller, desk))
    return walked


def question(asked: Asked) -> str:
    found = re.search(r'<Gather[^>]*action="[^"?]*/([a-z]+)', asked.document)
    return found[1] if found and asked.verb == "Gather" else ""


@cache
def all_of(name: str) -> Walked:
    return walk(DESKS[name])


@pytest.mark.parametrize("name", DESKS)
def test_every_call_ends_in_ringing_somebody_in_a_recording_or_in_a_goodbye(name: str) -> None:
    walked = all_of(name)
    assert len(walked.ended) > 20
    for choices, caller, _ in walked.ended:
        last = choices[-1] if choices else None
        assert caller.ended in ("Dial", "Record", "Hangup") or isinstance(last, HangUp), choices


@pytest.mark.parametrize("name", DESKS)
def test_no_call_goes_in_a_circle(name: str) -> None:
    TopologicalSorter(all_of(name).edges).prepare()


@pytest.mark.parametrize("name", DESKS)
def test_no_question_is_asked_more_than_twice(name: str) -> None:
    walked = all_of(name)
    order = list(TopologicalSorter(walked.edges).static_order())  # what follows comes first
    for asked in ("offer", "what", "hit", "bad"):
        most: dict[str, int] = {}
        for here in order:
            most[here] = (walked.asks[here] == asked) + max((most[then] for then in walked.edges[here]), default=0)
        assert max(most.values()) <= (2 if asked == "what" else 1), asked


@pytest.mark.parametrize("name", DESKS)
def test_whoever_calls_about_something_urgent_hears_a_phone_ring_unless_nobody_has_one(name: str) -> None:
    for choices, caller, desk in all_of(name).ended:
        if isinstance(choices[-1], HangUp) and not caller.rang:
            continue
        urgent = desk.standing.priority.value in ("P1", "P2")
        assert bool(caller.rang) == (urgent and bool(desk.plan) and not desk.standing.known), choices


@pytest.mark.parametrize("name", DESKS)
def test_only_key_1_brings_somebody_to_the_caller(name: str) -> None:
    for choices, caller, _ in all_of(name).ended:
        if caller.bridged:
            assert Press("1") in choices
            assert isinstance(choices[-2], PickUp)
            assert choices[-1] == Press("1")


@pytest.mark.parametrize("name", DESKS)
def test_nobody_is_rung_again_except_alone_after_somebody_picked_up_and_did_not_take_it(name: str) -> None:
    for choices, caller, _ in all_of(name).ended:
        rung = [phone for phones in caller.rang for phone in phones]
        for phone in set(rung):
            alone = caller.rang.count((phone,))
            assert rung.count(phone) <= 2, choices
            assert alone <= 1, choices
        together = [phones for phones in caller.rang if len(phones) > 1]
        assert len(together) == len(set(together))


def test_a_withheld_number_is_told_to_write_the_number_down() -> None:
    for _, caller, _ in walk(lambda: PureDesk(plan=ONE), number="anonymous").ended:
        told = " ".join(caller.heard)
        assert "text message" not in told
        if "Your ticket is" in told and "call you back" not in told and "Thank you for calling" not in told:
            assert "write it down" in told

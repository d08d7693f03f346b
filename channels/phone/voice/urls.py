"""The URLs that our answers name, and where a call stands in their query."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from channels.phone.voice.state import CallState, Step
from intake.domain.errors import InvalidMessage
from intake.domain.label import Kind, Level

MOST_OFFERS = 3
MOST_TURNS = 250  # answers of one call; below what a URL can carry, as the next are
MOST_ATTEMPTS = 40
MOST_CALLEES = 10  # the vendor rings no more at once
_LONGEST = 200  # characters
_KINDS: Mapping[str, Kind] = {"i": Kind.INCIDENT, "r": Kind.SERVICE_REQUEST, "e": Kind.ENHANCEMENT}
_LETTER: Mapping[Kind, str] = {kind: letter for letter, kind in _KINDS.items()}
_SHAPES: Mapping[str, re.Pattern[str]] = {
    "t": re.compile(r"[1-9][0-9]{0,2}\Z", re.ASCII),  # turn
    "n": re.compile(r"[1-9][0-9]{0,11}\Z", re.ASCII),  # ticket
    "o": re.compile(r"[1-9][0-9]{0,11}(\.[1-9][0-9]{0,11}){0,2}\Z", re.ASCII),  # offers
    "k": re.compile(r"[ire]\Z"),  # kind
    "i": re.compile(r"[123]\Z"),  # impact
    "u": re.compile(r"[123]\Z"),  # urgency
    "a": re.compile(r"1\Z"),  # again
    "h": re.compile(r"1\Z"),  # hit
    "b": re.compile(r"1\Z"),  # bad
    "p": re.compile(r"[1-9][0-9]?\Z", re.ASCII),  # attempt
    "w": re.compile(r"[0-9]\Z"),  # one
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls:
    """`public` is INTAKE_PUBLIC_URL; the vendor signs what follows it, so it is the address from outside."""

    public: str

    def step(self, step: Step, state: CallState) -> str:
        query = to_query(state)
        return f"{self.public.rstrip('/')}/twilio/voice/{step.value}" + (f"?{query}" if query else "")

    @property
    def recording(self) -> str:
        return f"{self.public.rstrip('/')}/twilio/recording"


def to_query(state: CallState) -> str:
    """What is as at the beginning is left out: `t=3&n=1042&k=i&u=2&h=1`."""
    fields = {
        "t": str(state.turn or ""),
        "n": str(state.ticket or ""),
        "o": ".".join(str(number) for number in state.offers[:MOST_OFFERS]),
        "k": _LETTER.get(state.kind, ""),
        "i": str(state.impact.value) if state.impact else "",
        "u": str(state.urgency.value) if state.urgency else "",
        "a": "1" if state.again else "",
        "h": "1" if state.hit else "",
        "b": "1" if state.bad else "",
        "p": str(state.attempt or ""),
        "w": str(state.one) if state.one >= 0 else "",
    }
    return "&".join(f"{name}={value}" for name, value in fields.items() if value)


def from_query(query: str) -> CallState:
    """The query as it came, without the question mark. Raises InvalidMessage for everything that `to_query` does not write."""
    fields = _fields(query)
    return CallState(
        turn=int(fields.get("t", "0")),
        ticket=int(fields["n"]) if "n" in fields else None,
        offers=tuple(int(number) for number in fields["o"].split(".")) if "o" in fields else (),
        kind=_KINDS[fields["k"]] if "k" in fields else Kind.NONE,
        impact=Level(int(fields["i"])) if "i" in fields else None,
        urgency=Level(int(fields["u"])) if "u" in fields else None,
        again="a" in fields,
        hit="h" in fields,
        bad="b" in fields,
        attempt=int(fields.get("p", "0")),
        one=int(fields.get("w", "-1")),
    )


def _fields(query: str) -> dict[str, str]:
    if len(query) > _LONGEST:
        raise InvalidMessage(f"the query of a call is longer than {_LONGEST} characters")
    fields: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        shape = _SHAPES.get(name)
        if shape is None or name in fields or not shape.match(value):
            raise InvalidMessage(f"{part[:20]!r} stands in no query of our answers: set the vendor's voice URL without a query")
        fields[name] = value
    return fields

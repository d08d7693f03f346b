"""The document that lies at the vendor for when the desk does not answer: whom it rings, and whether that is still right."""

import re
from dataclasses import dataclass
from datetime import datetime

from channels.phone.rung_for_a_p1 import rung_for_a_p1
from channels.phone.voice.fallback import fallback_twiml
from channels.phone.voice.urls import Urls
from channels.phone.voice.words import words_for
from intake.desk.policy import Policy

STEPS = 2  # of the ladder's that it rings
_RUNG = re.compile(r">\s*(\+[1-9][0-9]{7,14})\s*<", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackDocument:
    """For one of the desk's numbers. `rings` are names, of a team where nobody's is known."""

    number: str
    language: str
    twiml: str
    rings: tuple[str, ...]


def fallback_document(number: str, policy: Policy, public_url: str, now: datetime) -> FallbackDocument:
    """As it ought to be at this moment."""
    plan = rung_for_a_p1(policy, now)[:STEPS]
    line = policy.phone.line(number)
    names = [one.agent or policy.team(one.team).title for attempt in plan for one in attempt.callees]
    return FallbackDocument(
        number=number,
        language=line.language,
        twiml=fallback_twiml(plan, words_for(line, policy.phone.company), Urls(public=public_url)),
        rings=tuple(dict.fromkeys(names)),
    )


def rung_by(twiml: str) -> frozenset[str]:
    """The numbers in it."""
    return frozenset(_RUNG.findall(twiml))

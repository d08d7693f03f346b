"""Words that say outright that more than one person is hit, or one alone: they may weigh little in the model, and are never
overlooked."""

from collections.abc import Collection, Iterable

from classifier.lexicon import Axis, Grade
from classifier.signs import SIGN
from classifier.weigh import Weighed
from intake.domain.label import Level

# Entries of the lexicon. Most words for several people also name those who are only told of; these do not.
OUTRIGHT = frozenset(
    {"{whole} users", "{whole} employees", "{whole} people", "all of us", "none of us can", "nobody can", "no one can"}
    | {"noone can", "rejects everybody", "rejects everyone", "our team", "whole team", "entire team", "whole department"}
)
CROWD = frozenset(SIGN + name for name in ("whole", "group", "place", "few", "tens", "hundreds", "production", "waiting"))
SPEAKS_OF_ONE = 1.8  # weight: "for me", "i cannot"
ONE_PERSON = 2.5  # weight: from here on words such as "only me" outvote them


def at_least_a_group(weighed: Weighed, impact: Level, urgency: Level) -> tuple[Level, Level]:
    """An incident's levels, where the model took it for one person's or for nothing that hinders. Never makes a P1 or P2 of it:
    that is for the model."""
    if (impact is not Level.LOW and urgency is not Level.LOW) or impact is Level.HIGH or weighed.settled is not None:
        return impact, urgency
    grades = list(_of_impact(weighed))
    many = any(rule.text in OUTRIGHT for rule in grades)
    one = any(rule.level is Level.LOW and rule.weight >= ONE_PERSON for rule in grades)
    return (Level.MEDIUM, Level.MEDIUM) if many and not one else (impact, urgency)


def speaks_of_one_alone(weighed: Weighed, findings: Collection[str]) -> bool:
    """And of nobody else, nor of a place: nothing that needs a P1 or P2. `findings` are those of the text's units."""
    grades = list(_of_impact(weighed))
    one = any(rule.weight >= SPEAKS_OF_ONE for rule in grades) and all(rule.level is Level.LOW for rule in grades)
    return one and CROWD.isdisjoint(findings)


def _of_impact(weighed: Weighed) -> Iterable[Grade]:
    return (hit.rule for hit in weighed.grades if isinstance(hit.rule, Grade) and hit.rule.axis is Axis.IMPACT)

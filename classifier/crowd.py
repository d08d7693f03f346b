"""Words that say outright that more than one person is hit: they may weigh little in the model, and are never overlooked."""

from classifier.lexicon import Axis, Grade
from classifier.weigh import Weighed
from intake.domain.label import Level

# Entries of the lexicon. Most words for several people also name those who are only told of; these do not.
OUTRIGHT = frozenset(
    {"{whole} users", "{whole} employees", "{whole} people", "all of us", "none of us can", "nobody can", "no one can"}
    | {"noone can", "rejects everybody", "rejects everyone", "our team", "whole team", "entire team", "whole department"}
)
ONE_PERSON = 2.5  # weight: from here on words such as "only me" outvote them


def at_least_a_group(weighed: Weighed, impact: Level, urgency: Level) -> tuple[Level, Level]:
    """An incident's levels, where the model took it for one person's. Never makes a P1 or P2 of it: that is for the model."""
    if impact is not Level.LOW or weighed.settled is not None:
        return impact, urgency
    grades = [hit.rule for hit in weighed.grades if isinstance(hit.rule, Grade) and hit.rule.axis is Axis.IMPACT]
    many = any(rule.text in OUTRIGHT for rule in grades)
    one = any(rule.level is Level.LOW and rule.weight >= ONE_PERSON for rule in grades)
    return (Level.MEDIUM, max(urgency, Level.MEDIUM)) if many and not one else (impact, urgency)

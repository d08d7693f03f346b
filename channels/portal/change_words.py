"""How a change stands: for whoever asked for it and for product owners, and for those who decide on it."""

from collections.abc import Mapping

from intake.domain.change import Change, ChangeKind, Phase, Risk, Side, Stage

OUTSIDE: Mapping[Stage, str] = {
    Stage.DRAFT: "We have noted what is to change, and look next at what it takes.",
    Stage.ASSESSMENT: "We look at what it takes. Then both teams that answer for it decide.",
    Stage.APPROVAL: "Both teams that answer for it decide on it.",
    Stage.SCHEDULED: "It is approved and has a date.",
    Stage.IMPLEMENTING: "It is being carried out.",
    Stage.REVIEW: "It is done, and we look whether it does what it should.",
    Stage.CLOSED: "It is done.",
    Stage.REJECTED: "It was decided not to do it.",
    Stage.WITHDRAWN: "Nothing is changed for this.",
}
APPROVED = "It is approved. We choose the time, and write to you when it is."
UNDONE = "It did not work out as planned, and was undone again."
WANTS_INCIDENT = (
    "We need one thing from you before we begin: which incident is it about? Please write us its number, such as HD-7,"
    " or when it happened."
)

INSIDE: Mapping[Stage, str] = {
    Stage.DRAFT: "It is a draft",
    Stage.ASSESSMENT: "It is being assessed",
    Stage.APPROVAL: "It waits for approval",
    Stage.SCHEDULED: "It is scheduled",
    Stage.IMPLEMENTING: "It is being carried out",
    Stage.REVIEW: "It is done, and in review",
    Stage.CLOSED: "It is closed",
    Stage.REJECTED: "It was rejected",
    Stage.WITHDRAWN: "It was withdrawn",
}
KINDS_OF_CHANGE: Mapping[ChangeKind, str] = {
    ChangeKind.NORMAL: "Normal",
    ChangeKind.STANDARD: "Standard, approved beforehand",
    ChangeKind.EMERGENCY: "Emergency",
    ChangeKind.MAJOR: "Major upgrade",
}
RISKS: Mapping[Risk, str] = {Risk.LOW: "Low", Risk.MODERATE: "Moderate", Risk.HIGH: "High"}
SIDES: Mapping[Side, str] = {Side.CIO: "CIO", Side.PROCESS: "Process", Side.PRODUCT_OWNER: "the product owners"}
PHASES: Mapping[Phase, str] = {Phase.BEFORE: "before it begins", Phase.DURING: "when it begins", Phase.AFTER: "when it is over"}

_WITH_A_DATE = frozenset({Stage.SCHEDULED, Stage.IMPLEMENTING})


def outside(change: Change, *, wants_incident: bool = False) -> str:
    """For outsiders: nothing of who decided what, and why."""
    if change.stage is Stage.DRAFT and wants_incident:
        return WANTS_INCIDENT
    if change.stage is Stage.APPROVAL and change.is_approved:
        return APPROVED
    if change.stage is Stage.SCHEDULED and change.kind is ChangeKind.STANDARD:
        return "It has a date."
    if change.stage in {Stage.REVIEW, Stage.CLOSED} and change.backed_out:
        return UNDONE
    return OUTSIDE[change.stage]


def has_a_date(change: Change) -> bool:
    """Is its window still to be told, and does it hold?"""
    return change.window is not None and change.stage in _WITH_A_DATE

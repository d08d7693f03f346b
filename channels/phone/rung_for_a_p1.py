"""Whom an outage rings that nobody has looked at yet: what a caller can count on at this moment."""

from collections.abc import Sequence
from datetime import datetime

from intake.desk.calls.plan import Attempt, people_to_connect
from intake.desk.policy import Policy
from intake.desk.router import route
from intake.domain.label import Kind, Priority


def rung_for_a_p1(policy: Policy, now: datetime) -> Sequence[Attempt]:
    first = policy.first_tier[Kind.INCIDENT]
    return people_to_connect(
        policy,
        kind=Kind.INCIDENT,
        priority=Priority.P1,
        tier=first,
        assignment_group=route(policy, Kind.INCIDENT, first).team,
        now=now,
    )

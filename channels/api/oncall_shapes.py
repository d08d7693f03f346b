"""Who is on call, and who was woken, as JSON."""

from collections.abc import Sequence
from datetime import datetime

from channels.api import oncall_records as r
from channels.api.moment_record import in_json
from intake.desk.oncall.rotation import Rotation, following, on_call
from intake.desk.policy import Policy
from intake.domain.page import Page, Paging


def rotations(policy: Policy, at: datetime) -> Sequence[r.OnCall]:
    return [rotation(one, policy, at) for one in policy.rotations.values()]


def rotation(of: Rotation, policy: Policy, at: datetime) -> r.OnCall:
    now, then = on_call(of, at), following(of, at)
    agent = policy.agents.get(now.agent)
    return {
        "rotation": of.name,
        "team": of.team,
        "time_zone": of.zone.key,
        "at": in_json(at),
        "agent": now.agent or None,
        "why": now.why,
        "gap": now.is_gap,
        "mail": (agent.mail or None) if agent else None,
        "phone": (agent.phone or None) if agent else None,
        "slack": (agent.slack or None) if agent else None,
        "next": {"agent": then.agent or None, "at": in_json(then.begins)} if then is not None else None,
    }


def paging(of: Paging) -> r.Paging:
    run = of.run
    return {
        "id": run.id,
        "ladder": run.ladder.name if run.ladder is not None else None,
        "priority": run.priority,
        "state": run.state,
        "why": run.why,
        "started_at": in_json(run.started_at),
        "ended_at": in_json(run.ended_at) if run.ended_at else None,
        "ended_by": run.ended_by or None,
        "end_why": run.end_why or None,
        "pages": [_page(page) for page in of.pages],
    }


def _page(of: Page) -> r.SentPage:
    return {
        "step": of.step,
        "repetition": of.repetition,
        "at": in_json(of.at),
        "team": of.team or None,
        "agent": of.agent or None,
        "channel": of.channel,
        "address": of.address or None,
        "delivery": of.delivery,
    }

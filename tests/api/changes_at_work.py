"""Changes and agreements, as programs of several people make them over HTTP."""

from datetime import timedelta

from intake.domain.principal import Role
from tests.api.api_at_work import ANN, Answer, ApiAtWork

AGREEMENT = "ACME 2026"
GRANTED = 600  # minutes: ten hours
PLAN = {"risk": "low", "services": ["Reports", "Mail"], "backout_plan": "Put the old one back."}


def cleo(api: ApiAtWork) -> str:
    """Plans, asks for approval, works."""
    return api.token(Role.AGENT, teams={"cio"}, name="Cleo")


def lee(api: ApiAtWork) -> str:
    """Leads at CIO."""
    return api.token(Role.LEAD, teams={"cio_leads"}, name="Lee")


def lou(api: ApiAtWork) -> str:
    """Leads at Process."""
    return api.token(Role.LEAD, teams={"process_leads"}, name="Lou")


def agreement_body(api: ApiAtWork, **more: object) -> dict[str, object]:
    year = api.clock().year
    known: dict[str, object] = {"agreement": AGREEMENT, "party": "ACME", "starts": f"{year}-01-01", "ends": f"{year}-12-31"}
    return {**known, "minutes": GRANTED, "spenders": ["cio"], **more}


async def opens_agreement(api: ApiAtWork, **more: object) -> Answer:
    return await api.post("/agreements", lee(api), agreement_body(api, **more))


async def done(api: ApiAtWork, ticket: int, verb: str, token: str, body: object = None) -> Answer:
    answer = await api.post(f"/tickets/{ticket}/{verb}", token, body)
    assert answer.status == 200, answer.body
    return answer


async def a_draft(api: ApiAtWork, category: str = "change_request", author: str = ANN) -> int:
    ticket = await api.hears("Please make the report wider.", author=author, subject="Report")
    await done(api, ticket, "relabel", api.admin, {"kind": "enhancement", "category": category})
    return ticket


async def asked(api: ApiAtWork, *, hours: bool = False) -> int:
    """Planned by Cleo, who has asked for its approval."""
    ticket = await a_draft(api)
    await done(api, ticket, "plan_change", cleo(api), PLAN)
    await done(api, ticket, "submit_change", cleo(api))
    if hours:
        await done(api, ticket, "estimate_change", cleo(api), {"agreement": AGREEMENT, "minutes": 240})
    await done(api, ticket, "request_approval", cleo(api))
    return ticket


async def approved(api: ApiAtWork, *, hours: bool = False) -> int:
    ticket = await asked(api, hours=hours)
    await done(api, ticket, "approve_change", lee(api), {"comment": "fine"})
    await done(api, ticket, "approve_change", lou(api))
    return ticket


async def scheduled(api: ApiAtWork, *, days: int = 1, hours: bool = False) -> int:
    """In so many days at this time, for four hours."""
    ticket = await approved(api, hours=hours)
    starts = api.clock() + timedelta(days=days)
    window = {"starts": starts.isoformat(), "ends": (starts + timedelta(hours=4)).isoformat(), "time_zone": "Europe/Berlin"}
    await done(api, ticket, "schedule_change", cleo(api), window)
    return ticket

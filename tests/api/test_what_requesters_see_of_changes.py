"""Of a change a requester learns how far it is in plain words, and when it happens: plans, hours, names and decisions carry a
mark here, and no answer has it."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi.routing import APIRoute

from channels.api.listen import NOUNS
from intake.domain.deed import DEEDS
from tests.api.api_at_work import ANN, EVE, ApiAtWork, api_at_work
from tests.api.changes_at_work import a_draft, cleo, done, lou, opens_agreement
from tests.desk.staff import policy_with_staff

MARK = "TAINTED"
LEE = f"{MARK} Lee"
HOURS = f"{MARK} hours"


@pytest_asyncio.fixture
async def api(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ApiAtWork]:
    """Lee, who leads at CIO, carries the mark in his name."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    policy = policy_with_staff(renamed=("Lee", LEE))
    async with api_at_work(tmp_path, f"sqlite:///{tmp_path / 'desk.db'}", policy=policy) as at_work:
        yield at_work


def lee(api: ApiAtWork) -> str:
    return api.make_token(next(agent.principal for agent in api.parts.policy.agents.values() if agent.name == LEE))


async def a_change_with_an_inside(api: ApiAtWork) -> int:
    ticket, other = await a_draft(api), await a_draft(api, author=EVE)
    token, leading = cleo(api), lee(api)
    await opens_agreement(api, agreement=HOURS, party=MARK, product_owners=[f"{MARK.lower()}@acme.example"])
    plan = {"risk": "high", "services": [f"{MARK} service"]} | {
        f"{name}_plan": f"{MARK} {name}" for name in ("implementation", "test", "backout")
    }
    for number in (ticket, other):
        await done(api, number, "plan_change", token, plan)
        await done(api, number, "submit_change", token)
    await done(api, ticket, "estimate_change", token, {"agreement": HOURS, "minutes": 400})
    await done(api, ticket, "approve_overdraft", leading, {"minutes": 500, "reason": f"{MARK} overdraft"})
    await done(api, ticket, "add_task", token, {"title": f"{MARK} task", "assigned_to": "Cleo"})
    await done(api, ticket, "add_audience", token, {"address": f"{MARK.lower()}@audience.example"})
    await done(api, ticket, "plan_announcement", token, {"phase": "before", "text": f"{MARK} notice", "lead": 60})
    await done(api, ticket, "request_approval", token)
    await done(api, ticket, "rework_change", leading, {"reason": f"{MARK} rework"})
    await done(api, ticket, "request_approval", token)
    await done(api, ticket, "approve_change", leading, {"comment": f"{MARK} comment"})
    return ticket


async def goes_on(api: ApiAtWork, ticket: int) -> None:
    await done(api, ticket, "approve_change", lou(api), {"comment": f"{MARK} too"})
    starts = api.clock() + timedelta(days=1)
    window = {"starts": starts.isoformat(), "ends": (starts + timedelta(hours=4)).isoformat(), "time_zone": "Europe/Berlin"}
    await done(api, ticket, "schedule_change", cleo(api), {**window, "despite": f"{MARK} despite"})


async def test_the_inside_is_inside(api: ApiAtWork) -> None:
    """The test of the test."""
    ticket = await a_change_with_an_inside(api)
    assert (await api.get(f"/changes/{ticket}", api.admin)).response.text.upper().count(MARK) > 12


@pytest.mark.parametrize("later", [False, True])
async def test_no_answer_to_a_requester_carries_the_mark(api: ApiAtWork, later: bool) -> None:
    ticket = await a_change_with_an_inside(api)
    if later:
        await goes_on(api, ticket)
    seen = set()
    for noun in NOUNS:
        for route in noun.router.routes:
            assert isinstance(route, APIRoute)
            if "GET" in (route.methods or ()):
                path = route.path.format(number=ticket, id=1, position=0, name=HOURS)
                answer = await api.get(path, api.of(ANN))
                assert MARK not in (answer.response.text + str(answer.headers)).upper(), route.path
                if answer.status == 200:
                    seen.add(route.path)
    assert seen == {"/tickets", "/tickets/{number}", "/me"}


async def test_how_far_it_is_comes_in_plain_words_and_the_window_when_it_is_sure(api: ApiAtWork) -> None:
    ticket = await a_change_with_an_inside(api)
    path = f"/tickets/{ticket}"
    assert (await api.get(path, api.of(ANN))).body["change"] == {"stage": "being assessed", "window": None}
    await goes_on(api, ticket)
    told = await api.get(path, api.of(ANN))
    assert told.at("change", "stage") == "scheduled"
    assert told.at("change", "window", "time_zone") == "Europe/Berlin"
    await done(api, ticket, "rework_change", cleo(api), {"reason": "more to do"})
    assert (await api.get(path, api.of(ANN))).body["change"] == {"stage": "being assessed", "window": None}


async def test_no_refusal_of_a_deed_carries_the_mark(api: ApiAtWork) -> None:
    ticket = await a_change_with_an_inside(api)
    bodies = {"withdraw_change": {"reason": "x"}, "decline_change": {"reason": "x"}}
    for verb in DEEDS:
        for headers in ({}, {"If_Match": '"0"'}):
            answer = await api.post(f"/tickets/{ticket}/{verb}", api.of(ANN), bodies.get(verb), **headers)
            assert MARK not in (answer.response.text + str(answer.headers)).upper(), verb


async def test_somebody_elses_change_does_not_exist(api: ApiAtWork) -> None:
    ticket = await a_change_with_an_inside(api)
    for verb in ("withdraw_change", "consent_to_change"):
        body = {"reason": "x"} if verb == "withdraw_change" else {}
        assert (await api.post(f"/tickets/{ticket}/{verb}", api.of(EVE), body)).status == 404

"""Who may call what: every route says it, and over HTTP it is so for every role."""

import pytest
from fastapi.routing import APIRoute

from channels.api.asking import Needs, roles_of
from channels.api.deeds import BY_DEVICES
from channels.api.listen import NOUNS
from intake.desk.permissions import HOLDS, Permission
from intake.domain.deed import AGREEMENT_DEEDS, DEEDS, Deed
from intake.domain.principal import Role
from tests.api.api_at_work import ANN, ApiAtWork

TOKEN_ROLES = [role for role in Role if role is not Role.DEVICE]


def routes() -> list[APIRoute]:
    return [route for noun in NOUNS for route in noun.router.routes if isinstance(route, APIRoute)]


def method(route: APIRoute) -> str:
    return "".join(route.methods or ())


def need(route: APIRoute) -> Permission | type[Deed]:
    (marked,) = [each.dependency for each in route.dependencies if isinstance(each.dependency, Needs)]
    return marked.what


def allowed(what: Permission | type[Deed]) -> frozenset[Role]:
    return HOLDS[what] if isinstance(what, Permission) else roles_of(what)


def name(route: APIRoute) -> str:
    return f"{method(route)} {route.path}"


@pytest.mark.parametrize("route", routes(), ids=name)
def test_every_route_says_what_it_needs(route: APIRoute) -> None:
    assert need(route)


async def test_the_description_names_exactly_these_routes(api: ApiAtWork) -> None:
    paths = (await api.send("GET", "/openapi.json")).body["paths"]
    assert isinstance(paths, dict)
    described = {(verb.upper(), path) for path, item in paths.items() if isinstance(item, dict) for verb in item}
    assert described == {(method(route), route.path) for route in routes()}


def test_there_is_a_route_for_each_deed_but_those_of_devices() -> None:
    needed = {need(route) for route in routes()}
    assert {what for what in needed if not isinstance(what, Permission)} == {
        *DEEDS.values(),
        *AGREEMENT_DEEDS.values(),
    } - BY_DEVICES


def test_each_permission_opens_some_route() -> None:
    assert {need(route) for route in routes()} >= set(Permission)


@pytest.mark.parametrize("role", TOKEN_ROLES)
async def test_a_role_may_call_exactly_what_the_tables_say(api: ApiAtWork, role: Role) -> None:
    token = api.token(role, address=ANN if role is Role.REQUESTER else "")
    refused, expected = set(), set()
    for route in routes():
        path = route.path.format(number="HD-999999", id=999_999, position=0, name="none")
        answer = await api.send(method(route), path, token, raw=b"{}")
        assert answer.status not in {401, 405, 415, 429}
        assert answer.status < 500
        if answer.status == 403:
            refused.add(name(route))
        if role not in allowed(need(route)):
            expected.add(name(route))
    assert refused == expected


TEAMS = [
    # a ticket at support; at the CIO team: who may take it
    ({"support"}, "agent", True, False),
    ({"cio"}, "agent", False, True),
    ({"process"}, "agent", False, False),
    ({"support", "cio"}, "agent", True, True),
    (set[str](), "agent", True, True),
    ({"cio_leads"}, "lead", True, True),
    ({"process_leads"}, "lead", True, False),
    ({"process"}, "admin", True, True),
]


@pytest.mark.parametrize(("teams", "role", "at_support", "at_cio"), TEAMS)
async def test_teams_bound_what_a_token_may_touch(
    api: ApiAtWork, teams: set[str], role: str, at_support: bool, at_cio: bool
) -> None:
    token = api.token(Role(role), teams=teams, name="somebody")
    ours, escalated = await api.hears(), await api.hears()
    await api.post(f"/tickets/{escalated}/relabel", api.admin, {"kind": "incident", "category": "unavailable"})
    moved = await api.post(f"/tickets/{escalated}/escalate", api.admin, {"reason": "the router is dead"})
    assert moved.at("ticket", "assignment_group") == "cio"
    for ticket, may in ((ours, at_support), (escalated, at_cio)):
        assert (await api.get(f"/tickets/{ticket}", token)).status == 200
        taken = await api.post(f"/tickets/{ticket}/take", token)
        assert taken.status == (200 if may else 403), taken.body
        assert (await api.post(f"/tickets/{ticket}/note", token, {"text": "I looked"})).status == 200

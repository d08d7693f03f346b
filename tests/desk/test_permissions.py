"""Who may do what: the tables are total, and the desk keeps to them."""

from dataclasses import fields

import pytest

from intake.desk.permissions import HOLDS, MAY, Permission, demand, demand_deed
from intake.domain.deed import CALL_DEEDS, DEEDS, ChooseTicket, CorrectKind, Deed
from intake.domain.errors import Forbidden
from intake.domain.principal import STAFF, Principal, Role
from intake.domain.receipt import Refusal
from tests.desk.at_the_desk import MALLORY, AtTheDesk, mail
from tests.desk.examples import CALL_EXAMPLES, EXAMPLES
from tests.desk.staff import AUDITOR, policy_with_staff
from tests.desk.test_lifecycle import A_TICKET


def test_the_tables_are_total() -> None:
    assert set(MAY) == set(DEEDS.values()) | set(CALL_DEEDS.values()) | {ChooseTicket, CorrectKind}
    assert set(DEEDS.values()) == {type(deed) for deed in EXAMPLES}
    assert set(CALL_DEEDS.values()) == {type(deed) for deed in CALL_EXAMPLES}
    assert set(HOLDS) == set(Permission)
    assert len(DEEDS) + len(CALL_DEEDS) + 2 == len(MAY)


def test_what_happens_in_a_call_is_the_phones_to_say_alone() -> None:
    assert {role for deed in CALL_DEEDS.values() for role in MAY[deed]} == {Role.DEVICE}
    assert not set(CALL_DEEDS) & set(DEEDS)


def test_an_auditor_touches_nothing_and_sees_everything() -> None:
    assert all(Role.AUDITOR not in roles for roles in MAY.values())
    seeing = {permission for permission in Permission if permission.value.startswith("see_")}
    assert all(Role.AUDITOR in HOLDS[permission] for permission in seeing)


def test_a_requester_sees_nothing_but_the_own_tickets() -> None:
    theirs = {permission for permission, roles in HOLDS.items() if Role.REQUESTER in roles}
    assert theirs == {Permission.SEE_OWN_TICKETS, Permission.OPEN_TICKET, Permission.ADD_MESSAGE}


@pytest.mark.parametrize("deed", [*EXAMPLES, *CALL_EXAMPLES], ids=lambda deed: deed.verb)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("team", ["", "support", "cio", "cio_leads", "process_leads"])
def test_a_deed_is_for_its_roles_and_its_teams(deed: Deed, role: Role, team: str) -> None:
    policy = policy_with_staff()
    by = Principal(name="x", role=role, teams=frozenset({team} if team else ()))
    try:
        demand_deed(by, deed, A_TICKET, policy)  # with support
    except Forbidden:
        may = False
    else:
        may = True
    everywhere = not team or role not in {Role.AGENT, Role.LEAD} or deed.verb in HELPING
    assert may is (role in MAY[type(deed)] and (everywhere or team in {"support", "cio_leads", "process_leads"}))


HELPING = {"note", "link", "unlink", "watch", "unwatch", "acknowledge_page"} | {
    "approve_change",
    "reject_change",
    "rework_change",
    "finish_task",
    "book_hours",
}


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_door_is_for_its_roles(permission: Permission, role: Role) -> None:
    by = Principal(name="x", role=role)
    if role in HOLDS[permission]:
        demand(by, permission)
    else:
        with pytest.raises(Forbidden, match=role.value):
            demand(by, permission)


@pytest.mark.parametrize("deed", [*EXAMPLES, *CALL_EXAMPLES], ids=lambda deed: deed.verb)
def test_no_stranger_does_anything_to_a_ticket(staffed: AtTheDesk, deed: Deed) -> None:
    number = staffed.hears(mail()).ticket
    assert number is not None
    before = staffed.story(number)
    for by in (
        AUDITOR,
        Principal(name=MALLORY.value, role=Role.REQUESTER, address=MALLORY),
        Principal(name="?", role=Role.REQUESTER),
    ):
        assert staffed.does(deed, by, ticket=number).refusal is Refusal.FORBIDDEN
    assert staffed.story(number) == before


def test_texts_and_lines_have_limits() -> None:
    for deed in (*EXAMPLES, *CALL_EXAMPLES):
        for field in fields(deed):
            if isinstance(getattr(deed, field.name), str) and type(getattr(deed, field.name)) is str:
                values = {f.name: getattr(deed, f.name) for f in fields(deed)} | {field.name: "x" * 50_001}
                with pytest.raises(ValueError, match="characters"):
                    type(deed)(**values)
    assert STAFF

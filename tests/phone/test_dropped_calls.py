"""A call drops, at whatever moment, and its webhooks come in whatever order: who reports what burns leaves somebody awake."""

import random
from collections.abc import Iterator, Mapping

import pytest

from intake.domain.label import Priority
from storage.store import SqlStore
from tests.calls.call_desk import called_desk
from tests.phone.caller import Choice, HangUp, NothingChosen, PickUp, Press
from tests.phone.open_line import OpenLine
from tests.phone.test_calls_at_the_desk import JAM, LABELS, MUMBLED, NO_ANSWER, OUTAGE, SAYS, place_call

URGENT = (Priority.P1, Priority.P2)
CALLS: Mapping[str, tuple[Choice, ...]] = {
    "taken": (OUTAGE, NO_ANSWER, PickUp(0), Press("1")),
    "nobody": (OUTAGE, NO_ANSWER, PickUp(0), Press("2"), NO_ANSWER, SAYS),
    "keys alone": (Press("1"), Press("1"), Press("1"), PickUp(0), Press("1")),
    "mumbled": (MUMBLED, MUMBLED, SAYS, Press("1"), Press("1"), NO_ANSWER, NO_ANSWER, NO_ANSWER),
    "words, then keys": (JAM, Press("1"), Press("1"), NO_ANSWER),
}


@pytest.fixture
def phone(sqlite_store: SqlStore) -> Iterator[OpenLine]:
    with OpenLine(called_desk(sqlite_store), labels=LABELS) as phone:
        yield phone


@pytest.mark.parametrize("reported", [True, False])
@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_drops_at_any_moment_wakes_people_if_it_is_urgent_and_nobody_took_it(
    phone: OpenLine, name: str, reported: bool
) -> None:
    """Also where nobody reports its end: then within five minutes."""

    def post(url: str, params: Mapping[str, str]) -> str:
        return phone.post(url, params) if reported or "/status" not in url else ""

    choices, urgent = CALLS[name], 0
    for place in range(len(choices) + 1):
        try:
            caller = place_call(phone, *choices[:place], HangUp(), number=f"+3314000{place:04}", post=post)
        except NothingChosen:
            continue  # nobody is there any more to hang up
        if not reported:
            phone.desk.passes(seconds=301)
        call = phone.desk.call(caller.sid)
        wakes = phone.desk.priority(call.ticket) in URGENT and not call.connected_to
        assert bool(phone.desk.paged(call.ticket)) == wakes, place
        urgent += wakes
    assert urgent > 1


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", CALLS)
def test_what_comes_after_the_begin_in_any_order_leaves_one_urgent_ticket_and_somebody_who_knows(
    phone: OpenLine, name: str, seed: int
) -> None:
    said = list[tuple[str, Mapping[str, str]]]()

    def note(url: str, params: Mapping[str, str]) -> str:
        said.append((url, dict(params)))
        return phone.post(url, params)

    first = place_call(phone, *CALLS[name], HangUp(), post=note)
    there = phone.desk.call(first.sid)
    again = [(url, _renamed(params)) for url, params in said]
    phone.post(*again[0])
    (number,) = set(phone.tickets()) - {there.ticket}
    rest = [(url.replace(f"n={there.ticket}", f"n={number}"), params) for url, params in again[1:]]
    random.Random(seed).shuffle(rest)
    for url, params in rest:
        phone.post(url, params)
    phone.books_the_spool()
    phone.desk.passes(seconds=301)
    assert set(phone.tickets()) == {there.ticket, number}
    here = phone.desk.call(_renamed({"CallSid": first.sid})["CallSid"])
    assert phone.desk.priority(number) is phone.desk.priority(there.ticket)
    assert here.connected_to == there.connected_to
    assert here.connected_to or phone.desk.paged(number)


def _renamed(params: Mapping[str, str]) -> dict[str, str]:
    """The same call of somebody else: another caller, other names of the vendor's."""
    other = {name: f"{value[:2]}f{value[3:]}" for name, value in params.items() if name in _SIDS}
    return {**params, **other, **({"From": "+33140007777"} if params.get("Direction") == "inbound" else {})}


_SIDS = ("CallSid", "ParentCallSid", "DialCallSid", "RecordingSid")

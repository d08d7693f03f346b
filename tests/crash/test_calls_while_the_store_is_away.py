"""The database goes away in the middle of P1 calls, at each of their webhooks: callers reach somebody all the same, and once it
is back the books are as if nothing had been."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash import trouble
from tests.crash.call_books import whats_wrong
from tests.crash.outside_calls import (
    OutsideCall,
    Switchboard,
    Vendor,
    all_have_come,
    calls_that_stop,
    spool_is_booked,
    spooled,
    vendor_outside,
    with_phone,
)
from tests.harness.desk_process import DeskProcess, Setup, running
from tests.harness.policy_copy import write_policy
from tests.harness.postgres import OwnPostgres, own_postgres

pytestmark = pytest.mark.crash

Trouble = Callable[[Setup, DeskProcess], AbstractContextManager[None]]


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with vendor_outside() as vendor:
        yield vendor


@pytest.fixture(scope="module")
def server() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        yield server


def on_its_server(server: OwnPostgres, folder: Path) -> Setup:
    return Setup(folder=folder / "data", policy=write_policy(folder), database_url=server.fresh_database())


def reached(call: OutsideCall) -> str:
    """What the caller noticed is wrong; empty when all is well."""
    caller = call.caller
    if call.taken and caller.bridged != ["+491701111111"]:
        return f"{call.name}: talked with {caller.bridged}"
    if not call.taken and (not caller.rang or caller.ended not in ("Record", "Hangup")):
        return f"{call.name}: rang {caller.rang}, ended with {caller.ended}"
    return ""


def callers_reach_somebody(setup: Setup, vendor: Vendor, befalls: Trouble, *, all_is_kept: bool = True) -> None:
    board, go_on, end = Switchboard(vendor.line, gives_up_reports=not all_is_kept), threading.Event(), threading.Event()
    end.set()
    with running(setup) as desk:
        board.web = desk.web
        calls = calls_that_stop(board, go_on, end)
        for call in calls:
            call.start()
        all_have_come(calls, lambda call: call.stopped, "every call is where it is to be")
        with befalls(setup, desk):
            go_on.set()
            for call in calls:
                call.join()
            assert not all_is_kept or spooled(setup), "what the store does not have lies on the disk"
        assert [fault for call in calls if (fault := reached(call))] == []
        if not all_is_kept:
            return
        spool_is_booked(setup, desk)
        assert whats_wrong(setup.store_url, calls) == []
    assert vendor.repeated == 0


@pytest.mark.parametrize("befalls", [trouble.locked, trouble.file_moved], ids=lambda befalls: befalls.__name__)
def test_callers_reach_somebody_while_the_embedded_store_is_away(befalls: Trouble, embedded: Setup, vendor: Vendor) -> None:
    callers_reach_somebody(with_phone(embedded, vendor), vendor, befalls)


def test_callers_reach_somebody_where_nothing_at_all_can_be_kept(embedded: Setup, vendor: Vendor) -> None:
    callers_reach_somebody(with_phone(embedded, vendor), vendor, trouble.folder_moved, all_is_kept=False)


@pytest.mark.postgres
def test_callers_reach_somebody_while_postgresql_is_stopped(server: OwnPostgres, tmp_path: Path, vendor: Vendor) -> None:
    setup = with_phone(on_its_server(server, tmp_path), vendor)
    callers_reach_somebody(setup, vendor, lambda _setup, _desk: trouble.stopped(server, "fast"))


@pytest.mark.postgres
def test_callers_reach_somebody_whichever_of_two_desks_each_webhook_comes_to(
    server: OwnPostgres, tmp_path: Path, vendor: Vendor
) -> None:
    """Without the store neither knows what the other has heard, and each books its own."""
    setup = with_phone(on_its_server(server, tmp_path), vendor)
    beside = replace(setup, folder=tmp_path / "beside")
    board, go_on = Switchboard(vendor.line), threading.Event()
    with running(setup) as here, running(beside) as there:
        board.web, board.beside = here.web, there.web
        calls = calls_that_stop(board, go_on, go_on)
        for call in calls:
            call.start()
        all_have_come(calls, lambda call: call.stopped, "every call is where it is to be")
        with trouble.stopped(server, "fast"):
            go_on.set()
            for call in calls:
                call.join()
        assert [fault for call in calls if (fault := reached(call))] == []
        spool_is_booked(setup, here)
        spool_is_booked(beside, there)
        assert whats_wrong(setup.store_url, calls, in_order=False) == []
    assert vendor.repeated == 0


@pytest.mark.postgres
def test_a_desk_killed_while_postgresql_is_stopped_goes_on_with_every_call(
    server: OwnPostgres, tmp_path: Path, vendor: Vendor
) -> None:
    """Its spool is all that is left of one webhook of each call."""
    setup = with_phone(on_its_server(server, tmp_path), vendor)
    board, go_on, end = Switchboard(vendor.line), threading.Event(), threading.Event()
    with running(setup) as desk:
        board.web = desk.web
        calls = calls_that_stop(board, go_on, end)
        for call in calls:
            call.start()
        all_have_come(calls, lambda call: call.stopped, "every call is where it is to be")
        with trouble.stopped(server, "immediate"):
            go_on.set()
            all_have_come(calls, lambda call: call.after, "every call had an answer without the store")
            assert spooled(setup)
            board.web = ""
            desk.kill()
    with running(setup) as desk:
        board.web = desk.web
        end.set()
        for call in calls:
            call.join()
        assert [fault for call in calls if (fault := reached(call))] == []
        spool_is_booked(setup, desk)
        assert whats_wrong(setup.store_url, calls) == []
    assert vendor.repeated == 0

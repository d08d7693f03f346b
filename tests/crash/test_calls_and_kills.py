"""The desk dies again and again while people call: the vendor asks again, and every call is on record once."""

import threading

import pytest

from channels.serve.step import Step
from tests.crash.call_books import whats_wrong
from tests.crash.outside_calls import OF_A_CALL, OutsideCall, Switchboard, spool_is_booked, vendor_outside, with_phone
from tests.harness.desk_process import NO_FAULTS, Faults, Setup, running
from tests.harness.patience import wait_until

pytestmark = pytest.mark.crash

# Late enough that something is new each time: the first is what its predecessor died of.
DEATHS = (
    Faults(kill_at=Step.COMMITTED, nth=4),
    Faults(kill_at=Step.WRITTEN, nth=5),
    Faults(kill_at=Step.UNDERSTOOD, nth=6),
)
FEWEST_KILLS = 4  # a run with less has tried too little


def test_a_desk_that_is_killed_again_and_again_has_every_call_once(embedded: Setup) -> None:
    now = threading.Event()
    now.set()
    with vendor_outside() as vendor:
        setup = with_phone(embedded, vendor)
        board = Switchboard(vendor.line)
        calls = [
            OutsideCall(board=board, kind=kind, place=place, stops_at=0, go_on=now, end=now)
            for place, kind in enumerate(OF_A_CALL, 1)
        ]
        kills = 0
        for call in calls:
            call.start()
        for faults in (*DEATHS, *DEATHS, NO_FAULTS):
            with running(setup, faults, may_die=True) as desk:
                board.web = desk.web if desk.open else ""
                wait_until(lambda: not desk.alive or all(call.stopped.is_set() for call in calls), "it dies, or all is said")
                kills += not desk.alive
                board.web = ""
        for call in calls:
            call.join()
        with running(setup) as desk:
            spool_is_booked(setup, desk)
            assert whats_wrong(setup.store_url, calls) == []
        assert kills >= FEWEST_KILLS
        assert vendor.repeated <= kills, "a page is repeated at most once for a crash"

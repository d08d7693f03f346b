"""A ticket that the desk opened long before its work rests until then: nobody is in arrears with it meanwhile."""

from dataclasses import replace

from intake.desk.case import Case
from intake.desk.lifecycle import move
from intake.domain.change import Change
from intake.domain.event import EventKind
from intake.domain.ticket import State
from intake.domain.timer import Timer, TimerKind

WAITS_FOR_WINDOW = "waits for its window"


def rest(change: Change, case: Case) -> None:
    """Until its window begins."""
    if case.ticket.state is not State.ON_HOLD:
        _hold(change, case)


def rest_until_window(change: Change, case: Case) -> None:
    """The window was moved: so is the end of the rest, where it rests for that."""
    if case.ticket.state is State.ON_HOLD and case.ticket.on_hold_reason == WAITS_FOR_WINDOW:
        case.books.timers.cancel(case.ticket.number, TimerKind.HOLD_OVER)
        _hold(change, case)


def _hold(change: Change, case: Case) -> None:
    if change.window is None:
        return
    until = max(change.window.starts, case.now)
    resting = case.ticket if case.ticket.state is State.ON_HOLD else move(case.ticket, State.ON_HOLD)
    resting = replace(resting, on_hold_reason=WAITS_FOR_WINDOW, on_hold_until=until)
    case.write(EventKind.ON_HOLD, f"on hold until {until:%Y-%m-%d %H:%M} UTC: {WAITS_FOR_WINDOW}", resting)
    timer = Timer(id=case.books.next_id(), ticket=case.ticket.number, kind=TimerKind.HOLD_OVER, due_at=until)
    case.books.timers.add(timer)

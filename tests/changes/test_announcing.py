"""Those concerned by a change are told: before, during, after; and whatever was wrong of that is put right."""

from collections.abc import Sequence

import pytest

from intake.desk.changes.announcing import MOST_AUDIENCE
from intake.domain import deed as d
from intake.domain.change import CloseCode, Phase, Stage
from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from storage.store import SqlStore
from tests.changes.calendar_desk import CalendarDesk, at, calendar_desk
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

WINDOW = at("2026-12-08T22:00"), at("2026-12-09T02:00")
EVERYBODY = ("all@corp.example", "plant@corp.example")


@pytest.fixture
def desk(store: SqlStore) -> CalendarDesk:
    return calendar_desk(store)


def upgrade(desk: CalendarDesk) -> int:
    """Approved, with something to say before, during and after."""
    ticket = desk.approved()
    for address in EVERYBODY:
        desk.must(d.AddAudience(address=address), ticket)
    desk.must(d.PlanAnnouncement(phase=Phase.BEFORE, text="Save your work.", lead=24 * 60), ticket)
    desk.must(d.PlanAnnouncement(phase=Phase.DURING, text="It begins."), ticket)
    desk.must(d.PlanAnnouncement(phase=Phase.AFTER, text="It is done."), ticket)
    return ticket


def told(desk: CalendarDesk, address: str = EVERYBODY[0]) -> Sequence[str]:
    """What was sent, or is on its way: the announcement's number, or what is corrected."""
    notices = [one for one in desk.told(NoticeKind.ANNOUNCEMENT, address) if one.state is not DeliveryState.CANCELED]
    corrections = ("moved", "off", "backed_out")
    said = [one.notice.fields for one in notices if one.notice]
    return [next((what for what in corrections if what in fields), fields["announcement"]) for fields in said]


def test_everybody_is_told_before_during_and_after_once_each(desk: CalendarDesk) -> None:
    ticket = upgrade(desk)
    desk.schedule(ticket, *WINDOW)
    assert told(desk) == []
    desk.clock.now = at("2026-12-07T21:59")
    desk.fires_what_is_due()
    assert told(desk) == []
    desk.clock.now = at("2026-12-07T22:00")
    desk.fires_what_is_due()
    desk.fires_what_is_due()
    assert told(desk) == ["1"]
    desk.clock.now = at("2026-12-08T22:05")
    desk.must(d.ImplementChange(), ticket)
    assert told(desk) == ["1", "2"]
    desk.must(d.CompleteChange(text="Went well."), ticket)
    assert told(desk) == told(desk, EVERYBODY[1]) == ["1", "2", "3"]
    assert len(desk.events(ticket, EventKind.ANNOUNCED)) == 3


def test_what_is_told_names_the_window(desk: CalendarDesk) -> None:
    ticket = upgrade(desk)
    desk.schedule(ticket, *WINDOW)
    desk.clock.now = at("2026-12-07T22:00")
    desk.fires_what_is_due()
    (first, _) = desk.told(NoticeKind.ANNOUNCEMENT)
    assert first.notice is not None
    assert first.notice.fields["starts"].startswith("2026-12-08T22:00")


def test_a_window_that_moves_before_anybody_was_told_only_moves_the_telling(desk: CalendarDesk) -> None:
    ticket = upgrade(desk)
    desk.schedule(ticket, *WINDOW)
    desk.schedule(ticket, at("2026-12-15T22:00"), at("2026-12-16T02:00"))
    desk.clock.now = at("2026-12-08T22:00")
    desk.fires_what_is_due()
    assert told(desk) == []
    desk.clock.now = at("2026-12-14T22:00")
    desk.fires_what_is_due()
    assert told(desk) == ["1"]


def test_a_window_that_moves_after_people_were_told_is_told_to_them(desk: CalendarDesk) -> None:
    ticket = upgrade(desk)
    desk.schedule(ticket, *WINDOW)
    desk.clock.now = at("2026-12-07T22:00")
    desk.fires_what_is_due()
    desk.sends()
    desk.schedule(ticket, at("2026-12-15T22:00"), at("2026-12-16T02:00"))
    assert told(desk) == ["1", "moved"]
    desk.clock.now = at("2026-12-14T22:00")
    desk.fires_what_is_due()
    assert told(desk) == ["1", "moved"], "each goes out once"


def test_what_had_not_left_when_the_window_moved_does_not_leave(desk: CalendarDesk) -> None:
    ticket = upgrade(desk)
    desk.schedule(ticket, *WINDOW)
    desk.clock.now = at("2026-12-07T22:00")
    desk.fires_what_is_due()
    desk.schedule(ticket, at("2026-12-15T22:00"), at("2026-12-16T02:00"))
    assert told(desk) == ["moved"]


@pytest.mark.parametrize(
    "deed", [d.WithdrawChange(reason="The vendor is not ready."), d.ReworkChange(reason="The vendor is not ready.")]
)
def test_a_change_that_does_not_happen_is_called_off_where_people_were_told(desk: CalendarDesk, deed: d.Deed) -> None:
    ticket = upgrade(desk)
    desk.schedule(ticket, *WINDOW)
    desk.clock.now = at("2026-12-07T22:00")
    desk.fires_what_is_due()
    desk.sends()
    desk.must(deed, ticket)
    assert told(desk) == ["1", "off"]
    notice = desk.told(NoticeKind.ANNOUNCEMENT)[-1].notice
    assert notice is not None
    assert "vendor" not in repr(notice.fields), "the reason was not written for them"


def test_a_change_that_nobody_was_told_of_is_called_off_without_a_word(desk: CalendarDesk) -> None:
    ticket = upgrade(desk)
    desk.schedule(ticket, *WINDOW)
    desk.must(d.WithdrawChange(reason="The vendor is not ready."), ticket)
    desk.clock.now = at("2026-12-09T22:00")
    desk.fires_what_is_due()
    assert told(desk) == []


def test_called_off_and_planned_anew_people_hear_the_new_window(desk: CalendarDesk) -> None:
    ticket = upgrade(desk)
    desk.schedule(ticket, *WINDOW)
    desk.clock.now = at("2026-12-07T22:00")
    desk.fires_what_is_due()
    desk.sends()
    desk.must(d.ReworkChange(reason="Wrong server."), ticket)
    desk.sends()
    desk.must(d.RequestApproval(), ticket)
    desk.must(d.ApproveChange(), ticket, "Lea")
    desk.must(d.ApproveChange(), ticket, "Paul")
    desk.schedule(ticket, at("2026-12-15T22:00"), at("2026-12-16T02:00"))
    assert told(desk) == ["1", "off", "moved"]


def test_what_was_called_off_is_not_called_off_again(desk: CalendarDesk) -> None:
    ticket = upgrade(desk)
    desk.schedule(ticket, *WINDOW)
    desk.clock.now = at("2026-12-07T22:00")
    desk.fires_what_is_due()
    desk.sends()
    desk.must(d.ReworkChange(reason="Wrong server."), ticket)
    desk.must(d.WithdrawChange(reason="Not this year."), ticket)
    assert told(desk) == ["1", "off"]


def test_one_that_was_backed_out_is_never_told_as_a_success(desk: CalendarDesk) -> None:
    ticket = upgrade(desk)
    desk.schedule(ticket, *WINDOW)
    desk.clock.now = at("2026-12-08T22:00")
    desk.must(d.ImplementChange(), ticket)
    desk.must(d.CompleteChange(text="It did not boot.", backed_out=True), ticket)
    desk.must(d.CloseChange(close_code=CloseCode.BACKED_OUT, text="It did not boot."), ticket)
    assert "3" not in told(desk)
    assert "backed_out" in told(desk)


def test_who_is_named_late_still_hears_what_was_due(desk: CalendarDesk) -> None:
    ticket = desk.approved()
    desk.must(d.PlanAnnouncement(phase=Phase.BEFORE, text="Save your work.", lead=60), ticket)
    desk.schedule(ticket, *WINDOW)
    desk.clock.now = at("2026-12-08T21:30")
    desk.fires_what_is_due()
    assert "nobody to tell" in desk.events(ticket, EventKind.ANNOUNCED)[-1].reason
    desk.must(d.AddAudience(address=EVERYBODY[0]), ticket)
    desk.fires_what_is_due()
    assert told(desk) == ["1"]


def test_who_is_named_while_it_is_being_done_hears_that_it_has_begun(desk: CalendarDesk) -> None:
    ticket = desk.approved()
    desk.must(d.PlanAnnouncement(phase=Phase.DURING, text="It begins."), ticket)
    desk.schedule(ticket, *WINDOW)
    desk.clock.now = at("2026-12-08T22:05")
    desk.must(d.ImplementChange(), ticket)
    assert "nobody to tell" in desk.events(ticket, EventKind.ANNOUNCED)[-1].reason
    desk.must(d.AddAudience(address=EVERYBODY[0]), ticket)
    assert told(desk) == ["1"]
    desk.must(d.AddAudience(address=EVERYBODY[1]), ticket)
    assert told(desk) == ["1"], "it goes out once"


def test_an_announcement_is_dropped_until_it_was_sent(desk: CalendarDesk) -> None:
    ticket = upgrade(desk)
    desk.schedule(ticket, *WINDOW)
    desk.must(d.DropAnnouncement(announcement=2), ticket)
    assert "no announcement 2" in desk.refuses(d.DropAnnouncement(announcement=2), ticket)
    desk.clock.now = at("2026-12-07T22:00")
    desk.fires_what_is_due()
    assert "was sent already" in desk.refuses(d.DropAnnouncement(announcement=1), ticket)


def test_what_is_told_before_cannot_be_planned_when_the_work_has_begun(desk: CalendarDesk) -> None:
    ticket = upgrade(desk)
    desk.schedule(ticket, *WINDOW)
    desk.clock.now = WINDOW[0]
    desk.must(d.ImplementChange(), ticket)
    assert desk.change(ticket).stage is Stage.IMPLEMENTING
    assert "the work has begun" in desk.refuses(d.PlanAnnouncement(phase=Phase.DURING, text="Late."), ticket)
    desk.must(d.PlanAnnouncement(phase=Phase.AFTER, text="In time."), ticket)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("desk@localhost", "the desk's own address"),
        ("Desk+12.abc@LOCALHOST", "the desk's own address"),
        ("nobody", "is no email address"),
        ("a@b.example, c@d.example", "is no email address"),
        ("a@b.example\r\nBcc: c@d.example", "is no email address"),
    ],
)
def test_an_address_that_cannot_be_told_is_refused(desk: CalendarDesk, address: str, says: str) -> None:
    assert says in desk.refuses(d.AddAudience(address=address), desk.approved())


def test_an_address_is_told_once_however_it_is_written(desk: CalendarDesk) -> None:
    ticket = desk.approved()
    desk.must(d.AddAudience(address="All@Corp.example"), ticket)
    assert "already" in desk.must(d.AddAudience(address=" all@corp.EXAMPLE "), ticket)
    desk.must(d.DropAudience(address="ALL@corp.example"), ticket)
    assert "is not told" in desk.refuses(d.DropAudience(address="all@corp.example"), ticket)


def test_an_audience_has_its_bounds(desk: CalendarDesk) -> None:
    ticket = desk.approved()
    with desk.store.begin() as books:
        for number in range(MOST_AUDIENCE):
            books.changes.add_audience(ticket, f"p{number}@corp.example")
    assert "no more can be" in desk.refuses(d.AddAudience(address="one@too.many.example"), ticket)


def test_the_gate_holds_for_announcements_as_well(desk: CalendarDesk) -> None:
    """What one person is told about one ticket within an hour has its cap, whoever asks for more."""
    ticket = desk.approved()
    desk.must(d.AddAudience(address=EVERYBODY[0]), ticket)
    for number in range(10):
        desk.must(d.PlanAnnouncement(phase=Phase.DURING, text=f"It begins, {number}."), ticket)
    desk.schedule(ticket, *WINDOW)
    desk.clock.now = WINDOW[0]
    desk.must(d.ImplementChange(), ticket)
    states = [one.state for one in desk.told(NoticeKind.ANNOUNCEMENT)]
    assert states.count(DeliveryState.QUEUED) == desk.policy.gate.per_recipient_and_ticket
    assert states.count(DeliveryState.HELD) == 10 - desk.policy.gate.per_recipient_and_ticket

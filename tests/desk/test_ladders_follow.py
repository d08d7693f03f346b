"""What a ticket has become decides whom it wakes: upgraded, downgraded, undone, reopened, by whatever hand."""

from dataclasses import replace

import pytest

from intake.desk.lifecycle import OPEN
from intake.domain.channel import Channel
from intake.domain.deed import AcknowledgePage, Cancel, PressKey, Relabel, Reopen, ReportDelivery, Resolve, Split, Take, Undo
from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.label import Kind, Label, Level, Priority
from intake.domain.message import Nature
from intake.domain.notice import NoticeKind
from intake.domain.page import RunState
from intake.domain.principal import Principal, Role
from intake.domain.ticket import State
from storage.store import SqlStore
from tests.desk.at_the_desk import ANN, BURNING, CALM, AtTheDesk, mail
from tests.desk.on_call import LADDER, desk_on_call, goes_unanswered, states, told, woken
from tests.desk.staff import ADMIN, BEN
from tests.desk.test_staff_by_mail import BEN_WRITES
from tests.desk.test_trust import pointing

R = RunState
WORST, CALMEST = Relabel(impact=Level.HIGH, urgency=Level.HIGH), Relabel(impact=Level.LOW, urgency=Level.LOW)
SECOND = replace(BURNING, urgency=Level.MEDIUM)


@pytest.fixture
def desk(store: SqlStore) -> AtTheDesk:
    return desk_on_call(store)


def opens(desk: AtTheDesk, label: Label = CALM, **more: object) -> int:
    number = desk.hears(mail(**more), label).ticket  # type: ignore[arg-type] # a test names the fields it needs
    assert number is not None
    return number


def told_ann(desk: AtTheDesk, number: int) -> list[NoticeKind]:
    return [d.notice.kind for d in desk.story(number).deliveries if d.notice is not None and d.address == ANN.value]


def test_an_upgrade_wakes_people_and_says_why(desk: AtTheDesk) -> None:
    number = opens(desk)
    desk.does(WORST, BEN, ticket=number)
    assert states(desk, number) == [R.RUNNING]
    (started,) = told(desk, number, EventKind.LADDER_STARTED)
    assert started.reason.startswith("P1, labelled so by Ben: the ladder 'urgent' wakes people")


def test_a_downgrade_stops_it_and_says_why(desk: AtTheDesk) -> None:
    number = opens(desk, BURNING)
    desk.does(CALMEST, BEN, ticket=number)
    assert states(desk, number) == [R.STOPPED]
    (stopped,) = told(desk, number, EventKind.LADDER_STOPPED)
    assert stopped.reason == "nobody is paged any more: P4 now: labelled so by Ben"
    assert goes_unanswered(desk, 60) == 0


def test_an_undone_upgrade_stops_it_and_an_undone_downgrade_starts_it(desk: AtTheDesk) -> None:
    number = opens(desk)
    desk.does(WORST, BEN, ticket=number)
    (upgrade,) = told(desk, number, EventKind.RELABELLED)
    desk.does(Undo(event=upgrade.id), BEN, ticket=number)
    assert states(desk, number) == [R.STOPPED]
    burning = opens(desk, BURNING)
    desk.does(CALMEST, BEN, ticket=burning)
    (downgrade,) = told(desk, burning, EventKind.RELABELLED)
    desk.does(Undo(event=downgrade.id), BEN, ticket=burning)
    assert states(desk, burning) == [R.STOPPED, R.RUNNING]
    assert "undone by Ben" in told(desk, burning, EventKind.LADDER_STARTED)[-1].reason


def test_an_upgrade_tells_whoever_asked_once_and_never_again(desk: AtTheDesk) -> None:
    number = opens(desk)
    desk.does(WORST, BEN, ticket=number)
    desk.does(CALMEST, BEN, ticket=number)
    desk.does(WORST, BEN, ticket=number)
    assert told_ann(desk, number) == [NoticeKind.ACKNOWLEDGEMENT, NoticeKind.URGENT]
    assert len(told(desk, number, EventKind.REQUESTER_TOLD)) == 1
    assert states(desk, number) == [R.STOPPED, R.RUNNING]


def test_whoever_was_told_in_the_acknowledgement_is_not_told_again(desk: AtTheDesk) -> None:
    number = opens(desk, BURNING)
    desk.does(CALMEST, BEN, ticket=number)
    desk.does(WORST, BEN, ticket=number)
    assert told_ann(desk, number) == [NoticeKind.ACKNOWLEDGEMENT]


@pytest.mark.parametrize(("label", "paged"), [(BURNING, "yes"), (SECOND, "yes"), (CALM, "")])
def test_the_acknowledgement_knows_whether_people_are_being_woken(desk: AtTheDesk, label: Label, paged: str) -> None:
    (acknowledged,) = [
        d.notice for d in desk.story(opens(desk, label)).deliveries if d.notice and d.notice.kind is NoticeKind.ACKNOWLEDGEMENT
    ]
    assert acknowledged.fields["paged"] == paged


def test_an_alarm_that_gets_worse_wakes_people_and_tells_no_machine(desk: AtTheDesk) -> None:
    number = opens(desk, nature=Nature.ALERT, answerable=False)
    desk.does(WORST, BEN, ticket=number)
    assert states(desk, number) == [R.RUNNING]
    assert NoticeKind.URGENT not in told_ann(desk, number)


def test_a_caller_who_presses_a_key_is_upgraded_like_anybody(desk: AtTheDesk) -> None:
    number = opens(desk)
    desk.does(PressKey(impact=Level.HIGH), "+33140000000", ticket=number)
    desk.does(PressKey(urgency=Level.HIGH), "+33140000000", ticket=number)
    assert states(desk, number) == [R.RUNNING]


def test_what_was_acknowledged_starts_again_only_where_its_priority_rises(desk: AtTheDesk) -> None:
    number = opens(desk, SECOND)
    assert desk.ticket(number).priority is Priority.P2
    desk.does(AcknowledgePage(), BEN, ticket=number)
    desk.does(Relabel(kind=Kind.SERVICE_REQUEST), BEN, ticket=number)
    assert states(desk, number) == [R.ACKNOWLEDGED]
    desk.does(WORST, BEN, ticket=number)
    assert states(desk, number) == [R.ACKNOWLEDGED, R.RUNNING]
    assert told_ann(desk, number) == [NoticeKind.ACKNOWLEDGEMENT]


def test_a_p2_that_becomes_a_p1_goes_on_where_its_ladder_is(desk: AtTheDesk) -> None:
    number = opens(desk, SECOND)
    goes_unanswered(desk)
    desk.does(WORST, ADMIN, ticket=number)
    assert states(desk, number) == [R.RUNNING]
    assert woken(desk, number) == ["ben@desk.example", "kim@desk.example"]


def test_a_p2_that_becomes_a_p1_takes_the_ladder_that_is_meant_for_it(store: SqlStore) -> None:
    worst = '[[ladder]]\nname = "worst"\npriorities = ["P1"]\nsteps = [{ page = "Lee", wait_minutes = 5 }]\n'
    desk = desk_on_call(store, worst + LADDER)
    number = opens(desk, SECOND)
    desk.does(WORST, ADMIN, ticket=number)
    assert states(desk, number) == [R.STOPPED, R.RUNNING]
    assert woken(desk, number) == ["ben@desk.example", "lee@desk.example"]


def test_a_ladder_that_had_come_to_its_end_begins_again_when_it_gets_worse(desk: AtTheDesk) -> None:
    number = opens(desk, SECOND)
    for _ in range(4):
        goes_unanswered(desk)
    desk.does(WORST, ADMIN, ticket=number)
    assert states(desk, number) == [R.STOPPED, R.RUNNING]


@pytest.mark.parametrize(
    ("meant_for", "becomes"),
    [
        ('priorities = ["P2"]', Relabel(urgency=Level.MEDIUM)),
        ('priorities = ["P1"]\nkinds = ["service_request"]', Relabel(kind=Kind.SERVICE_REQUEST)),
    ],
)
def test_what_nobody_has_answered_takes_the_ladder_that_is_meant_for_it_now(
    store: SqlStore, meant_for: str, becomes: Relabel
) -> None:
    ladder = '[[ladder]]\nname = "{}"\n{}\nsteps = [{{ page = "{}", wait_minutes = 5 }}]\n'
    worst = ladder.format("worst", 'priorities = ["P1"]\nkinds = ["incident"]', "Lee")
    desk = desk_on_call(store, worst + ladder.format("other", meant_for, "Kim"))
    number = opens(desk, BURNING)
    desk.does(becomes, ADMIN, ticket=number)
    assert states(desk, number) == [R.STOPPED, R.RUNNING]
    assert woken(desk, number) == ["lee@desk.example", "kim@desk.example"]
    assert told_ann(desk, number) == [NoticeKind.ACKNOWLEDGEMENT]


def test_what_somebody_has_answered_wakes_nobody_by_another_ladder(store: SqlStore) -> None:
    ladder = '[[ladder]]\nname = "{0}"\npriorities = ["{0}"]\nsteps = [{{ page = "{1}", wait_minutes = 5 }}]\n'
    desk = desk_on_call(store, ladder.format("P1", "Lee") + ladder.format("P2", "Kim"))
    number = opens(desk, BURNING)
    desk.does(AcknowledgePage(), BEN, ticket=number)
    desk.does(Relabel(urgency=Level.MEDIUM), ADMIN, ticket=number)
    assert states(desk, number) == [R.ACKNOWLEDGED]
    desk.does(WORST, ADMIN, ticket=number)  # what was answered before that counts no more
    desk.does(Relabel(urgency=Level.MEDIUM), ADMIN, ticket=number)
    assert states(desk, number) == [R.ACKNOWLEDGED, R.STOPPED, R.RUNNING]


def test_an_upgrade_on_a_ladder_that_runs_already_tells_whoever_asked_once(store: SqlStore) -> None:
    desk = desk_on_call(store, LADDER.replace('["P1", "P2"]', '["P1", "P2", "P3", "P4"]'))
    number = opens(desk)
    assert (states(desk, number), told_ann(desk, number)) == ([R.RUNNING], [NoticeKind.ACKNOWLEDGEMENT])
    for deed in (WORST, CALMEST, WORST):
        desk.does(deed, ADMIN, ticket=number)
    assert states(desk, number) == [R.RUNNING]
    assert told_ann(desk, number) == [NoticeKind.ACKNOWLEDGEMENT, NoticeKind.URGENT]


def test_a_ticket_that_is_split_off_wakes_whom_its_priority_wakes(store: SqlStore) -> None:
    desk = desk_on_call(store, LADDER.replace('["P1", "P2"]', '["P4"]'))
    number = opens(desk)
    desk.hears(mail("And the printer is out of paper.", answers=pointing("reply address", number)))
    desk.does(Split(message=desk.story(number).messages[-1].id), ADMIN, ticket=number)
    assert states(desk, number + 1) == [R.RUNNING]


def test_a_p1_that_becomes_a_p2_goes_on(desk: AtTheDesk) -> None:
    number = opens(desk, BURNING)
    desk.does(Relabel(urgency=Level.MEDIUM), ADMIN, ticket=number)
    assert states(desk, number) == [R.RUNNING]


def test_a_final_response_that_came_back_reopens_and_wakes_nobody(desk: AtTheDesk) -> None:
    number = opens(desk, BURNING)
    desk.does(Resolve(text="Mended."), BEN, ticket=number)
    (sent,) = [one.delivery for one in desk.sends() if one.delivery.reply is not None]
    desk.clock.advance(minutes=11)
    desk.fires_what_is_due()
    assert desk.ticket(number).state is State.RESOLVED
    device = Principal(name="vendor", role=Role.DEVICE)
    desk.does(ReportDelivery(delivery=sent.id, state=DeliveryState.FAILED, error="5.1.1"), device, ticket=number)
    assert desk.ticket(number).state in OPEN
    assert states(desk, number) == [R.ACKNOWLEDGED]


def test_what_is_over_wakes_nobody_whatever_it_is_labelled(desk: AtTheDesk) -> None:
    number = opens(desk)
    desk.does(Cancel(reason="gone"), BEN, ticket=number)
    desk.does(WORST, BEN, ticket=number)
    desk.does(CALMEST, BEN, ticket=number)
    desk.does(Undo(event=told(desk, number, EventKind.RELABELLED)[-1].id), BEN, ticket=number)
    assert desk.ticket(number).priority is Priority.P1
    assert states(desk, number) == []
    assert told_ann(desk, number) == [NoticeKind.ACKNOWLEDGEMENT]


def test_an_undone_downgrade_does_not_wake_people_while_somebody_has_it(desk: AtTheDesk) -> None:
    number = opens(desk, BURNING)
    desk.does(Take(), BEN, ticket=number)
    desk.does(CALMEST, BEN, ticket=number)
    (downgrade,) = told(desk, number, EventKind.RELABELLED)
    desk.does(Undo(event=downgrade.id), BEN, ticket=number)
    assert states(desk, number) == [R.ACKNOWLEDGED]


def test_somebody_who_says_that_it_is_back_wakes_people_again(desk: AtTheDesk) -> None:
    number = opens(desk, BURNING)
    desk.does(Take(), BEN, ticket=number)
    desk.does(Cancel(reason="gone"), BEN, ticket=number)
    assert states(desk, number) == [R.ACKNOWLEDGED]
    desk.does(Reopen(reason="back"), BEN, ticket=number)
    assert states(desk, number) == [R.ACKNOWLEDGED, R.RUNNING]


def test_an_answer_of_the_requester_that_reopens_a_p1_wakes_people_again(desk: AtTheDesk) -> None:
    number = opens(desk, BURNING)
    desk.does(Resolve(text="Mended."), BEN, ticket=number)
    desk.sends()
    desk.clock.advance(minutes=11)
    desk.fires_what_is_due()
    assert desk.ticket(number).resolved_at is not None
    desk.hears(mail("It is down again!", answers=pointing("reply address", number)))
    assert states(desk, number) == [R.ACKNOWLEDGED, R.RUNNING]


def test_a_colleague_who_answers_the_page_by_mail_is_on_it(desk: AtTheDesk) -> None:
    number = opens(desk, BURNING)
    desk.hears(mail("On it!", author=BEN_WRITES, answers=pointing("note address", number)))
    assert states(desk, number) == [R.ACKNOWLEDGED]
    assert [event.actor for event in told(desk, number, EventKind.ACKNOWLEDGED)] == ["Ben"]


def test_a_mail_that_only_says_to_be_from_a_colleague_stops_nothing(desk: AtTheDesk) -> None:
    number = opens(desk, BURNING)
    desk.hears(mail("On it!", author=BEN_WRITES, authentic=False, answers=pointing("note address", number)))
    desk.hears(mail("I am away", author=BEN_WRITES, nature=Nature.OUT_OF_OFFICE, answers=pointing("note address", number)))
    assert states(desk, number) == [R.RUNNING]


def test_the_notice_leaves_by_the_channel_they_used(desk: AtTheDesk) -> None:
    number = opens(desk)
    desk.does(WORST, BEN, ticket=number)
    (urgent,) = [d for d in desk.story(number).deliveries if d.notice and d.notice.kind is NoticeKind.URGENT]
    assert (urgent.channel, urgent.address) == (Channel.EMAIL, ANN.value)
    assert urgent.notice is not None
    assert urgent.notice.fields["answers"]

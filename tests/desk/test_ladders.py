"""A ladder wakes people step by step, until a human answers, in any way and by any door."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from intake.domain.channel import Channel
from intake.domain.deed import AcknowledgePage, Assign, Cancel, Escalate, Hold, Note, Relabel, Reopen, Reply, Resolve, Take
from intake.domain.deed_shape import Deed
from intake.domain.delivery import DeliveryState
from intake.domain.errors import Conflict, DeliveryError
from intake.domain.event import EventKind
from intake.domain.label import Level
from intake.domain.message import Nature
from intake.domain.page import RunState
from intake.domain.receipt import Outcome
from storage.store import SqlStore
from tests.desk.at_the_desk import ANN, BURNING, CALM, AtTheDesk, mail
from tests.desk.on_call import (
    LADDER,
    PEOPLE,
    desk_on_call,
    goes_unanswered,
    page_mails,
    pagings,
    policy_on_call,
    states,
    told,
    woken,
)
from tests.desk.staff import ADMIN, BEN

QUEUED, CANCELED = DeliveryState.QUEUED, DeliveryState.CANCELED
R = RunState


@pytest.fixture
def desk(store: SqlStore) -> AtTheDesk:
    return desk_on_call(store)


def burns(desk: AtTheDesk) -> int:
    number = desk.hears(mail(), BURNING).ticket
    assert number is not None
    return number


def test_whoever_is_on_call_is_woken_at_once_then_the_next_tier_then_all_the_leads(desk: AtTheDesk) -> None:
    number = burns(desk)
    assert woken(desk, number) == ["ben@desk.example"]
    assert goes_unanswered(desk, 9) == 0
    for _ in range(4):
        goes_unanswered(desk)
    assert woken(desk, number) == [
        "ben@desk.example",
        "kim@desk.example",
        *["cio-leads@localhost", "lee@desk.example"] * 2,
    ]
    assert states(desk, number) == [R.EXHAUSTED]
    assert goes_unanswered(desk, 600) == 0


def test_who_is_on_call_is_asked_at_each_step_and_not_when_the_ladder_starts(desk: AtTheDesk) -> None:
    desk.clock.now = datetime(2026, 11, 23, 7, 55, tzinfo=UTC)  # Cleo's turn ends at 9:00 in Berlin
    number = burns(desk)
    goes_unanswered(desk)
    assert woken(desk, number)[1:] == ["kim@desk.example"]


def test_each_page_is_on_the_timeline_with_whom_it_reached(desk: AtTheDesk) -> None:
    number = burns(desk)
    goes_unanswered(desk)
    said = [event.reason for event in told(desk, number, EventKind.LADDER_STARTED, EventKind.PAGED)]
    assert "'urgent'" in said[0]
    assert said[1:] == [
        "P1: page 1 to Ben (on call for IT Support) (step 1): ben@desk.example by email",
        "P1: page 2 to Kim (on call for CIO team) (step 2): kim@desk.example by email",
    ]


def test_a_step_that_reaches_nobody_is_recorded_and_the_next_one_follows_at_once(store: SqlStore) -> None:
    nobody = PEOPLE.replace('mail = "ben@desk.example"\n', "")
    desk = desk_on_call(store, people=nobody)
    teams = {name: replace(team, mail="") if name == "support" else team for name, team in desk.policy.teams.items()}
    desk.policy = replace(desk.policy, teams=teams)
    number = burns(desk)
    assert woken(desk, number) == ["kim@desk.example"]
    ((empty, _),) = (paging.pages for paging in pagings(desk, number))
    assert (empty.step, empty.channel, empty.delivery) == (1, None, None)
    assert "reaches nobody" in told(desk, number, EventKind.PAGED)[0].reason


def test_with_nobody_to_reach_the_ladder_is_exhausted_at_once(store: SqlStore) -> None:
    desk = desk_on_call(store, people="")
    desk.policy = replace(desk.policy, teams={name: replace(team, mail="") for name, team in desk.policy.teams.items()})
    number = burns(desk)
    assert states(desk, number) == [R.EXHAUSTED]
    (ended,) = told(desk, number, EventKind.LADDER_EXHAUSTED)
    assert ended.reason.startswith("the ladder reaches nobody, so that nobody was paged")
    assert len(pagings(desk, number)[0].pages) == 3
    desk.does(AcknowledgePage(), ADMIN, ticket=number)
    assert states(desk, number) == [R.ACKNOWLEDGED]


def test_steps_below_the_tier_where_the_ticket_stands_are_left_out(desk: AtTheDesk) -> None:
    number = desk.hears(mail(), CALM).ticket or 0
    desk.does(Escalate(reason="over my head"), BEN, ticket=number)
    desk.does(Relabel(impact=Level.HIGH, urgency=Level.HIGH), ADMIN, ticket=number)
    assert woken(desk, number) == ["process@localhost"]


@pytest.mark.parametrize(
    "deed",
    [
        AcknowledgePage(),
        Take(),
        Reply(text="We are on it."),
        Resolve(text="Mended."),
        Escalate(reason="needs the team"),
        Hold(reason="the vendor was called"),
    ],
    ids=lambda deed: deed.verb,
)
def test_any_answer_of_a_person_stops_the_pages_and_withdraws_what_has_not_left(desk: AtTheDesk, deed: Deed) -> None:
    number = burns(desk)
    receipt = desk.does(deed, BEN, ticket=number)
    assert receipt.outcome is Outcome.APPLIED, receipt.reason
    (paging,) = pagings(desk, number)
    assert (paging.run.state, paging.run.ended_by) == (R.ACKNOWLEDGED, "Ben")
    assert [delivery.state for delivery in page_mails(desk, number)] == [CANCELED]
    assert [event.actor for event in told(desk, number, EventKind.ACKNOWLEDGED)] == ["Ben"]
    assert goes_unanswered(desk, 14) == 0  # at a quarter past nine the clock would take it to the next tier
    assert woken(desk, number) == ["ben@desk.example"]


@pytest.mark.parametrize("deed", [Note(text="I wonder what this is"), Assign(assigned_to="Ben")], ids=lambda deed: deed.verb)
def test_a_word_in_passing_does_not_stop_the_pages(desk: AtTheDesk, deed: Deed) -> None:
    number = burns(desk)
    assert desk.does(deed, ADMIN, ticket=number).outcome is Outcome.APPLIED
    assert states(desk, number) == [R.RUNNING]


def test_whoever_was_woken_may_do_what_it_takes_whatever_team_has_the_ticket(desk: AtTheDesk) -> None:
    number = burns(desk)
    kim = desk.policy.agents["Kim"].principal
    assert "is with IT Support now" in desk.does(Take(), kim, ticket=number).reason
    goes_unanswered(desk)
    assert woken(desk, number)[-1] == "kim@desk.example"
    for deed in (Take(), Reply(text="It is up again."), Resolve(text="The switch was replaced.")):
        assert desk.does(deed, kim, ticket=number).outcome is Outcome.APPLIED
    assert desk.ticket(number).assigned_to == "Kim"
    cleo = desk.policy.agents["Cleo"].principal
    assert desk.does(Resolve(text="Done."), cleo, ticket=number).outcome is Outcome.SUPPRESSED


def test_an_acknowledgement_after_the_end_is_told_that_nobody_is_being_paged(desk: AtTheDesk) -> None:
    number = burns(desk)
    desk.does(AcknowledgePage(), BEN, ticket=number)
    assert "nobody was being paged" in desk.does(AcknowledgePage(), ADMIN, ticket=number).reason
    (paging,) = pagings(desk, number)
    assert paging.run.ended_by == "Ben"


def test_a_canceled_ticket_wakes_nobody_any_more_and_says_why(desk: AtTheDesk) -> None:
    number = burns(desk)
    desk.does(Cancel(reason="a drill"), BEN, ticket=number)
    assert states(desk, number) == [R.STOPPED]
    assert [event.reason for event in told(desk, number, EventKind.LADDER_STOPPED)] == ["nobody is paged any more: canceled"]
    assert goes_unanswered(desk, 60) == 0


def test_an_edit_of_the_policy_does_not_touch_a_running_ladder(desk: AtTheDesk) -> None:
    number = burns(desk)
    desk.policy = policy_on_call(LADDER.replace('page = "on_call", tier = 2', 'page = "Lee"').replace('"P1", "P2"', '"P4"'))
    goes_unanswered(desk)
    assert woken(desk, number) == ["ben@desk.example", "kim@desk.example"]
    assert states(desk, number) == [R.RUNNING]
    assert states(desk, desk.hears(mail(), BURNING).ticket) == []


def test_the_first_ladder_in_the_file_that_fits_is_taken(store: SqlStore) -> None:
    requests = '[[ladder]]\nname = "asked"\npriorities = ["P1"]\nkinds = ["service_request"]\n'
    steps = 'steps = [{ page = "Lee", wait_minutes = 5 }]\n'
    desk = desk_on_call(store, requests + steps + LADDER)
    assert woken(desk, burns(desk)) == ["ben@desk.example"]
    asked = desk.hears(mail(), replace(BURNING, kind=CALM.kind, category=CALM.category)).ticket
    assert woken(desk, asked) == ["lee@desk.example"]


def test_a_ladder_for_office_hours_waits_until_they_begin(store: SqlStore) -> None:
    quiet = LADDER.replace('"P1", "P2"', '"P4"') + 'quiet_hours = "desk"\n'
    desk = desk_on_call(store, quiet)
    desk.clock.now = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # a Saturday
    number = desk.hears(mail(), CALM).ticket
    assert (woken(desk, number), states(desk, number)) == ([], [R.RUNNING])
    opens = desk.policy.opens_next("desk", desk.clock())
    assert opens is not None
    assert opens.date() == datetime(2026, 11, 23, tzinfo=UTC).date()
    desk.clock.now = opens - timedelta(minutes=1)
    assert goes_unanswered(desk, 0) == 0
    desk.clock.now = opens
    desk.fires_what_is_due()
    assert woken(desk, number) == ["ben@desk.example"]
    by_day = desk.hears(mail(), CALM).ticket
    assert woken(desk, by_day) == ["ben@desk.example"]


def test_a_team_whose_address_is_one_colleagues_gets_one_page_there(store: SqlStore) -> None:
    people = PEOPLE.replace('mail = "lee@desk.example"', 'mail = "cio-leads@localhost"')
    steps = '[{ page = "team", tier = 3, wait_minutes = 5 }]'
    desk = desk_on_call(store, f'[[ladder]]\nname = "x"\npriorities = ["P1"]\nsteps = {steps}\n', people)
    assert woken(desk, burns(desk)) == ["cio-leads@localhost"]


def test_a_channel_that_is_not_configured_pages_nobody_and_one_that_is_does(store: SqlStore) -> None:
    both = LADDER.replace("tier = 2,", 'tier = 2, by = ["sms", "email"],')
    without, with_sms = desk_on_call(store, both), desk_on_call(store, both, senders=(Channel.EMAIL, Channel.SMS))
    for desk, expected in ((without, ["kim@desk.example"]), (with_sms, ["+4930901820", "kim@desk.example"])):
        number = burns(desk)
        desk.clock.now = without.clock.now = with_sms.clock.now
        goes_unanswered(desk)
        assert [page.address for page in pagings(desk, number)[0].pages][1:] == expected
        desk.does(AcknowledgePage(), ADMIN, ticket=number)


def test_what_was_acknowledged_wakes_nobody_again_until_it_is_reopened(desk: AtTheDesk) -> None:
    number = burns(desk)
    desk.does(Take(), BEN, ticket=number)
    desk.does(Cancel(reason="solved itself"), BEN, ticket=number)
    desk.does(Reopen(reason="it is back"), ADMIN, ticket=number)
    assert states(desk, number) == [R.ACKNOWLEDGED, R.RUNNING]
    assert woken(desk, number) == ["ben@desk.example"] * 2


def test_a_page_to_a_team_names_nobody_and_one_to_a_person_does(store: SqlStore) -> None:
    desk = desk_on_call(store, people=PEOPLE.partition("[[rotation]]")[0])
    (paging,) = pagings(desk, burns(desk))
    assert [(page.address, page.agent, page.team) for page in paging.pages] == [
        ("support@localhost", "", "support"),
        ("ben@desk.example", "Ben", "support"),
    ]


def test_a_part_of_a_major_incident_wakes_nobody_by_itself(desk: AtTheDesk) -> None:
    parent, number = burns(desk), desk.hears(mail(), CALM).ticket or 0
    with desk.store.begin() as books:
        ticket = books.tickets.get(number)
        assert ticket is not None
        books.tickets.save(replace(ticket, parent=parent))
    desk.does(Relabel(impact=Level.HIGH, urgency=Level.HIGH), ADMIN, ticket=number)
    assert (states(desk, number), states(desk, parent)) == ([], [R.RUNNING])


def test_a_page_that_was_claimed_before_somebody_answered_stays_here(desk: AtTheDesk) -> None:
    number = burns(desk)
    (claimed,) = [outbound for outbound in desk.claims(Channel.EMAIL) if outbound.delivery.urgent]
    assert page_mails(desk, number)[0].state is DeliveryState.SENDING
    desk.does(AcknowledgePage(), BEN, ticket=number)
    with desk.store.begin() as books:
        assert desk.dispatcher.is_withdrawn(claimed, books)
    assert page_mails(desk, number)[0].state is CANCELED


def test_a_page_that_its_relay_put_off_is_not_tried_again_after_an_answer(desk: AtTheDesk) -> None:
    number = burns(desk)
    (claimed,) = [outbound for outbound in desk.claims(Channel.EMAIL) if outbound.delivery.urgent]
    with desk.store.begin() as books:
        assert not desk.dispatcher.is_withdrawn(claimed, books)
    desk.does(AcknowledgePage(), BEN, ticket=number)
    with desk.store.begin() as books:
        desk.dispatcher.failed(claimed, DeliveryError("451 not now", permanent=False), books, desk.clock())
    assert page_mails(desk, number)[0].state is CANCELED


def test_a_page_is_written_once_whoever_writes_it(desk: AtTheDesk) -> None:
    (paging,) = pagings(desk, burns(desk))
    with pytest.raises(Conflict), desk.store.begin() as books:
        books.ladders.add_page(replace(paging.pages[0], id=books.next_id()))
    with pytest.raises(Conflict), desk.store.begin() as books:
        books.ladders.add(replace(paging.run, id=books.next_id()))


def test_an_alarm_pages_and_tells_nobody_to_call(desk: AtTheDesk) -> None:
    number = desk.hears(mail(nature=Nature.ALERT, answerable=False), BURNING).ticket
    assert woken(desk, number) == ["ben@desk.example"]
    assert [d for d in desk.story(number).deliveries if d.notice and d.notice.kind.public] == []


def test_ann_is_not_staff_and_cannot_stop_the_pages(desk: AtTheDesk) -> None:
    number = burns(desk)
    assert desk.does(AcknowledgePage(), ANN.value, ticket=number).outcome is Outcome.SUPPRESSED
    assert states(desk, number) == [R.RUNNING]

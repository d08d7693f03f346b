"""A monitor's alarms: one ticket for an episode, however often it is repeated."""

from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import AcknowledgePage, Cancel, Merge, Relabel
from intake.domain.event import EventKind
from intake.domain.label import Label, Level, Priority
from intake.domain.message import InboundMessage, Nature, ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from tests.desk.at_the_desk import BURNING, CALM, AtTheDesk, mail
from tests.desk.staff import ADMIN

MONITOR = Address(kind=AddressKind.EMAIL, value="monitor@customer.example")
ABOUT = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.CONVERSATION, value="alert:disk-on-db1")


def alarm(*, recovery: bool = False, author: Address = MONITOR) -> InboundMessage:
    return mail(
        nature=Nature.ALERT, author=author, answerable=False, authentic=False, recovery=recovery, answers=(ABOUT,),
        known_as=() if recovery else (ABOUT,),
    )  # fmt: skip


def pages(desk: AtTheDesk, number: int | None) -> int:
    """How often its team was woken: everybody in it gets one as well."""
    woken = [d.address for d in desk.story(number).deliveries if d.notice is not None and d.notice.kind is NoticeKind.PAGE]
    return sum(address.endswith("@localhost") for address in woken)


def raised(desk: AtTheDesk, label: Label = BURNING) -> int:
    number = desk.hears(alarm(), label).ticket
    assert number is not None
    return number


def test_an_alarm_pages_and_its_repeats_and_its_end_are_added_to_its_ticket(staffed: AtTheDesk) -> None:
    number = raised(staffed)
    said = [staffed.hears(alarm(), BURNING), staffed.hears(alarm(recovery=True), CALM)]
    assert [(one.outcome, one.ticket) for one in said] == [(Outcome.APPENDED, number)] * 2
    story = staffed.story(number)
    assert pages(staffed, number) == 1
    assert story.events[-1].reason == "the monitor says that all is well again"
    assert NoticeKind.ACKNOWLEDGEMENT not in [d.notice.kind for d in story.deliveries if d.notice]


def test_after_its_end_the_same_alarm_is_a_new_matter_and_wakes_again(staffed: AtTheDesk) -> None:
    number = raised(staffed)
    staffed.does(AcknowledgePage(), ADMIN, ticket=number)
    staffed.hears(alarm(recovery=True))
    again = staffed.hears(alarm(), BURNING)
    assert again.outcome is Outcome.OPENED
    assert again.ticket != number
    assert pages(staffed, again.ticket) == 1


def test_an_alarm_that_goes_on_after_people_were_done_is_a_new_linked_ticket(staffed: AtTheDesk) -> None:
    number = raised(staffed)
    staffed.does(Cancel(reason="planned work"), ADMIN, ticket=number)
    again = staffed.hears(alarm(), BURNING)
    assert again.outcome is Outcome.OPENED
    assert staffed.story(again.ticket).links == (number,)
    assert staffed.hears(alarm(), BURNING).ticket == again.ticket


def test_a_late_recovery_reopens_nothing(staffed: AtTheDesk) -> None:
    number = raised(staffed)
    staffed.does(Cancel(reason="planned work"), ADMIN, ticket=number)
    state = staffed.ticket(number).state
    assert staffed.hears(alarm(recovery=True)).ticket == number
    assert staffed.ticket(number).state is state


def test_a_recovery_of_nothing_opens_nothing(staffed: AtTheDesk) -> None:
    receipt = staffed.hears(alarm(recovery=True))
    assert (receipt.outcome, receipt.ticket) == (Outcome.SUPPRESSED, None)


def test_an_alarm_that_gets_worse_raises_its_ticket_and_wakes_somebody(staffed: AtTheDesk) -> None:
    number = raised(staffed, CALM)
    assert pages(staffed, number) == 0
    staffed.hears(alarm(), BURNING)
    assert staffed.ticket(number).priority is Priority.P1
    assert pages(staffed, number) == 1
    assert EventKind.LABELLED in [event.kind for event in staffed.story(number).events[3:]]
    staffed.hears(alarm(), CALM)
    assert staffed.ticket(number).priority is Priority.P1


def test_an_alarm_means_what_it_names_whatever_else_its_mail_points_at(staffed: AtTheDesk) -> None:
    anns = staffed.hears(mail(name="first@customer.example")).ticket
    for kind, value in ((ThreadKind.SUBJECT_TAG, f"HD-{anns}"), (ThreadKind.MESSAGE_ID, "first@customer.example")):
        astray = ThreadRef(channel=Channel.EMAIL, kind=kind, value=value)
        about = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.CONVERSATION, value=f"alert:{kind}")
        alert = mail(nature=Nature.ALERT, author=MONITOR, authentic=False, answers=(astray, about), known_as=(about,))
        receipt = staffed.hears(alert, BURNING)
        assert receipt.outcome is Outcome.OPENED
        assert pages(staffed, receipt.ticket) == 1


def test_an_alarm_of_a_merged_ticket_is_not_shown_to_the_other_ones_requester(staffed: AtTheDesk) -> None:
    number = raised(staffed)
    anns = staffed.hears(mail()).ticket
    assert anns is not None
    staffed.does(Merge(into=anns), ADMIN, ticket=number)
    staffed.hears(alarm(), BURNING)
    assert len(staffed.story(anns).messages) == 1
    assert len(staffed.story(number).messages) == 2
    assert staffed.ticket(anns).priority is Priority.P1


def test_what_a_person_made_of_an_alarm_stands(staffed: AtTheDesk) -> None:
    number = raised(staffed)
    staffed.does(AcknowledgePage(), ADMIN, ticket=number)
    staffed.does(Relabel(impact=Level.LOW, urgency=Level.LOW), ADMIN, ticket=number)
    staffed.hears(alarm(), BURNING)
    assert (staffed.ticket(number).priority, pages(staffed, number)) == (Priority.P4, 1)

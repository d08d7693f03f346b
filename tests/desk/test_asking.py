"""Where the desk cannot tell what it is about, it asks once; what people choose on a form stands over what it reads."""

from dataclasses import replace

import pytest

from intake.desk.labelling import has_question
from intake.domain.channel import Channel
from intake.domain.deed import AnswerQuestion, Relabel
from intake.domain.event import EventKind
from intake.domain.label import Category, Kind, Label, Level, Priority
from intake.domain.message import Chosen, InboundMessage, Nature
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from tests.desk.at_the_desk import ANN, CALM, AtTheDesk, mail

UNCLEAR = Label(kind=Kind.NONE, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=0.0, version="test")


def chosen(impact: int | None = None, urgency: int | None = None, by: str = ANN.value, **more: object) -> InboundMessage:
    levels = Chosen(by=by, impact=Level(impact) if impact else None, urgency=Level(urgency) if urgency else None)
    return mail(chosen=levels, **more)  # type: ignore[arg-type] # a test names the fields it needs


def pages(at_the_desk: AtTheDesk, ticket: int | None) -> int:
    deliveries = at_the_desk.story(ticket).deliveries
    return sum(one.notice is not None and one.notice.kind is NoticeKind.PAGE for one in deliveries)


def acknowledgements(at_the_desk: AtTheDesk, ticket: int | None) -> int:
    deliveries = at_the_desk.story(ticket).deliveries
    return sum(one.notice is not None and one.notice.kind is NoticeKind.ACKNOWLEDGEMENT for one in deliveries)


def asks(at_the_desk: AtTheDesk, ticket: int | None) -> bool:
    return has_question(at_the_desk.ticket(ticket), at_the_desk.policy)


def test_who_cannot_be_understood_is_asked_in_the_one_acknowledgement(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail("SAP P01 thing"), UNCLEAR).ticket
    assert asks(at_the_desk, number)
    assert acknowledgements(at_the_desk, number) == 1


def test_where_the_policy_says_so_nobody_is_asked(at_the_desk: AtTheDesk) -> None:
    at_the_desk.policy = replace(at_the_desk.policy, classifier=replace(at_the_desk.policy.classifier, ask=False))
    number = at_the_desk.hears(mail(), UNCLEAR).ticket
    assert number is not None
    assert not asks(at_the_desk, number)
    assert at_the_desk.ticket(number).assignment_group == "support"
    assert at_the_desk.does(AnswerQuestion(kind=Kind.INCIDENT), ANN.value, ticket=number).outcome is Outcome.SUPPRESSED


def test_nobody_is_asked_about_what_wakes_somebody(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(chosen(impact=1, urgency=1), UNCLEAR).ticket
    assert (at_the_desk.ticket(number).kind, at_the_desk.ticket(number).priority) == (Kind.NONE, Priority.P1)
    assert pages(at_the_desk, number) == 1
    assert not asks(at_the_desk, number)


@pytest.mark.parametrize("nature", [Nature.ALERT, Nature.LIST])
def test_a_machine_is_never_asked(at_the_desk: AtTheDesk, nature: Nature) -> None:
    number = at_the_desk.hears(mail(nature=nature, answerable=False), UNCLEAR).ticket
    assert acknowledgements(at_the_desk, number) == 0


def test_nobody_is_asked_twice(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail(), UNCLEAR).ticket
    assert number is not None
    at_the_desk.does(AnswerQuestion(kind=Kind.SERVICE_REQUEST), ANN.value, ticket=number)
    assert not asks(at_the_desk, number)
    again = at_the_desk.does(AnswerQuestion(kind=Kind.INCIDENT), ANN.value, ticket=number)
    assert again.outcome is Outcome.SUPPRESSED
    assert acknowledgements(at_the_desk, number) == 1


def test_what_an_agent_has_sorted_needs_no_answer(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail(), UNCLEAR).ticket
    assert number is not None
    at_the_desk.does(Relabel(category=Category.HOW_TO), "root", ticket=number)
    assert not asks(at_the_desk, number)


@pytest.mark.parametrize(
    ("kind", "team", "urgency"),
    [
        (Kind.INCIDENT, "support", Level.MEDIUM),
        (Kind.SERVICE_REQUEST, "support", Level.LOW),
        (Kind.ENHANCEMENT, "cio", Level.LOW),
    ],
)
def test_the_answer_labels_and_routes(at_the_desk: AtTheDesk, kind: Kind, team: str, urgency: Level) -> None:
    number = at_the_desk.hears(mail("SAP P01 thing"), UNCLEAR).ticket
    assert number is not None
    at_the_desk.does(AnswerQuestion(kind=kind), ANN.value, ticket=number)
    ticket = at_the_desk.ticket(number)
    assert (ticket.kind, ticket.assignment_group, ticket.urgency) == (kind, team, urgency)
    with at_the_desk.store.begin() as books:
        kept = books.corrections.newest(number)
    assert kept is not None
    assert (kept.by, kept.before.kind, kept.after.kind) == (ANN.value, Kind.NONE, kind)


def test_an_answer_that_makes_it_a_p2_wakes_somebody(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(chosen(impact=1), UNCLEAR).ticket
    assert number is not None
    assert (at_the_desk.ticket(number).priority, pages(at_the_desk, number)) == (Priority.P3, 0)
    at_the_desk.does(AnswerQuestion(kind=Kind.INCIDENT), ANN.value, ticket=number)
    assert (at_the_desk.ticket(number).priority, pages(at_the_desk, number)) == (Priority.P2, 1)


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [(1, 1, Priority.P1), (1, None, Priority.P3), (None, 1, Priority.P3), (2, 1, Priority.P2), (3, 3, Priority.P4)],
)
def test_what_is_chosen_on_a_form_goes_through_the_matrix(
    at_the_desk: AtTheDesk, impact: int | None, urgency: int | None, priority: Priority
) -> None:
    number = at_the_desk.hears(chosen(impact=impact, urgency=urgency, channel=Channel.API), CALM).ticket
    ticket = at_the_desk.ticket(number)
    assert (ticket.impact, ticket.urgency, ticket.priority) == (impact or 3, urgency or 3, priority)
    assert (ticket.kind, ticket.category) == (CALM.kind, CALM.category)
    labelled = next(event for event in at_the_desk.story(number).events if event.kind is EventKind.LABELLED)
    said = {(one.source, one.says) for one in labelled.evidence}
    assert said == {(ANN.value, f"{name}={level}") for name, level in (("impact", impact), ("urgency", urgency)) if level}
    assert pages(at_the_desk, number) == (priority in {Priority.P1, Priority.P2})


def test_what_is_chosen_also_calms_what_was_read_into_it(at_the_desk: AtTheDesk) -> None:
    burning = replace(CALM, kind=Kind.INCIDENT, category=Category.UNAVAILABLE, impact=Level.HIGH, urgency=Level.HIGH)
    number = at_the_desk.hears(chosen(impact=3, urgency=2), burning).ticket
    assert at_the_desk.ticket(number).priority is Priority.P4
    assert pages(at_the_desk, number) == 0

"""What people make of a label is kept, to be learnt from."""

from collections.abc import Sequence

from intake.desk.labelling import PERSON
from intake.domain.channel import Channel
from intake.domain.correction import LONGEST_TEXT, Correction, JudgedText, Judgement
from intake.domain.deed import AnswerQuestion, Merge, Relabel, Resolve, Split, Undo
from intake.domain.event import EventKind
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome
from storage.lessons import SqlLessons
from tests.desk.at_the_desk import ANN, BURNING, CALM, AtTheDesk, mail
from tests.desk.staff import ADMIN, BEN

UNSURE = Label(kind=Kind.NONE, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=0.0, version="desk-1")
ANN_ASKS = Principal(name="ann@customer.example", role=Role.REQUESTER, address=ANN)
ERROR = Relabel(category=Category.ERROR_MESSAGE, impact=Level.MEDIUM)


def in_force(desk: AtTheDesk) -> Sequence[Correction]:
    with desk.store.reading() as connection:
        return SqlLessons(connection).corrections(100)


def stood(desk: AtTheDesk) -> Sequence[JudgedText]:
    with desk.store.reading() as connection:
        return [judged for _, judged in SqlLessons(connection).stood(100, person=PERSON)]


def all_that_was_said(desk: AtTheDesk) -> int:
    with desk.store.reading() as connection:
        return SqlLessons(connection).corrections_since(None)


def opened(desk: AtTheDesk, label: Label = CALM, text: str = "It shows code 17.", subject: str = "Invoices") -> int:
    number = desk.hears(mail(text, subject=subject), label).ticket
    assert number is not None
    return number


def event_of(desk: AtTheDesk, number: int, kind: EventKind) -> int:
    return next(event.id for event in reversed(desk.story(number).events) if event.kind is kind)


def test_a_correction_is_kept_with_who_made_it_and_what_had_labelled_it(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(ERROR, BEN, ticket=number)
    (kept,) = in_force(staffed)
    assert (kept.ticket, kept.by, kept.role, kept.label_version) == (number, "Ben", Role.AGENT, CALM.version)
    assert kept.event == event_of(staffed, number, EventKind.RELABELLED)
    assert kept.before == Judgement(kind=Kind.SERVICE_REQUEST, category=Category.HOW_TO, impact=Level.LOW, urgency=Level.LOW)
    assert kept.after == Judgement(kind=Kind.INCIDENT, category=Category.ERROR_MESSAGE, impact=Level.MEDIUM, urgency=Level.LOW)
    assert kept.text == "Invoices\nIt shows code 17."


def test_only_what_somebody_changed_teaches_impact_and_urgency(staffed: AtTheDesk) -> None:
    staffed.does(ERROR, BEN, ticket=opened(staffed))
    (kept,) = in_force(staffed)
    assert kept.teaches is not None
    assert kept.teaches.judgement == Judgement(
        kind=Kind.INCIDENT, category=Category.ERROR_MESSAGE, impact=Level.MEDIUM, urgency=None
    )


def test_the_requesters_answer_teaches_the_kind_alone(staffed: AtTheDesk) -> None:
    number = opened(staffed, UNSURE)
    staffed.does(AnswerQuestion(kind=Kind.INCIDENT), ANN_ASKS, ticket=number)
    (kept,) = in_force(staffed)
    assert (kept.by, kept.role, kept.label_version) == ("ann@customer.example", Role.REQUESTER, "desk-1")
    assert kept.teaches is not None
    assert kept.teaches.judgement == Judgement(kind=Kind.INCIDENT)


def test_a_ticket_that_nobody_gave_a_kind_teaches_nothing(staffed: AtTheDesk) -> None:
    staffed.does(Relabel(urgency=Level.HIGH), BEN, ticket=opened(staffed, UNSURE))
    (kept,) = in_force(staffed)
    assert kept.teaches is None


def test_of_a_later_correction_and_an_earlier_one_the_later_is_learnt_from(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(ERROR, BEN, ticket=number)
    staffed.does(Relabel(category=Category.DATA_PROBLEM), ADMIN, ticket=number)
    (kept,) = in_force(staffed)
    assert (kept.after.category, kept.label_version) == (Category.DATA_PROBLEM, PERSON)
    assert all_that_was_said(staffed) == 2


def test_a_correction_undone_is_withdrawn_and_the_ticket_goes_back_to_its_team(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    before = staffed.ticket(number)
    change = Relabel(category=Category.CHANGE_REQUEST)
    staffed.does(change, BEN, ticket=number)
    assert staffed.ticket(number).assignment_group == "cio"
    undone = staffed.does(Undo(event=event_of(staffed, number, EventKind.RELABELLED)), ADMIN, ticket=number)
    assert undone.outcome is Outcome.APPLIED, undone.reason
    after = staffed.ticket(number)
    assert (after.assignment_group, after.tier) == (before.assignment_group, before.tier)
    assert (after.kind, after.category, after.label_version) == (before.kind, before.category, CALM.version)
    assert after.confidence == CALM.confidence
    assert list(in_force(staffed)) == []
    assert all_that_was_said(staffed) == 0


def test_a_level_that_an_earlier_correction_set_is_still_learnt_after_a_later_one(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Relabel(kind=Kind.INCIDENT, urgency=Level.HIGH), BEN, ticket=number)
    staffed.does(Relabel(category=Category.DATA_PROBLEM), BEN, ticket=number)
    staffed.does(Relabel(category=Category.ERROR_MESSAGE), BEN, ticket=number)
    (kept,) = in_force(staffed)
    assert kept.teaches is not None
    assert kept.teaches.judgement == Judgement(kind=Kind.INCIDENT, category=Category.ERROR_MESSAGE, urgency=Level.HIGH)


def test_what_the_desk_made_of_an_answer_is_not_learnt_after_a_later_correction(staffed: AtTheDesk) -> None:
    number = opened(staffed, UNSURE)
    staffed.does(AnswerQuestion(kind=Kind.INCIDENT), ANN_ASKS, ticket=number)
    staffed.does(Relabel(category=Category.ERROR_MESSAGE), BEN, ticket=number)
    (kept,) = in_force(staffed)
    assert kept.teaches is not None
    assert kept.teaches.judgement == Judgement(kind=Kind.INCIDENT, category=Category.ERROR_MESSAGE)


def test_the_requester_answers_once_and_that_does_not_decide_when_it_is_learnt(staffed: AtTheDesk) -> None:
    number = opened(staffed, UNSURE)
    staffed.does(AnswerQuestion(kind=Kind.INCIDENT), ANN_ASKS, ticket=number)
    again = staffed.does(AnswerQuestion(kind=Kind.SERVICE_REQUEST), ANN_ASKS, ticket=number)
    assert again.outcome is Outcome.SUPPRESSED
    (kept,) = in_force(staffed)
    assert kept.after.kind is Kind.INCIDENT
    assert all_that_was_said(staffed) == 0


def test_a_correction_that_the_requester_answered_after_is_mended_by_hand(staffed: AtTheDesk) -> None:
    number = opened(staffed, UNSURE)
    staffed.does(Relabel(impact=Level.MEDIUM), BEN, ticket=number)
    event = event_of(staffed, number, EventKind.RELABELLED)
    staffed.does(AnswerQuestion(kind=Kind.SERVICE_REQUEST), ANN_ASKS, ticket=number)
    refused = staffed.does(Undo(event=event), BEN, ticket=number)
    assert refused.outcome is Outcome.SUPPRESSED
    assert "correct the label by hand" in refused.reason


def test_when_the_later_correction_is_undone_the_earlier_one_counts_again(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(ERROR, BEN, ticket=number)
    staffed.does(Relabel(category=Category.DATA_PROBLEM), BEN, ticket=number)
    staffed.does(Undo(event=event_of(staffed, number, EventKind.RELABELLED)), BEN, ticket=number)
    (kept,) = in_force(staffed)
    assert kept.after.category is Category.ERROR_MESSAGE


def test_of_two_corrections_the_later_one_is_undone_first(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(ERROR, BEN, ticket=number)
    first = event_of(staffed, number, EventKind.RELABELLED)
    staffed.does(Relabel(urgency=Level.MEDIUM), BEN, ticket=number)
    refused = staffed.does(Undo(event=first), BEN, ticket=number)
    assert refused.outcome is Outcome.SUPPRESSED
    assert "changed again since" in refused.reason or "corrected again since" in refused.reason
    assert len(in_force(staffed)) == 1


def test_a_correction_that_is_refused_leaves_nothing(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Relabel(kind=Kind.SERVICE_REQUEST), BEN, ticket=number)  # it was that
    staffed.does(AnswerQuestion(kind=Kind.INCIDENT), ANN_ASKS, ticket=number)  # nobody asked
    assert list(in_force(staffed)) == []


def test_no_more_of_a_text_is_kept_than_is_read(staffed: AtTheDesk) -> None:
    staffed.does(ERROR, BEN, ticket=opened(staffed, text="x" * 20_000))
    (kept,) = in_force(staffed)
    assert len(kept.text) == LONGEST_TEXT


def test_a_message_split_off_is_learnt_from_under_its_own_ticket(staffed: AtTheDesk) -> None:
    number = staffed.hears(mail("The printer is slow.", name="first@customer.example")).ticket
    first = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value="first@customer.example")
    staffed.hears(mail("By the way, the VPN is down.", subject="Re: Printer", answers=(first,)))
    other = staffed.story(number).messages[1].id
    staffed.does(Split(message=other), ADMIN, ticket=number or 0)
    staffed.does(Relabel(category=Category.UNAVAILABLE), ADMIN, ticket=(number or 0) + 1)
    (kept,) = in_force(staffed)
    assert (kept.label_version, kept.text) == ("none", "Re: Printer\nBy the way, the VPN is down.")


def end(desk: AtTheDesk, number: int) -> None:
    desk.does(Resolve(text="Done."), ADMIN, ticket=number)
    desk.sends()
    desk.clock.advance(hours=1)
    desk.fires_what_is_due()


def test_a_label_that_stood_to_the_end_is_learnt_from_too(staffed: AtTheDesk) -> None:
    ended, corrected, unsure = opened(staffed, BURNING, "The VPN is down."), opened(staffed), opened(staffed, UNSURE)
    staffed.does(ERROR, BEN, ticket=corrected)
    for number in (ended, corrected, unsure):
        end(staffed, number)
    opened(staffed, BURNING, "Nobody has ended this one.")
    assert [judged.text for judged in stood(staffed)] == ["Invoices\nThe VPN is down."]
    assert stood(staffed)[0].judgement == Judgement(kind=Kind.INCIDENT, category=Category.UNAVAILABLE)


def test_of_many_tickets_with_the_same_text_one_is_learnt_from(staffed: AtTheDesk) -> None:
    for _ in range(3):
        end(staffed, opened(staffed, BURNING, "The VPN is down.", subject=""))
    assert [judged.text for judged in stood(staffed)] == ["The VPN is down."]


def test_a_ticket_that_was_merged_away_is_no_label_that_stood(staffed: AtTheDesk) -> None:
    one, two = opened(staffed), opened(staffed, text="The same once more.")
    staffed.does(Merge(into=one), ADMIN, ticket=two)
    end(staffed, one)
    assert [judged.text for judged in stood(staffed)] == ["Invoices\nIt shows code 17."]

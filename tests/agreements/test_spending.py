"""Hours of a change: reserved, worked, and given back; what would overdraw is refused and says what is left."""

from dataclasses import replace
from datetime import date

from intake.domain.agreement import Balance, EntryKind, OfChange
from intake.domain.change import Stage
from intake.domain.deed import (
    BookHours,
    Reply,
    WithdrawChange,
)
from intake.domain.event import EventKind
from intake.domain.receipt import Outcome, Refusal
from tests.agreements.agreed_desk import (
    A_YEAR_LATER,
    ACME,
    NEXT,
    TEN_HOURS,
    a_change,
    allows,
    balance,
    book_of,
    books,
    change_of,
    estimates,
    has,
    kinds,
    opened,
    put_into,
)
from tests.desk.at_the_desk import AtTheDesk, mail
from tests.desk.staff import CLEO, LEE

K = EntryKind
TODAY = date(2026, 11, 23)


def test_an_estimate_reserves_its_hours(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    receipt = estimates(agreed, number, 240)
    assert receipt.reason == "estimate_change: estimated at 4 h, reserved in ACME 2026: 6 h left"
    assert balance(agreed) == Balance(granted=600, reserved=240)
    assert (change_of(agreed, number).agreement, change_of(agreed, number).estimate) == (ACME, 240)
    line = book_of(agreed).entries[-1]
    assert (line.kind, line.minutes, line.by, line.ticket, line.ledger) == (K.RESERVED, 240, "Cleo", number, receipt.id)


def test_another_estimate_reserves_or_gives_back_the_difference(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    for minutes in (240, 300, 300, 60, 0):
        assert estimates(agreed, number, minutes).outcome is Outcome.APPLIED
        assert balance(agreed) == Balance(granted=600, reserved=minutes)
    assert [(line.kind, line.minutes) for line in book_of(agreed).entries[1:]] == [
        (K.RESERVED, 240),
        (K.RESERVED, 60),
        (K.RELEASED, 240),
        (K.RELEASED, 60),
    ]
    assert (change_of(agreed, number).agreement, change_of(agreed, number).estimate) == ("", 0)


def test_an_estimate_in_another_agreement_gives_back_what_was_reserved_in_the_first(agreed: AtTheDesk) -> None:
    opened(agreed, A_YEAR_LATER)
    number = a_change(agreed)
    estimates(agreed, number, 240)
    assert estimates(agreed, number, 300, agreement=NEXT).outcome is Outcome.APPLIED
    assert (balance(agreed).reserved, balance(agreed, NEXT).reserved) == (0, 300)
    assert change_of(agreed, number).agreement == NEXT


def test_what_another_agreement_refuses_leaves_the_first_as_it_was(agreed: AtTheDesk) -> None:
    opened(agreed, replace(A_YEAR_LATER, minutes=60))
    number = a_change(agreed)
    estimates(agreed, number, 240)
    assert estimates(agreed, number, 300, agreement=NEXT).refusal is Refusal.CONFLICT
    assert balance(agreed).reserved == 240
    assert (change_of(agreed, number).agreement, change_of(agreed, number).estimate) == (ACME, 240)


def test_who_is_refused_hears_what_is_left_and_who_can_help(agreed: AtTheDesk) -> None:
    one, other = a_change(agreed), a_change(agreed)
    estimates(agreed, one, 470)
    says = "conflict: ACME 2026 has 2 h 10 min left, and this takes 3 h: a lead can allow it (approve_overdraft)"
    assert estimates(agreed, other, 180).reason == says
    assert books(agreed, other, 180, agreement=ACME).reason == says
    assert balance(agreed) == Balance(granted=600, reserved=470)
    assert estimates(agreed, other, 130).outcome is Outcome.APPLIED
    assert "ACME 2026 has nothing left, and this takes 1 min" in estimates(agreed, other, 131).reason


def test_who_has_some_reserved_hears_how_much_more_it_takes(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    estimates(agreed, number, 540)
    says = f"ACME 2026 has 1 h left, and this takes 1 h 1 min more than is reserved for HD-{number}"
    assert says in estimates(agreed, number, 601).reason
    assert says in books(agreed, number, 601).reason
    assert books(agreed, number, 600).outcome is Outcome.APPLIED
    assert balance(agreed) == Balance(granted=600, spent=600)


def test_work_is_booked_out_of_what_its_change_has_reserved_first(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    estimates(agreed, number, 60)
    assert books(agreed, number, 45).reason == "book_hours: 45 min of 2026-11-23 booked in ACME 2026: 9 h left"
    assert has(agreed, number) == OfChange(ticket=number, reserved=15, spent=45)
    books(agreed, number, 30)
    assert has(agreed, number) == OfChange(ticket=number, reserved=0, spent=75)
    *_, first, second = book_of(agreed).entries
    assert [(one.minutes, one.from_reserved, one.worked_on, one.text) for one in (first, second)] == [
        (45, 45, TODAY, "Wrote the query."),
        (30, 15, TODAY, "Wrote the query."),
    ]


def test_the_hours_of_one_change_are_not_taken_by_another(agreed: AtTheDesk) -> None:
    one, other = a_change(agreed), a_change(agreed)
    estimates(agreed, one, 600)
    assert books(agreed, other, 1, agreement=ACME).refusal is Refusal.CONFLICT
    assert books(agreed, one, 600).outcome is Outcome.APPLIED


def test_without_an_estimate_the_agreement_is_named(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    assert "name the agreement" in books(agreed, number, 60).reason
    assert books(agreed, number, 60, agreement=ACME).outcome is Outcome.APPLIED
    assert books(agreed, number, 60, agreement="Acne").refusal is Refusal.NOT_FOUND


def test_a_ticket_without_a_change_spends_nothing(agreed: AtTheDesk) -> None:
    number = agreed.hears(mail()).ticket
    assert number is not None
    assert books(agreed, number, 60, LEE, agreement=ACME).refusal is Refusal.NOT_FOUND


def test_who_has_nothing_reserved_has_nothing_to_give_back(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    assert estimates(agreed, number, 0).reason == f"estimate_change: HD-{number} has nothing reserved in ACME 2026"
    assert kinds(agreed) == [K.GRANTED]


def test_after_approval_was_asked_for_an_estimate_only_shrinks(agreed: AtTheDesk) -> None:
    opened(agreed, A_YEAR_LATER)
    number = a_change(agreed)
    estimates(agreed, number, 240)
    put_into(Stage.APPROVAL, number, agreed)
    for receipt in (estimates(agreed, number, 241), estimates(agreed, number, 60, agreement=NEXT)):
        assert receipt.refusal is Refusal.CONFLICT
        assert "its estimate (4 h in ACME 2026) may only shrink now" in receipt.reason
    assert estimates(agreed, number, 180).outcome is Outcome.APPLIED
    books(agreed, number, 120)
    assert "may only shrink" in estimates(agreed, number, 120).reason, "that would be two hours more than was approved"
    assert estimates(agreed, number, 0).outcome is Outcome.APPLIED
    assert change_of(agreed, number).agreement == ACME, "its product owners are still those who are asked"
    assert balance(agreed) == Balance(granted=600, spent=120)


def test_an_estimate_that_is_already_there_may_be_repeated_in_approval(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    estimates(agreed, number, 240)
    put_into(Stage.APPROVAL, number, agreed)
    assert estimates(agreed, number, 240).outcome is Outcome.APPLIED
    assert balance(agreed).reserved == 240


def test_a_change_that_ends_gives_back_what_it_has_reserved(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    estimates(agreed, number, 240)
    books(agreed, number, 60)
    assert agreed.does(WithdrawChange(reason="not needed"), CLEO, ticket=number).outcome is Outcome.APPLIED
    assert balance(agreed) == Balance(granted=600, spent=60)
    line = book_of(agreed).entries[-1]
    assert (line.kind, line.minutes, line.text) == (K.RELEASED, 180, "not needed")
    said = [event.reason for event in agreed.story(number).events if event.kind is EventKind.CHANGE_ESTIMATED]
    assert said[-1] == "3 h given back to ACME 2026: not needed"


def test_whoever_looked_at_the_ticket_may_still_act_after_somebody_booked(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    seen = agreed.ticket(number).revision
    books(agreed, number, 60, agreement=ACME)
    assert agreed.does(Reply(text="We work on it."), CLEO, ticket=number, seen=seen).outcome is Outcome.APPLIED


def test_a_booking_says_on_the_timeline_what_was_done(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    deed = BookHours(agreement=ACME, minutes=90, text="Wrote the query.\nThen tested it.", worked_on=date(2026, 11, 20))
    agreed.does(deed, CLEO, ticket=number)
    (event,) = [event for event in agreed.story(number).events if event.kind is EventKind.HOURS_BOOKED]
    assert event.reason == "1 h 30 min of 2026-11-20 booked in ACME 2026: 8 h 30 min left; Wrote the query."
    assert event.data == {"agreement": ACME, "minutes": "90", "worked_on": "2026-11-20"}
    assert book_of(agreed).entries[-1].text == "Wrote the query.\nThen tested it."


def test_the_sum_of_all_lines_is_the_balance(agreed: AtTheDesk) -> None:
    one, other = a_change(agreed), a_change(agreed)
    for act in (
        estimates(agreed, one, 240),
        books(agreed, one, 300),
        estimates(agreed, other, 200),
        allows(agreed, one, 100),
        books(agreed, one, 40),
        estimates(agreed, other, 60),
        estimates(agreed, one, 0),
    ):
        assert act.outcome is Outcome.APPLIED, act.reason
    shares = book_of(agreed).by_change
    assert balance(agreed) == Balance(
        granted=TEN_HOURS.minutes,
        reserved=sum(share.reserved for share in shares),
        spent=sum(share.spent for share in shares),
        overdraft=sum(share.overdraft for share in shares),
    )
    assert shares == (OfChange(ticket=one, reserved=0, spent=340, overdraft=40), OfChange(ticket=other, reserved=60, spent=0))

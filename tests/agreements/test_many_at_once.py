"""Fifty people book the last ten hours of an agreement at the same moment: it is right to the minute, on both databases."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import cycle
from threading import Barrier

import pytest

from intake.desk.agreements.book import Line, balance_with
from intake.domain.action import Action
from intake.domain.agreement import Balance
from intake.domain.channel import Channel
from intake.domain.deed import (
    AgreementDeed,
    AmendAgreement,
    ApproveOverdraft,
    BookHours,
    CloseAgreement,
    Deed,
    EstimateChange,
    OpenAgreement,
)
from intake.domain.errors import Conflict, StoreUnavailable
from intake.domain.principal import Principal
from intake.domain.receipt import Outcome, Receipt, Refusal
from tests.agreements.agreed_desk import A_YEAR_LATER, ACME, NEXT, TEN_HOURS, a_change, balance, book_of, has, opened
from tests.desk.at_the_desk import AtTheDesk
from tests.desk.staff import CLEO, LEE

MANY = 50
TRIES = 100  # a busy database says "try again", and everybody does
Doing = tuple[int | None, Deed, Principal]


def all_at_once(desk: AtTheDesk, deeds: Sequence[Doing]) -> list[Receipt]:
    """Each in a thread and a transaction of its own, all let go at the same moment."""
    start = Barrier(len(deeds))

    def act(place: int) -> Receipt:
        number, deed, by = deeds[place]
        action = Action(
            channel=Channel.API,
            external_id=f"at once {place}",
            received_at=desk.clock(),
            by=by,
            deed=deed,
            ticket=number,
        )
        incoming = desk.understood(action)
        start.wait()
        for _ in range(TRIES):
            try:
                with desk.store.begin() as books:
                    return desk.desk.receive(incoming, books)
            except (Conflict, StoreUnavailable):
                continue
        raise StoreUnavailable("too many collided")

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(act, range(len(deeds))))


def assert_adds_up(desk: AtTheDesk, name: str = ACME) -> None:
    """Line after line, change by change."""
    story, so_far = book_of(desk, name), Balance()
    for place, entry in enumerate(story.entries, 1):
        line = Line(kind=entry.kind, minutes=entry.minutes, from_reserved=entry.from_reserved, given_back=entry.given_back)
        so_far = balance_with(so_far, line)
        assert (entry.sequence, entry.after) == (place, so_far)
        assert so_far.left >= 0
    assert story.line.balance == so_far
    shares = story.by_change
    assert (so_far.reserved, so_far.spent, so_far.overdraft) == (
        sum(share.reserved for share in shares),
        sum(share.spent for share in shares),
        sum(share.overdraft for share in shares),
    )


def a_booking(number: int, minutes: int) -> Doing:
    return number, BookHours(agreement=ACME, minutes=minutes, text="worked"), CLEO


@pytest.mark.parametrize(("minutes", "succeed", "left"), [(30, 20, "nothing left"), (35, 17, "5 min left")])
@pytest.mark.parametrize("changes", [1, 7])
def test_of_fifty_bookings_at_once_as_many_succeed_as_there_are_hours(
    agreed: AtTheDesk, changes: int, minutes: int, succeed: int, left: str
) -> None:
    numbers = cycle([a_change(agreed) for _ in range(changes)])
    receipts = all_at_once(agreed, [a_booking(next(numbers), minutes) for _ in range(MANY)])
    refused = [receipt for receipt in receipts if receipt.outcome is not Outcome.APPLIED]
    assert len(refused) == MANY - succeed
    says = f"ACME 2026 has {left}, and this takes {minutes} min: a lead can allow it (approve_overdraft)"
    assert {receipt.reason for receipt in refused} == {f"conflict: {says}"}
    assert balance(agreed) == Balance(granted=600, spent=succeed * minutes)
    assert_adds_up(agreed)


def test_what_one_change_has_reserved_is_not_booked_away_by_fifty_others(agreed: AtTheDesk) -> None:
    mine, other = a_change(agreed), a_change(agreed)
    agreed.does(EstimateChange(agreement=ACME, minutes=300), CLEO, ticket=mine)
    receipts = all_at_once(agreed, [a_booking(mine, 30) if place % 5 == 0 else a_booking(other, 30) for place in range(MANY)])
    assert [receipt.outcome for receipt in receipts[::5]] == [Outcome.APPLIED] * 10
    assert [receipt.outcome for receipt in receipts].count(Outcome.APPLIED) == 20
    assert balance(agreed) == Balance(granted=600, spent=600)
    assert_adds_up(agreed)


def test_an_overdraft_at_the_same_time_is_for_its_change_alone(agreed: AtTheDesk) -> None:
    mine, other = a_change(agreed), a_change(agreed)
    overdraft = ApproveOverdraft(agreement=ACME, minutes=90, reason="the audit waits")
    numbers = cycle([mine, other])
    deeds = [(mine, overdraft, LEE), *(a_booking(next(numbers), 30) for _ in range(MANY - 1))]
    receipts = all_at_once(agreed, deeds)
    assert receipts[0].outcome is Outcome.APPLIED
    booked = [receipt.outcome for receipt in receipts[1:]].count(Outcome.APPLIED)
    after = balance(agreed)
    assert (after.overdraft, after.spent) == (90, 30 * booked)
    assert after.reserved == has(agreed, mine).reserved, "nobody else has any of it"
    assert has(agreed, other).spent <= 600
    assert after.left < 30, "somebody was refused though there was enough"
    assert_adds_up(agreed)


def test_estimates_bookings_overdrafts_and_amendments_at_once_leave_a_sound_book(agreed: AtTheDesk) -> None:
    one, other = a_change(agreed), a_change(agreed)
    deeds: list[Doing] = []
    for place in range(MANY // 5):
        deeds += [
            (one, EstimateChange(agreement=ACME, minutes=60 * (place % 4)), CLEO),
            (other, EstimateChange(agreement=ACME, minutes=45 * (place % 5)), CLEO),
            a_booking(one, 25),
            a_booking(other, 50),
            (other, ApproveOverdraft(agreement=ACME, minutes=10, reason="the audit waits"), LEE)
            if place % 2
            else (None, AmendAgreement(agreement=ACME, reason="as agreed", fewer=7), LEE),
        ]
    receipts = all_at_once(agreed, deeds)
    assert {receipt.outcome for receipt in receipts} <= {Outcome.APPLIED, Outcome.SUPPRESSED}
    refused = [receipt for receipt in receipts if receipt.outcome is Outcome.SUPPRESSED]
    assert all(receipt.refusal is Refusal.CONFLICT and " left" in receipt.reason for receipt in refused)
    booked = sum(
        deed.minutes
        for (_, deed, _), receipt in zip(deeds, receipts, strict=True)
        if isinstance(deed, BookHours) and receipt.outcome is Outcome.APPLIED
    )
    assert balance(agreed).spent == booked
    assert_adds_up(agreed)


def test_changes_that_move_to_each_others_agreement_at_once_do_not_wait_for_ever(agreed: AtTheDesk) -> None:
    opened(agreed, A_YEAR_LATER)
    here, there = [a_change(agreed) for _ in range(10)], [a_change(agreed) for _ in range(10)]
    for numbers, name in ((here, ACME), (there, NEXT)):
        for number in numbers:
            agreed.does(EstimateChange(agreement=name, minutes=60), CLEO, ticket=number)
    moves: list[Doing] = [(number, EstimateChange(agreement=NEXT, minutes=60), CLEO) for number in here]
    moves += [(number, EstimateChange(agreement=ACME, minutes=60), CLEO) for number in there]
    receipts = all_at_once(agreed, moves)
    for name, numbers in ((ACME, here), (NEXT, there)):
        moved = [one for one, receipt in zip(moves, receipts, strict=True) if receipt.outcome is Outcome.APPLIED]
        stayed = [number for number in numbers if number not in {number for number, _, _ in moved}]
        came = [number for number, deed, _ in moved if isinstance(deed, EstimateChange) and deed.agreement == name]
        assert balance(agreed, name) == Balance(granted=600, reserved=60 * (len(stayed) + len(came)))
        assert_adds_up(agreed, name)


def test_whoever_closes_an_agreement_and_whoever_books_in_it_at_once_do_not_both_win_the_same_hours(agreed: AtTheDesk) -> None:
    opened(agreed, replace(TEN_HOURS, agreement="Old", carry_over=None))
    opened(agreed, A_YEAR_LATER)
    number = a_change(agreed)
    book = BookHours(agreement="Old", minutes=30, text="worked")
    deeds: list[Doing] = [(number, book, CLEO)] * 20
    receipts = all_at_once(agreed, [*deeds, (None, CloseAgreement(agreement="Old", into=NEXT), LEE)])
    booked = [receipt.outcome for receipt in receipts[:-1]].count(Outcome.APPLIED)
    assert receipts[-1].outcome is Outcome.APPLIED
    assert balance(agreed, "Old") == Balance(granted=30 * booked, spent=30 * booked)
    assert balance(agreed, NEXT) == Balance(granted=1200 - 30 * booked)


@pytest.mark.parametrize("deed", [OpenAgreement, CloseAgreement])
def test_of_two_leads_who_do_the_same_at_once_one_is_told(agreed: AtTheDesk, deed: type[AgreementDeed]) -> None:
    act = A_YEAR_LATER if deed is OpenAgreement else CloseAgreement(agreement=ACME)
    receipts = all_at_once(agreed, [(None, act, LEE)] * 2)
    assert sorted(receipt.outcome.value for receipt in receipts) == ["applied", "suppressed"]
    assert {receipt.refusal for receipt in receipts} == {None, Refusal.CONFLICT}

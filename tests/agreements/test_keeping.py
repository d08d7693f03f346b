"""Agreements are opened, amended and closed by leads; the book says who agreed to what."""

from dataclasses import replace
from datetime import date

import pytest

from intake.desk.permissions import MAY_KEEP
from intake.domain.action import Action
from intake.domain.agreement import Balance, EntryKind
from intake.domain.channel import Channel
from intake.domain.deed import AGREEMENT_DEEDS, AgreementDeed, AmendAgreement, BookHours, CloseAgreement, EstimateChange
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome, Refusal
from storage.reader import SqlReader
from tests.agreements.agreed_desk import (
    A_YEAR_LATER,
    ACME,
    NEXT,
    TEN_HOURS,
    a_change,
    balance,
    book_of,
    kinds,
    opened,
)
from tests.desk.at_the_desk import AtTheDesk
from tests.desk.staff import ADMIN, AUDITOR, CLEO, LEE, LOU

K = EntryKind
EXAMPLES: tuple[AgreementDeed, ...] = (
    replace(TEN_HOURS, agreement="Another"),
    AmendAgreement(agreement=ACME, reason="a second order", more=60),
    CloseAgreement(agreement=ACME),
)


def test_there_is_an_example_of_each_deed() -> None:
    assert {type(deed) for deed in EXAMPLES} == set(AGREEMENT_DEEDS.values()) == set(MAY_KEEP)


def test_a_new_agreement_begins_with_what_was_granted(agreed: AtTheDesk) -> None:
    story = book_of(agreed)
    (first,) = story.entries
    assert (first.sequence, first.kind, first.minutes, first.by) == (1, K.GRANTED, 600, "Lee")
    assert (story.line.balance, story.line.balance.left) == (Balance(granted=600), 600)
    assert (story.line.agreement.opened_by, story.line.agreement.spenders) == ("Lee", ("cio", "Lee", "Pia"))
    with agreed.store.reading() as connection:
        entry = SqlReader(connection).entry(first.ledger or 0)
    assert entry is not None
    assert (entry.outcome, entry.ticket) == (Outcome.APPLIED, None)
    assert entry.reason == "open_agreement: ACME 2026: 10 h for ACME, 2026-01-01 to 2026-12-31"


@pytest.mark.parametrize("deed", EXAMPLES, ids=lambda deed: deed.verb)
def test_leads_and_administrators_keep_agreements_and_nobody_else(agreed: AtTheDesk, deed: AgreementDeed) -> None:
    for by in (CLEO, AUDITOR, Principal(name="?", role=Role.REQUESTER), Principal(name="?", role=Role.DEVICE)):
        assert agreed.does(deed, by).refusal is Refusal.FORBIDDEN
    assert kinds(agreed) == [K.GRANTED]
    assert agreed.does(deed, LOU).outcome is Outcome.APPLIED


@pytest.mark.parametrize("name", [ACME, "acme 2026", "\uff21CME 2026"])
def test_a_name_is_given_once_however_it_is_written(agreed: AtTheDesk, name: str) -> None:
    receipt = agreed.does(replace(TEN_HOURS, agreement=name, minutes=60_000), ADMIN)
    assert receipt.refusal is Refusal.CONFLICT
    assert "There is an agreement called ACME 2026 already" in receipt.reason
    assert balance(agreed).granted == 600


@pytest.mark.parametrize(
    ("agreement", "says"),
    [
        (replace(TEN_HOURS, agreement="Other", spenders=("cio", "Nobody", "nowhere")), "'Nobody', 'nowhere'"),
        (replace(TEN_HOURS, agreement="Other", product_owners=("Olga",)), "'Olga' is no email address"),
        (replace(TEN_HOURS, agreement="ACME  2028"), "write 'ACME 2028'"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_reason(agreed: AtTheDesk, agreement: AgreementDeed, says: str) -> None:
    receipt = agreed.does(agreement, LEE)
    assert receipt.refusal is Refusal.CONFLICT
    assert says in receipt.reason


def test_product_owners_are_known_by_one_spelling(agreed: AtTheDesk) -> None:
    opened(agreed, replace(TEN_HOURS, agreement="Other", product_owners=("Olga@ACME.example", " olga@acme.example")))
    assert book_of(agreed, "Other").line.agreement.product_owners == ("olga@acme.example",)


def test_more_and_fewer_hours_are_lines_of_the_book(agreed: AtTheDesk) -> None:
    assert agreed.does(AmendAgreement(agreement=ACME, reason="a second order", more=120), LEE).outcome is Outcome.APPLIED
    receipt = agreed.does(AmendAgreement(agreement=ACME, reason="less after all", fewer=20), LOU)
    assert receipt.reason == "amend_agreement: ACME 2026: 20 min fewer; 11 h 40 min left"
    *_, more, fewer = book_of(agreed).entries
    assert [(line.kind, line.minutes, line.by) for line in (more, fewer)] == [(K.AMENDED, 120, "Lee"), (K.AMENDED, -20, "Lou")]
    assert more.text == "a second order (2 h more)"


def test_what_is_reserved_or_spent_cannot_be_taken_away(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    agreed.does(EstimateChange(agreement=ACME, minutes=470), CLEO, ticket=number)
    receipt = agreed.does(AmendAgreement(agreement=ACME, reason="less", fewer=131), LEE)
    assert receipt.reason == "conflict: ACME 2026 has 2 h 10 min left: 2 h 11 min cannot be taken away"
    assert agreed.does(AmendAgreement(agreement=ACME, reason="less", fewer=130), LEE).outcome is Outcome.APPLIED


def test_the_book_says_also_who_changed_the_period_and_the_people(agreed: AtTheDesk) -> None:
    deed = AmendAgreement(
        agreement=ACME, reason="runs on", ends=date(2027, 3, 31), spenders=("process",), product_owners=("olga@acme.example",)
    )
    assert agreed.does(deed, LEE).outcome is Outcome.APPLIED
    agreement, line = book_of(agreed).line.agreement, book_of(agreed).entries[-1]
    assert (agreement.ends, agreement.spenders) == (date(2027, 3, 31), ("process",))
    assert (line.kind, line.minutes, line.by) == (K.AMENDED, 0, "Lee")
    assert line.text == "runs on (ends on 2027-03-31; spenders process; product owners olga@acme.example)"


def test_what_an_amendment_leaves_out_stays(agreed: AtTheDesk) -> None:
    before = book_of(agreed).line.agreement
    agreed.does(AmendAgreement(agreement=ACME, reason="a second order", more=120), LEE)
    assert book_of(agreed).line.agreement == before


@pytest.mark.parametrize("deed", [AmendAgreement(agreement="Acne", reason="?", more=1), CloseAgreement(agreement="Acne")])
def test_an_agreement_that_is_not_there_is_not_found(agreed: AtTheDesk, deed: AgreementDeed) -> None:
    assert agreed.does(deed, LEE).refusal is Refusal.NOT_FOUND


def test_an_agreement_does_not_end_before_it_starts(agreed: AtTheDesk) -> None:
    assert agreed.does(AmendAgreement(agreement=ACME, reason="?", ends=date(2025, 12, 31)), LEE).refusal is Refusal.CONFLICT


def test_who_still_has_hours_reserved_is_named_and_keeps_it_open(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    agreed.does(EstimateChange(agreement=ACME, minutes=90), CLEO, ticket=number)
    receipt = agreed.does(CloseAgreement(agreement=ACME), LEE)
    assert receipt.refusal is Refusal.CONFLICT
    assert f"HD-{number} (1 h 30 min)" in receipt.reason
    agreed.does(EstimateChange(agreement=ACME, minutes=0), CLEO, ticket=number)
    assert agreed.does(CloseAgreement(agreement=ACME), LEE).outcome is Outcome.APPLIED


def test_nothing_is_done_with_a_closed_agreement(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    assert agreed.does(CloseAgreement(agreement=ACME), LEE).outcome is Outcome.APPLIED
    for deed in (AmendAgreement(agreement=ACME, reason="?", more=60), CloseAgreement(agreement=ACME)):
        receipt = agreed.does(deed, LEE)
        assert receipt.refusal is Refusal.CONFLICT
        assert "was closed on 2026-11-23" in receipt.reason
    for spend in (EstimateChange(agreement=ACME, minutes=60), BookHours(agreement=ACME, minutes=60, text="looked")):
        assert "was closed on 2026-11-23" in agreed.does(spend, CLEO, ticket=number).reason
    assert kinds(agreed) == [K.GRANTED]


@pytest.mark.parametrize(("carry_over", "over"), [(0, 0), (120, 120), (None, 500), (9_000, 500)])
def test_what_is_left_goes_over_as_far_as_agreed(agreed: AtTheDesk, carry_over: int | None, over: int) -> None:
    opened(agreed, replace(TEN_HOURS, agreement="Old", carry_over=carry_over))
    opened(agreed, A_YEAR_LATER)
    number = a_change(agreed)
    agreed.does(BookHours(agreement="Old", minutes=100, text="looked"), CLEO, ticket=number)
    assert agreed.does(CloseAgreement(agreement="Old", into=NEXT), LEE).outcome is Outcome.APPLIED
    assert balance(agreed, "Old") == Balance(granted=600 - over, spent=100)
    assert balance(agreed, NEXT) == Balance(granted=600 + over)
    assert kinds(agreed, NEXT) == [K.GRANTED, *([K.CARRIED_IN] if over else [])]


@pytest.mark.parametrize(
    ("into", "says"),
    [
        (replace(A_YEAR_LATER, party="Other Inc"), "is an agreement with Other Inc, not with ACME"),
        (replace(TEN_HOURS, agreement=NEXT, ends=date(2026, 6, 30)), "ends on 2026-06-30, before ACME 2026"),
    ],
)
def test_hours_go_over_to_a_later_agreement_of_the_same_party_alone(agreed: AtTheDesk, into: AgreementDeed, says: str) -> None:
    assert agreed.does(into, LEE).outcome is Outcome.APPLIED
    receipt = agreed.does(CloseAgreement(agreement=ACME, into=NEXT), LEE)
    assert receipt.refusal is Refusal.CONFLICT
    assert says in receipt.reason
    assert book_of(agreed).line.agreement.closed_at is None


@pytest.mark.parametrize(("into", "refusal"), [(ACME, Refusal.CONFLICT), ("ACME 2099", Refusal.NOT_FOUND)])
def test_hours_go_over_to_an_agreement_that_is_there(agreed: AtTheDesk, into: str, refusal: Refusal) -> None:
    assert agreed.does(CloseAgreement(agreement=ACME, into=into), LEE).refusal is refusal


def test_hours_do_not_go_over_to_a_closed_agreement(agreed: AtTheDesk) -> None:
    opened(agreed, A_YEAR_LATER)
    agreed.does(CloseAgreement(agreement=NEXT), LEE)
    assert agreed.does(CloseAgreement(agreement=ACME, into=NEXT), LEE).refusal is Refusal.CONFLICT
    assert book_of(agreed).line.agreement.closed_at is None


def test_a_request_that_comes_twice_counts_once(agreed: AtTheDesk) -> None:
    action = Action(
        channel=Channel.API,
        external_id="sent again after a timeout",
        received_at=agreed.clock(),
        by=LEE,
        deed=AmendAgreement(agreement=ACME, reason="a second order", more=60),
    )
    receipts = []
    for _ in range(2):
        with agreed.store.begin() as books:
            receipts.append(agreed.desk.receive(agreed.understood(action), books))
    assert [receipt.duplicate for receipt in receipts] == [False, True]
    assert balance(agreed).granted == 660

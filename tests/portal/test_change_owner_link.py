"""The link of a product owner: what they see, and what they say."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from intake.domain import deed as d
from intake.domain.change import Side, Stage, Verdict
from intake.domain.delivery import DeliveryState
from intake.domain.receipt import Outcome
from storage.store import SqlStore
from tests.desk.staff import LEE
from tests.portal.a_change_to_decide import ACME, OWNER, ChangePages, asked, link, pages
from tests.portal.at_the_page import read


@pytest.fixture
async def page(store: SqlStore) -> AsyncIterator[ChangePages]:
    async with pages(store) as at_the_page:
        yield at_the_page


async def test_a_product_owner_agrees_by_their_link_and_sees_how_it_stands(page: ChangePages) -> None:
    number = asked(page)
    seen = read(await page.get(link(page, number, OWNER)))
    for says in ("Please add a column for the delivery date.", "6 h 30 min", f"{ACME}, 13 h 30 min left", "I agree"):
        assert says in seen
    assert (await page.post(f"{link(page, number, OWNER)}/consent", text="Gladly.")).status_code == 303
    (decision,) = page.desk.change_story(number).decisions
    assert (decision.side, decision.verdict, decision.by) == (Side.PRODUCT_OWNER, Verdict.APPROVED, OWNER)
    after = await page.get(link(page, number, OWNER))
    assert "You agreed, 23 November 2026, 09:00 UTC" in read(after)
    assert "I agree" not in read(after)
    assert (await page.post(f"{link(page, number, OWNER)}/decline", text="No.")).status_code == 409
    assert page.desk.change(number).stage is Stage.APPROVAL


async def test_a_product_owner_declines_with_a_reason_and_that_rejects_it(page: ChangePages) -> None:
    number = asked(page)
    assert (await page.post(f"{link(page, number, OWNER)}/decline")).status_code == 422
    await page.post(f"{link(page, number, OWNER)}/decline", text="Next year.")
    assert page.desk.change(number).stage is Stage.REJECTED
    seen = read(await page.get(link(page, number, OWNER)))
    assert "You declined" in seen
    assert "It was decided not to do it." in seen


async def test_what_a_product_owner_adds_stands_on_the_ticket(page: ChangePages) -> None:
    number = asked(page)
    added = await page.post(f"{link(page, number, OWNER)}/add", text="Only for orders of this year.")
    assert added.headers["location"].endswith("?done=added")
    message = page.desk.story(number).messages[-1]
    assert (message.body, message.public, message.held) == ("Only for orders of this year.", True, False)
    assert message.author is not None
    assert message.author.value == OWNER
    twice = await page.post(f"{link(page, number, OWNER)}/add", once="the-same", text="One more.")
    again = await page.post(f"{link(page, number, OWNER)}/add", once="the-same", text="One more.")
    assert (twice.status_code, again.status_code) == (303, 303)
    assert [one.body for one in page.desk.story(number).messages].count("One more.") == 1


async def test_whoever_is_no_product_owner_any_more_decides_nothing(page: ChangePages) -> None:
    number = asked(page)
    page.desk.does(d.AmendAgreement(agreement=ACME, reason="she left", product_owners=("otto@acme.example",)), "root")
    seen = await page.get(link(page, number, OWNER))
    assert "there is nothing for you to decide" in read(seen)
    assert (await page.post(f"{link(page, number, OWNER)}/consent")).status_code == 409


async def test_whose_hours_it_takes_now_is_not_told_to_whoever_spoke_for_others(page: ChangePages) -> None:
    number = asked(page)
    old = link(page, number, OWNER)
    secret = d.OpenAgreement(
        agreement="Umbra 2026",
        party="Umbra",
        starts=date(2026, 1, 1),
        ends=date(2026, 12, 31),
        minutes=6000,
        spenders=("cio",),
        product_owners=("otto@umbra.example",),
    )
    assert page.desk.does(secret, LEE).outcome is Outcome.APPLIED
    page.desk.must(d.ReworkChange(reason="other hours"), number, "Cleo")
    page.desk.must(d.EstimateChange(agreement="Umbra 2026", minutes=300), number, "Cora")
    seen = read(await page.get(old))
    assert "The hours of this change come from elsewhere now" in seen
    for secret_of_others in ("Umbra", "95 h left", "5 h"):
        assert secret_of_others not in seen


async def test_a_consent_that_was_meant_for_an_earlier_round_counts_for_nothing(page: ChangePages) -> None:
    number = asked(page)

    def asked_anew() -> None:
        page.desk.must(d.ReworkChange(reason="a larger one"), number, "Lou")
        page.desk.clock.advance(minutes=1)
        page.desk.must(d.RequestApproval(), number, "Cleo")

    page.meanwhile = asked_anew
    answer = await page.post(f"{link(page, number, OWNER)}/consent")
    assert answer.status_code == 409
    assert [one.side for one in page.desk.change_story(number).decisions] == [Side.PROCESS]


async def test_a_letter_that_has_not_left_when_the_change_is_sent_back_does_not_leave(page: ChangePages) -> None:
    number = asked(page)
    page.desk.must(d.ReworkChange(reason="other hours"), number, "Cleo")
    letters = [one for one in page.desk.story(number).deliveries if one.address == OWNER]
    assert [one.state for one in letters] == [DeliveryState.CANCELED]

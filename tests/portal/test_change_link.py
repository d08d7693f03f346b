"""The link that asks for a decision on a change: GET shows, a button decides, once, in the name of whoever was asked."""

import re
from collections.abc import AsyncIterator

import pytest

from channels.email.outgoing.letterhead import Letterhead
from channels.email.render import render
from intake.domain import deed as d
from intake.domain.change import Side, Stage, Verdict
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from storage.store import SqlStore
from tests.desk.at_the_desk import KEYS
from tests.portal.a_change_to_decide import CIO, OWNER, PROCESS, ChangePages, asked, link, pages, scheduled
from tests.portal.at_the_page import read

SAM = "sam@desk.example"


@pytest.fixture
async def page(store: SqlStore) -> AsyncIterator[ChangePages]:
    async with pages(store) as at_the_page:
        yield at_the_page


async def test_it_shows_everything_that_is_known_to_whoever_approves(page: ChangePages) -> None:
    number = asked(page)
    seen = read(await page.get(link(page, number)))
    for says in (
        "Delivery date",
        "It waits for approval",
        "Ann <ann@customer.example>",
        "Please add a column for the delivery date.",
        "Moderate",
        "Reports, Data warehouse",
        "6 h 30 min",
        "ACME 2026, 13 h 30 min left",
        "Approval asked by Cleo",
        "Planned by Cora",
        "Fill it overnight.",
        "Compare ten orders.",
        "Drop the column.",
        "1. Tell the warehouse",
        "2 h before it begins",
        "everybody@acme.example",
        "You decide as Lee, for CIO.",
    ):
        assert says in seen


async def test_looking_never_decides_however_often_a_scanner_looks(page: ChangePages) -> None:
    number = asked(page)
    for address in (CIO, OWNER):
        for _ in range(3):
            assert (await page.get(link(page, number, address))).status_code == 200
            assert (await page.head(link(page, number, address))).status_code == 200
    assert page.arrivals == []
    assert page.desk.change_story(number).decisions == ()


async def test_both_sides_approve_by_their_links(page: ChangePages) -> None:
    number = asked(page)
    first = await page.post(f"{link(page, number)}/approve", text="Well planned.")
    assert (first.status_code, first.headers["location"]) == (303, f"../{link(page, number)[3:]}?done=decided")
    assert (await page.post(f"{link(page, number, PROCESS)}/approve")).status_code == 303
    change = page.desk.change(number)
    assert (change.cio_approved_by, change.process_approved_by) == ("Lee", "Lou")
    assert [(one.by, one.side, one.comment) for one in page.desk.change_story(number).decisions] == [
        ("Lee", Side.CIO, "Well planned."),
        ("Lou", Side.PROCESS, ""),
    ]
    assert page.form_entries()[0].outcome is Outcome.APPLIED
    seen = read(await page.get(f"{link(page, number)}?done=decided"))
    assert "Thank you. Your decision counts." in seen
    assert "Lee has approved it for CIO." in seen
    assert "Lee approved it, for CIO Well planned." in seen


async def test_a_link_decides_once(page: ChangePages) -> None:
    number = asked(page)
    for _ in range(2):
        await page.post(f"{link(page, number)}/approve")
    again = await page.post(f"{link(page, number)}/reject", text="I have changed my mind.")
    assert (again.status_code, "I have changed my mind." in read(again)) == (409, True)
    assert "It was not decided by this" in read(again)
    assert "<button" not in again.text
    assert [one.verdict for one in page.desk.change_story(number).decisions] == [Verdict.APPROVED]


@pytest.mark.parametrize(("verb", "stage"), [("reject", Stage.REJECTED), ("rework", Stage.ASSESSMENT)])
async def test_no_needs_a_reason(page: ChangePages, verb: str, stage: Stage) -> None:
    number = asked(page)
    without = await page.post(f"{link(page, number)}/{verb}", text=" \n ")
    assert (without.status_code, "Please say" in read(without)) == (422, True)
    assert page.desk.change(number).stage is Stage.APPROVAL
    assert 'aria-invalid="true"' in without.text
    assert (await page.post(f"{link(page, number)}/{verb}", text="Not before the audit.")).status_code == 303
    assert page.desk.change(number).stage is stage


async def test_whoever_stands_in_decides_as_themselves_on_behalf_of_the_other(page: ChangePages) -> None:
    number = asked(page)
    assert "You decide as Sam, for Process, on behalf of Lou." in read(await page.get(link(page, number, SAM)))
    await page.post(f"{link(page, number, SAM)}/approve")
    (decision,) = page.desk.change_story(number).decisions
    assert (decision.by, decision.on_behalf_of) == ("Sam", "Lou")
    assert "Sam has approved it for Process." in read(await page.get(link(page, number, PROCESS)))


async def test_after_it_was_decided_every_link_says_who_decided_what(page: ChangePages) -> None:
    number = asked(page)
    lee, lou, lia = link(page, number), link(page, number, PROCESS), link(page, number, "lia@desk.example")
    await page.post(f"{lou}/reject", text="Too risky before the year's end.")
    for each in (lee, lou, lia):
        seen = await page.get(each)
        assert "Lou has rejected it for Process." in read(seen)
        assert "Too risky before the year's end." in read(seen)
        assert "<button" not in seen.text


async def test_whoever_asked_for_the_approval_does_not_decide_by_a_link_from_before(page: ChangePages) -> None:
    number = asked(page)
    kept = link(page, number)
    page.desk.must(d.ReworkChange(reason="again"), number, "Lou")
    page.desk.must(d.RequestApproval(), number, "Lee")
    assert "Lee asked for its approval: somebody else approves it." in read(await page.get(kept))
    assert (await page.post(f"{kept}/approve")).status_code == 409


async def test_a_moment_too_late_is_told_in_the_desks_own_words(page: ChangePages) -> None:
    """Somebody decides between the page and the press: the desk has the last word."""
    number = asked(page)

    page.meanwhile = lambda: page.desk.must(d.ApproveChange(side=Side.CIO), number, "Lia")
    late = await page.post(f"{link(page, number)}/approve", text="Fine with me.")
    assert late.status_code == 409
    assert "was approved for CIO already, by Lia" in read(late)
    assert "Fine with me." in read(late)
    assert page.desk.change(number).cio_approved_by == "Lia"


async def test_an_emergency_is_approved_or_rejected_after_it_was_begun(page: ChangePages) -> None:
    number = page.desk.emergency()
    seen = await page.get(link(page, number))
    assert "the work has begun, and is approved afterwards. To be approved by 24 November 2026, 09:00 UTC." in read(seen)
    assert "Mends the incident HD-" in read(seen)
    assert "Send back" not in read(seen)
    assert (await page.post(f"{link(page, number)}/approve")).status_code == 303
    assert (await page.post(f"{link(page, number, PROCESS)}/reject", text="Not like that.")).status_code == 303
    assert page.desk.change(number).stage is Stage.IMPLEMENTING
    assert "Lou has rejected it for Process." in read(await page.get(link(page, number, PROCESS)))


async def test_what_else_is_in_its_window_is_shown(page: ChangePages) -> None:
    other, number = scheduled(page), scheduled(page)
    seen = read(await page.get(link(page, number)))
    assert "Tuesday 8 December 2026, 22:00 to Wednesday 9 December 2026, 02:00, Berlin time (CET)" in seen
    assert "Freeze “quarter end” (Reports)" in seen
    assert "Despite that: the auditors agreed" in seen
    assert f"HD-{other} (Reports, Data warehouse)" in seen


async def test_the_link_in_each_letter_opens_the_page_of_whoever_it_was_written_to(page: ChangePages) -> None:
    number = asked(page)
    letterhead = Letterhead(address="desk@localhost", policy=page.desk.policy, keys=KEYS, public_url="https://desk.example")
    found = {}
    for outbound in page.desk.claims():
        part = render(outbound, letterhead).get_body(("plain",))
        assert part is not None
        for url in re.findall(r"https://desk\.example/c/\S+", part.get_content()):
            found[outbound.delivery.address] = read(await page.get(url))
    assert sorted(found) == sorted([*page.desk.told_to(NoticeKind.APPROVAL_WANTED, number), OWNER])
    assert "You decide as Lee, for CIO." in found[CIO]
    assert "You decide as Sam, for Process, on behalf of Lou." in found[SAM]
    assert "Shall we do it?" in found[OWNER]


def test_everybody_who_may_decide_is_written_to(page: ChangePages) -> None:
    number = asked(page)
    assert sorted(page.desk.told_to(NoticeKind.APPROVAL_WANTED, number)) == [
        "lee@desk.example",
        "lia@desk.example",
        "lou@desk.example",
        SAM,
    ]
    assert page.desk.told_to(NoticeKind.CONSENT_WANTED, number) == [OWNER]

"""What is for colleagues alone never reaches a product owner, whoever asked for a change, or those it concerns."""

from collections.abc import AsyncIterator

import pytest

from channels.email.outgoing.letterhead import Letterhead
from channels.email.render import render
from intake.desk.changes.owners import principal_of_owner
from intake.domain import deed as d
from intake.domain.change import Phase, Risk
from storage.store import SqlStore
from tests.changes.change_desk import WISH
from tests.desk.at_the_desk import ANN, KEYS
from tests.portal.a_change_to_decide import ACME, EVENING, NIGHT, OWNER, ChangePages, pages

MARK = "INTERNAL"
EVERYBODY = "everybody@acme.example"
OUTSIDERS = (ANN.value, OWNER, EVERYBODY)
NAMES = ("Cleo", "Cora", "Lee", "Lou")


@pytest.fixture
async def page(store: SqlStore) -> AsyncIterator[ChangePages]:
    async with pages(store, more="") as at_the_page:
        yield at_the_page


def reads(page: ChangePages, heard: dict[str, str]) -> None:
    """Whatever is due leaves, and outsiders read their mail."""
    letterhead = Letterhead(address="desk@localhost", policy=page.desk.policy, keys=KEYS, public_url="https://desk.example")
    for outbound in page.desk.sends():
        if outbound.delivery.address in heard:
            heard[outbound.delivery.address] += str(render(outbound, letterhead))


def lived(page: ChangePages, heard: dict[str, str], *, backed_out: bool) -> int:
    """Everything happened to this change that could leak."""
    desk = page.desk
    number = desk.opens(WISH, "Please add a column.", subject="Delivery date")
    plan = d.PlanChange(
        risk=Risk.HIGH,
        services=(f"Server {MARK}",),
        implementation_plan=f"Plan {MARK}",
        test_plan=f"Test {MARK}",
        backout_plan=f"Back {MARK}",
    )
    for deed in (
        d.Note(text=f"Note {MARK}"),
        plan,
        d.SubmitChange(),
        d.EstimateChange(agreement=ACME, minutes=60),
        d.AddTask(title=f"Task {MARK}"),
        d.AddAudience(address=EVERYBODY),
        *(d.PlanAnnouncement(phase=phase, text=f"It concerns you, {phase.value}.") for phase in Phase),
        d.RequestApproval(),
    ):
        desk.must(deed, number, "Cora")
    desk.must(d.ReworkChange(reason=f"Rework {MARK}"), number, "Lou")
    desk.must(d.RequestApproval(), number, "Cora")
    desk.must(d.ConsentToChange(comment=f"Consent {MARK}"), number, principal_of_owner(OWNER))
    desk.must(d.ApproveChange(comment=f"Comment {MARK}"), number, "Lee")
    desk.must(d.ApproveChange(comment=f"Comment {MARK}"), number, "Lou")
    desk.must(d.ScheduleChange(starts=EVENING, ends=NIGHT, time_zone="Europe/Berlin"), number)
    reads(page, heard)
    desk.clock.now = EVENING
    desk.must(d.ImplementChange(), number)
    desk.must(d.BookHours(minutes=30, text=f"Work {MARK}"), number)
    desk.must(d.DropTask(task=1, reason=f"Dropped {MARK}"), number)
    desk.must(d.CompleteChange(text=f"Outcome {MARK}", backed_out=backed_out), number)
    return number


@pytest.mark.parametrize("backed_out", [False, True])
async def test_no_internal_word_reaches_outsiders_by_page_or_letter(page: ChangePages, *, backed_out: bool) -> None:
    heard = dict.fromkeys(OUTSIDERS, "")
    number = lived(page, heard, backed_out=backed_out)
    reads(page, heard)
    assert "It concerns you, during." in heard[EVERYBODY]
    texts = [*heard.values(), (await page.get(page.link(number))).text, (await page.get(page.change_link(number, OWNER))).text]
    for text in texts:
        assert text
        assert MARK not in text
        for name in NAMES:
            assert name not in text

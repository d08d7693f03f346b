"""What whoever asked for a change reads about it on the page of their ticket."""

from collections.abc import AsyncIterator

import pytest

from intake.domain import deed as d
from intake.domain.change import CloseCode
from storage.store import SqlStore
from tests.desk.at_the_desk import MONDAY
from tests.portal.a_change_to_decide import ChangePages, asked, in_review, pages, scheduled
from tests.portal.at_the_page import read


@pytest.fixture
async def page(store: SqlStore) -> AsyncIterator[ChangePages]:
    async with pages(store) as at_the_page:
        yield at_the_page


async def test_the_requesters_page_says_how_the_change_stands_and_when_it_happens(page: ChangePages) -> None:
    number = asked(page)
    assert "Both teams that answer for it decide on it." in read(await page.get(page.link(number)))
    page.desk.approve_both(number)
    assert "It is approved. We choose the time" in read(await page.get(page.link(number)))
    other = scheduled(page)
    seen = read(await page.get(page.link(other)))
    assert "It is approved and has a date." in seen
    assert "Tuesday 8 December 2026, 22:00 to Wednesday 9 December 2026, 02:00, Berlin time (CET)" in seen


async def test_after_it_was_done_the_requesters_page_says_so(page: ChangePages) -> None:
    number = in_review(page)
    assert "It is done, and we look whether it does what it should." in read(await page.get(page.link(number)))
    page.desk.must(d.CloseChange(close_code=CloseCode.SUCCESSFUL, text="works", final_response="It is there."), number)
    assert "It is done." in read(await page.get(page.link(number)))
    page.desk.clock.now = MONDAY
    undone = in_review(page, backed_out=True)
    assert "was undone again" in read(await page.get(page.link(undone)))

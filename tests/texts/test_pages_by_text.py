"""Whoever is paged by SMS answers with the code of the page, and with nothing that only looks like it."""

import pytest

from intake.domain.deed import Relabel
from intake.domain.event import EventKind
from intake.domain.label import Level
from intake.domain.notice import NoticeKind
from intake.domain.page import RunState
from intake.domain.receipt import Outcome
from tests.desk.on_call import states, told
from tests.texts.text_desk import TextDesk


def answers_to_pages(desk: TextDesk) -> list[tuple[str, str]]:
    """What Kim was texted back: what came of it, and who has it."""
    told_kim = [one.notice for one in desk.told("kim") if one.notice is not None]
    return [(one.fields["what"], one.fields["by"]) for one in told_kim if one.kind is NoticeKind.PAGE_ANSWERED]


def test_an_urgent_text_wakes_people_and_its_page_has_a_code(desk: TextDesk) -> None:
    receipt = desk.texts("ann", "The whole plant is down", "burning")
    assert receipt.ticket is not None
    code = desk.code_for("kim", receipt.ticket)
    (paging,) = desk.at.story(receipt.ticket).pagings
    assert [page.code for page in paging.pages] == [code]
    taken = desk.texts("kim", f" {code.upper()} on my way", "calm")
    assert taken.outcome is Outcome.APPLIED
    assert states(desk.at, receipt.ticket) == [RunState.ACKNOWLEDGED]
    (event,) = told(desk.at, receipt.ticket, EventKind.ACKNOWLEDGED)
    assert event.actor == "Kim"
    assert "on my way" in event.reason
    assert answers_to_pages(desk) == [("taken", "")]


def test_a_refusal_with_the_code_takes_nothing(desk: TextDesk) -> None:
    receipt = desk.texts("ann", "The whole plant is down", "burning")
    assert receipt.ticket is not None
    code = desk.code_for("kim", receipt.ticket)
    assert desk.texts("kim", f"{code} can't, on a train").outcome is Outcome.APPLIED
    assert states(desk.at, receipt.ticket) == [RunState.RUNNING]
    assert any("does not take it" in event.reason for event in told(desk.at, receipt.ticket, EventKind.NOTED))
    assert answers_to_pages(desk) == [("passed", "")]


def test_a_code_whose_run_is_over_is_noted_and_changes_nothing(desk: TextDesk) -> None:
    receipt = desk.texts("ann", "The whole plant is down", "burning")
    assert receipt.ticket is not None
    code = desk.code_for("kim", receipt.ticket)
    desk.answers(receipt.ticket, "We are on it.")
    late = desk.texts("kim", code)
    assert (late.outcome, late.ticket) == (Outcome.SUPPRESSED, receipt.ticket)
    (noted,) = told(desk.at, receipt.ticket, EventKind.NOTED)
    assert "root had acknowledged it" in noted.reason
    assert answers_to_pages(desk) == [("over", "root")]


def test_the_code_of_an_earlier_run_takes_no_later_one(desk: TextDesk) -> None:
    receipt = desk.texts("ann", "The whole plant is down", "burning")
    assert receipt.ticket is not None
    earlier = desk.code_for("kim", receipt.ticket)
    desk.answers(receipt.ticket, "We are on it.")
    for level in (Level.LOW, Level.HIGH):
        desk.at.does(Relabel(impact=level, urgency=level), "root", ticket=receipt.ticket)
    assert desk.texts("kim", earlier).outcome is Outcome.SUPPRESSED
    assert states(desk.at, receipt.ticket) == [RunState.ACKNOWLEDGED, RunState.RUNNING]


@pytest.mark.parametrize(("hours", "label"), [(0, "burning"), (1, "broken"), (30, "none")])
def test_words_that_look_like_a_code_of_long_ago_are_a_text_like_anybodys(desk: TextDesk, hours: int, label: str) -> None:
    receipt = desk.texts("ann", "The whole plant is down", "burning")
    assert receipt.ticket is not None
    code = desk.code_for("kim", receipt.ticket)
    desk.answers(receipt.ticket, "We are on it.")
    desk.at.clock.advance(hours=hours)
    fire = desk.texts("kim", f"It burns on floor {code}", label)
    assert fire.outcome is Outcome.OPENED
    assert fire.ticket != receipt.ticket


def test_a_run_that_nobody_has_answered_is_taken_by_its_code_days_later(desk: TextDesk) -> None:
    receipt = desk.texts("ann", "The whole plant is down", "burning")
    assert receipt.ticket is not None
    code = desk.code_for("kim", receipt.ticket)
    desk.at.clock.advance(hours=50)
    assert desk.texts("kim", code).outcome is Outcome.APPLIED
    assert states(desk.at, receipt.ticket) == [RunState.ACKNOWLEDGED]


def test_two_pages_to_one_number_have_two_codes_and_each_takes_its_own(desk: TextDesk) -> None:
    plant = desk.texts("ann", "The whole plant is down", "burning")
    shop = desk.texts("bob", "The shop is offline everywhere", "burning")
    assert plant.ticket is not None
    assert shop.ticket is not None
    codes = {number: desk.code_for("kim", number) for number in (plant.ticket, shop.ticket)}
    assert len({code[:-1] for code in codes.values()}) == len({code[-1] for code in codes.values()}) == 2
    desk.texts("kim", codes[shop.ticket])
    assert states(desk.at, shop.ticket) == [RunState.ACKNOWLEDGED]
    assert states(desk.at, plant.ticket) == [RunState.RUNNING]


def test_a_code_is_given_again_only_a_day_later(desk: TextDesk) -> None:
    seen = []
    for hours in (0, 23, 2):
        desk.at.clock.advance(hours=hours)
        receipt = desk.texts("ann", f"The plant is down, {hours}", "burning")
        assert receipt.ticket is not None
        seen.append(desk.code_for("kim", receipt.ticket))
    assert seen[0] != seen[1]
    assert seen[2] not in seen[1:2]

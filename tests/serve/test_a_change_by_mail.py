"""A change from the requester's mail to the final response, over real SMTP and real HTTP: by link, by API, at the prompt."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.domain.change import Stage
from intake.domain.event import EventKind
from intake.domain.ticket import State
from tests.serve.changing_desk import ANN, CLEO, LEE, LIA, LOU, OLGA, ChangingDesk, changing_desk

WISH = (
    "Feature request: please add a new column for the delivery date to the order report. That would be an enhancement for us."
)
OUTAGE = "The order report shows an error message since this morning, nobody can open it."
NOW = datetime.now(UTC)
SECRET = "Drop the column, the old export is in the cupboard"  # of the plan: for colleagues
Start = Callable[..., AbstractContextManager[ChangingDesk]]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    def starts(*, killed: bool = False, changes: str = "") -> AbstractContextManager[ChangingDesk]:
        return changing_desk(tmp_path, monkeypatch, killed=killed, changes=changes)

    return starts


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.crash)], ids=["", "killed before each step"])
def desk(request: pytest.FixtureRequest, start: Start) -> Iterator[ChangingDesk]:
    with start(killed=request.param) as desk:
        yield desk


def grant(desk: ChangingDesk) -> None:
    period = f"--starts {NOW.year - 1}-01-01 --ends {NOW.year + 1}-12-31"
    desk.types(f"agreement open --party ACME {period} --hours 10h --spender cio --product-owner {OLGA} --as Lee", "ACME")


def wished(desk: ChangingDesk) -> int:
    """An enhancement of Ann's, by mail."""
    desk.mail(WISH)
    desk.letter(ANN, "HD-1001")
    assert desk.stage(1001) is Stage.DRAFT
    return 1001


def asked(desk: ChangingDesk) -> int:
    """Planned, estimated, and both sides asked."""
    number = wished(desk)
    desk.types(f"change plan HD-{number} --risk low --service Reports --as Cleo", "--backout-plan", SECRET)
    desk.types(f"change submit HD-{number} --as Cleo")
    desk.sends("Cleo", number, "estimate_change", {"agreement": "ACME", "minutes": 240})
    desk.types(f"change request-approval HD-{number} --as Cleo")
    return number


def schedule(desk: ChangingDesk, number: int) -> None:
    """In a window that has begun."""
    window = {"starts": (NOW - timedelta(minutes=5)).isoformat(), "ends": (NOW + timedelta(hours=4)).isoformat()}
    desk.sends("Cleo", number, "schedule_change", window)


def test_a_request_is_approved_by_links_carried_out_and_answered(desk: ChangingDesk) -> None:
    grant(desk)
    number = asked(desk)
    desk.types(f"take HD-{number} --as Cleo")
    letter = desk.letter(LEE, "HD-1001")
    assert SECRET in desk.looks(letter)
    desk.presses(letter, "approve", text="Well planned.")
    assert desk.stage(number) is Stage.APPROVAL
    desk.presses(desk.letter(LOU, "HD-1001"), "approve")
    assert desk.change(number).line.change.is_approved
    desk.letter(ANN, "approved")
    desk.letter(CLEO, "approved")
    schedule(desk, number)
    desk.types(f"change implement HD-{number} --as Cleo")
    desk.sends("Cleo", number, "complete_change", {"text": "The column is there."})
    assert desk.stage(number) is Stage.REVIEW
    desk.types(f"change book HD-{number} --hours 3h --text built --as Cleo")
    close = {"close_code": "successful", "text": "fine", "final_response": "The report has the delivery date now."}
    desk.sends("Cleo", number, "close_change", close)
    desk.letter(ANN, "has the delivery date now")
    desk.reaches(State.RESOLVED, number)
    assert desk.stage(number) is Stage.CLOSED
    assert desk.left("ACME") == 600 - 180
    kinds = [event.kind for event in desk.story(number).events]
    for kind in (EventKind.CHANGE_APPROVED, EventKind.CHANGE_APPROVED, EventKind.CHANGE_SCHEDULED, EventKind.CHANGE_CLOSED):
        kinds.remove(kind)
    assert EventKind.CHANGE_APPROVED not in kinds
    assert not [mail for mail in desk.sink.received if ANN in mail.rcpts and SECRET in mail.body]


def test_a_request_that_is_rejected_by_link_is_answered_with_the_reason(desk: ChangingDesk) -> None:
    number = asked_without_hours(desk)
    desk.presses(desk.letter(LIA, "HD-1001"), "approve")
    desk.presses(desk.letter(LOU, "HD-1001"), "reject", text="The export will be replaced next year.")
    desk.letter(ANN, "The export will be replaced next year.")
    assert [one.actor for one in desk.story(number).events if one.kind is EventKind.FINAL_RESPONSE] == ["Lou"]
    desk.reaches(State.RESOLVED, number)
    assert desk.stage(number) is Stage.REJECTED
    assert desk.letters(ANN, "The export will be replaced next year.") == 1
    assert "Lou" in desk.looks(desk.letter(LEE, "HD-1001"))


def asked_without_hours(desk: ChangingDesk) -> int:
    number = wished(desk)
    desk.types(f"change plan HD-{number} --risk low --service Reports --as Cleo", "--backout-plan", SECRET)
    desk.types(f"change submit HD-{number} --as Cleo")
    desk.types(f"change request-approval HD-{number} --as Cleo")
    return number


def test_a_fix_without_an_incident_asks_for_it_and_takes_it_from_the_answer(desk: ChangingDesk) -> None:
    desk.mail(OUTAGE, subject="Report")
    desk.letter(ANN, "HD-1001")
    desk.types("relabel HD-1001 --category error_message")
    desk.mail("Please repair the sums at the foot of the order report.", subject="Sums")
    desk.letter(ANN, "HD-1002")
    desk.types("relabel HD-1002 --category defect_fix")
    question = desk.letter(ANN, "Which incident is it?")
    assert question.mail["Reply-To"] is not None
    desk.refused("change submit HD-1002 --as Cleo")
    assert desk.stage(1002) is Stage.DRAFT
    desk.mail("It is HD-1001, I wrote that this morning.", answers=question, subject="Re: Sums")
    desk.waits(lambda: desk.change(1002).line.change.incident, "the incident is named")
    assert desk.change(1002).line.change.incident == 1001
    desk.types("change submit HD-1002 --as Cleo")
    assert desk.stage(1002) is Stage.ASSESSMENT
    desk.refused("cancel HD-1001 --reason spam")
    desk.refused("relabel HD-1001 --kind service_request")


def test_a_product_owner_agrees_by_link_and_adds_something(start: Start) -> None:
    with start(changes="product_owner_must_agree = true") as desk:
        grant(desk)
        number = asked(desk)
        desk.presses(desk.letter(LEE, "HD-1001"), "approve")
        desk.presses(desk.letter(LOU, "HD-1001"), "approve")
        starts, ends = (NOW - timedelta(minutes=5)).isoformat(), (NOW + timedelta(hours=4)).isoformat()
        desk.refused(f"change schedule HD-{number} --starts {starts} --ends {ends} --as Cleo")
        letter = desk.letter(OLGA, "HD-1001")
        page = desk.looks(letter)
        assert SECRET not in page
        desk.presses(letter, "add", text="Please tell the warehouse as well.")
        assert any("the warehouse" in message.body for message in desk.story(number).messages)
        desk.presses(letter, "consent", text="Go ahead.")
        schedule(desk, number)
        assert desk.stage(number) is Stage.SCHEDULED
        assert not [mail for mail in desk.sink.received if OLGA in mail.rcpts and SECRET in mail.body]

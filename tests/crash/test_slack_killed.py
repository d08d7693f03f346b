"""What Slack heard "200" for is on record, whatever dies then; what it heard nothing for comes again, and is one ticket."""

import http.client
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.serve.step import Step
from tests.crash import trouble
from tests.harness.books import Books
from tests.harness.desk_process import DeskProcess, Faults, Setup, running
from tests.harness.patience import wait_until
from tests.harness.policy_copy import write_policy
from tests.harness.slack_workspace import A_SLACK
from tests.slack.workspace import GENERAL, MENTION, Payload, app_mention, direct_message, message

pytestmark = pytest.mark.crash

PEOPLE = 12  # each of them asks for something of their own
ANSWER = 10.0  # seconds


def stamp(number: int) -> str:
    return f"{int(datetime.now(UTC).timestamp())}.{number:06d}"


def asks(number: int) -> Payload:
    """Somebody whom nobody has heard of yet, directly."""
    words, who = f"The printer on floor {number} is out of paper", f"0PERSON{number:03d}"
    return direct_message(words, user=f"U{who}", room=f"D{who}", at=stamp(number))


def post(desk: DeskProcess, payload: Mapping[str, object], retry: int = 0) -> int:
    """The status; 0 where the line broke before there was one."""
    body, headers = A_SLACK.signed(payload)
    again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_error"} if retry else {}
    with closing(http.client.HTTPConnection(desk.web, timeout=ANSWER)) as connection:
        try:
            connection.request("POST", "/slack/events", body, {**headers, **again})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0


def with_slack(setup: Setup) -> Setup:
    return replace(setup, slack=A_SLACK)


def tickets(setup: Setup) -> int:
    with Books(setup.store_url) as books:
        pages = books.read()
    heard = [ticket for found in pages.heard.values() for ticket in found]
    assert sorted(heard) == sorted(set(heard)), "what was said stands on one ticket, once"
    return len(pages.tickets)


def test_what_slack_heard_200_for_is_there_after_a_kill(setup: Setup) -> None:
    setup, said = with_slack(setup), [asks(number) for number in range(PEOPLE)]
    with running(setup) as desk:
        assert [post(desk, one) for one in said] == [200] * PEOPLE
        desk.kill()
    assert tickets(setup) == PEOPLE
    with running(setup) as desk:
        assert [post(desk, one, retry=1) for one in said] == [200] * PEOPLE, "Slack may repeat what it has an answer for"
    assert tickets(setup) == PEOPLE


@pytest.mark.parametrize("step", [Step.UNDERSTOOD, Step.WRITTEN, Step.COMMITTED])
def test_what_was_under_way_when_the_desk_died_comes_again_and_is_one_ticket(embedded: Setup, step: Step) -> None:
    setup, said = with_slack(embedded), [asks(1), asks(2)]
    with running(setup, Faults(kill_at=step, nth=2), may_die=True) as desk:
        heard = {post(desk, one) for one in said if desk.open}
        desk.wait_until_dead()
        assert heard <= {200, 0}, "it hears that it is kept, or nothing"
    with running(setup) as desk:
        assert [post(desk, one, retry=1) for one in said] == [200, 200]
    assert tickets(setup) == 2


Trouble = Callable[[Setup, DeskProcess], AbstractContextManager[None]]


@pytest.mark.parametrize("befalls", [trouble.locked, trouble.file_moved], ids=lambda befalls: befalls.__name__)
def test_while_the_store_is_away_slack_is_told_to_come_again(embedded: Setup, befalls: Trouble) -> None:
    setup = with_slack(embedded)
    with running(setup) as desk:
        assert post(desk, asks(1)) == 200
        said = asks(2)
        with befalls(setup, desk):
            assert post(desk, said) == 503
        wait_until(lambda: post(desk, said, retry=1) == 200, "it is taken again")
    assert tickets(setup) == 2


@pytest.mark.postgres
def test_a_mention_that_two_replicas_hear_of_twice_at_once_is_one_ticket(on_postgresql: Setup, tmp_path: Path) -> None:
    here_setup = with_slack(replace(on_postgresql, policy=write_policy(tmp_path, lease_seconds=60)))
    pairs = [_pair(number) for number in range(PEOPLE)]
    with running(here_setup) as here, running(replace(here_setup, folder=tmp_path / "beside")) as there:
        both = [_told(desk, [pair[turn] for pair in pairs]) for turn, desk in enumerate((here, there))]
        for one in both:
            one.thread.join(60)
        assert [one.heard for one in both] == [[200] * PEOPLE] * 2
        for pair in pairs:
            assert [post(there, pair[0], retry=1), post(here, pair[1], retry=2)] == [200, 200]
    assert tickets(here_setup) == PEOPLE


def _pair(number: int) -> tuple[Payload, Payload]:
    words, who, at = f"{MENTION} no toner on floor {number}", f"U0PERSON{number:03d}", stamp(number)
    return (
        message(words, user=who, room=GENERAL, at=at),
        app_mention(words, user=who, room=GENERAL, at=at),
    )


@dataclass
class _Telling:
    heard: list[int]
    thread: threading.Thread


def _told(desk: DeskProcess, payloads: Sequence[Payload]) -> _Telling:
    """All of them, one after the other, as long as somebody else does the same."""
    heard: list[int] = []
    thread = threading.Thread(target=lambda: heard.extend(post(desk, one) for one in payloads), daemon=True)
    thread.start()
    return _Telling(heard=heard, thread=thread)

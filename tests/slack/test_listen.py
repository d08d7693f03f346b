"""Slack's door over HTTP: who is let in, what is handed to the desk, and what Slack hears of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from channels.slack.door.errands import Errands
from channels.slack.presses import Press, Pressed
from intake.domain.chat import Person
from tests.desk.at_the_desk import MONDAY
from tests.slack import workspace as w
from tests.slack.door import Door


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    yield door
    await door.slack.close()


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    with capture_logs() as entries:
        yield entries


async def test_an_event_is_handed_in_as_it_came_and_answered_with_nothing(door: Door) -> None:
    payload = w.message()
    answer = await door.posts(payload, retry=(1, "http_timeout"))
    assert (answer.status_code, answer.text) == (200, "")
    (arrival,) = door.arrivals
    assert arrival.raw == json.dumps(payload).encode()
    assert arrival.envelope == {"kind": "event", "retry": "1 http_timeout"}


async def test_what_is_pressed_is_handed_in_and_whoever_pressed_hears_of_it(door: Door) -> None:
    payload = w.press(Press.TAKE, Pressed(ticket=1042, seen=3))
    answer = await door.posts(payload)
    assert (answer.status_code, answer.text) == (200, "")
    assert json.loads(door.arrivals[0].raw) == payload
    assert door.arrivals[0].envelope == {"kind": "interaction", "retry": ""}
    ((what, receipt),) = door.shown.seen
    assert (what, receipt.ticket if receipt else None) == ("told", 1001)


@pytest.mark.parametrize(
    ("payload", "refused", "told"),
    [
        (w.reaction("eyes", room=w.TRIAGE), "conflict: Ben has it", ["told"]),
        (w.message(room=w.TRIAGE, at=w.ts(2), thread=w.ts(1)), "forbidden: only the desk's own people", ["told"]),
        (w.message(room=w.TRIAGE), "talk: under no card", []),
        (w.message(), "", []),
    ],
)
async def test_of_an_event_only_what_was_refused_is_told(
    door: Door, payload: Mapping[str, object], refused: str, told: list[str]
) -> None:
    door.refused = refused
    await door.posts(payload)
    assert (len(door.arrivals), door.was_shown) == (1, told)


async def test_a_command_is_handed_in_as_json_and_answered_with_words(door: Door) -> None:
    answer = await door.posts(w.command("the printer & the <scanner>"))
    assert answer.json() == {"response_type": "ephemeral", "text": "HD-1001"}
    assert json.loads(door.arrivals[0].raw)["text"] == "the printer & the <scanner>"
    assert door.arrivals[0].envelope["kind"] == "command"


async def test_a_form_that_is_sent_off_closes(door: Door) -> None:
    answer = await door.posts(w.submission(Press.RESOLVE))
    assert (answer.status_code, answer.text) == (200, "")
    assert door.was_shown == ["check", "answer"]


async def test_a_form_with_faults_stays_open_and_is_no_input(door: Door) -> None:
    door.shown.faults = {"response_action": "errors", "errors": {"text": "needs a final response"}}
    answer = await door.posts(w.submission(Press.RESOLVE))
    assert answer.json() == door.shown.faults
    assert door.arrivals == []


@pytest.mark.parametrize(
    ("payload", "shows"),
    [
        (w.home_opened(), "home"),
        (w.press(Press.RESOLVE, Pressed(ticket=1, seen=1)), "opens"),
        (w.shortcut_new(), "opens"),
        (w.command(""), "opens"),
        (w.reaction("white_check_mark", room=w.TRIAGE), "resolve"),
    ],
)
async def test_what_only_shows_something_is_no_input(door: Door, payload: Mapping[str, object], shows: str) -> None:
    answer = await door.posts(payload)
    assert (answer.status_code, answer.text, door.arrivals, door.was_shown) == (200, "", [], [shows])


async def test_talk_among_people_leaves_nothing_behind(door: Door) -> None:
    answer = await door.posts(w.message("lunch?", room=w.GENERAL))
    assert (answer.status_code, door.arrivals, door.shown.seen) == (200, [], [])
    assert door.slack.app.counts == {"ignored": 1}


async def test_an_edit_among_people_is_kept_only_where_the_desk_knows_the_message(door: Door) -> None:
    edit = w.changed("b", before="a", edited=w.ts(3), room=w.GENERAL)
    await door.posts(edit)
    assert door.arrivals == []
    door.library.messages = frozenset({f"{w.GENERAL}/{w.ts(0)}"})
    await door.posts(edit)
    assert len(door.arrivals) == 1
    door.library.away = True
    assert (await door.posts(edit)).status_code == 503


ANN_AS_KNOWN = Person(id=w.ANN, workspace=w.TEAM, name="Ann Poe", mail="ann@example.com", time_zone="UTC", looked_up_at=MONDAY)
PROFILE: dict[str, object] = {"real_name": "Ann Poe", "email": "Ann@example.com", "status_text": "at lunch"}


@pytest.mark.parametrize(
    ("profile", "more", "kept"),
    [
        ({}, {}, 0),
        ({"display_name": "Annie"}, {}, 0),
        ({"real_name": "Ann Roe"}, {}, 1),
        ({"email": "roe@example.com"}, {}, 1),
        ({}, {"tz": "Europe/Berlin"}, 1),
        ({}, {"deleted": True}, 1),
        ({}, {"is_restricted": True}, 1),
    ],
)
async def test_a_status_line_is_no_change_of_who_somebody_is(
    door: Door, profile: dict[str, object], more: dict[str, object], kept: int
) -> None:
    door.library.people = {w.ANN: ANN_AS_KNOWN}
    user = {"id": w.ANN, "tz": "UTC", "profile": {**PROFILE, **profile}, **more}
    await door.posts(w.event({"type": "user_change", "user": user}))
    assert len(door.arrivals) == kept


async def test_nobody_who_is_not_known_is_looked_up_for_a_new_profile(door: Door) -> None:
    await door.posts(w.event({"type": "user_change", "user": {"id": w.KIM, "profile": {"real_name": "Kim"}}}))
    assert door.arrivals == []


async def test_what_the_desk_itself_said_is_dropped(door: Door) -> None:
    await door.posts(w.own_message("HD-1 is yours", room=w.TRIAGE))
    nobodys = {**w.said("x", room=w.TRIAGE), "user": None, "bot_id": w.BOT_ID, "bot_profile": {"app_id": w.APP}}
    await door.posts(w.event(nobodys))
    assert door.arrivals == []


async def test_slack_finds_out_that_we_are_there(door: Door) -> None:
    challenge = await door.posts({"type": "url_verification", "challenge": "made-up"}, kind="event")
    assert (challenge.status_code, challenge.json()) == (200, {"challenge": "made-up"})
    check = await door.posts({"ssl_check": "1", "token": "x"}, kind="command")
    assert (check.status_code, check.text) == (200, "")
    assert door.arrivals == []


async def test_a_store_that_is_away_makes_slack_come_again(door: Door) -> None:
    door.away = True
    answer = await door.posts(w.message())
    assert (answer.status_code, answer.text) == (503, "")
    door.away = False
    assert (await door.posts(w.message(), retry=(1, "http_error"))).status_code == 200


async def test_a_store_that_does_not_answer_makes_slack_come_again() -> None:
    door = Door(silent=True, patience=0.05)
    assert (await door.posts(w.message())).status_code == 503
    await door.slack.close()


async def test_who_presses_hears_at_once_that_it_could_not_be_saved(door: Door) -> None:
    door.away = True
    form = await door.posts(w.submission(Press.RESOLVE))
    assert form.json() == {"response_action": "errors", "errors": {"words": "not saved"}}
    assert (await door.posts(w.command("printer"))).json()["text"] == "not saved"
    assert (await door.posts(w.press(Press.TAKE, Pressed(ticket=1, seen=1)))).status_code == 200
    assert [seen for seen in door.shown.seen if seen[0] != "check"] == [("answer", None), ("command", None), ("told", None)]


async def test_while_nobody_can_tell_where_the_desk_is_installed_nothing_is_lost(door: Door) -> None:
    door.rows_away = True
    assert (await door.posts(w.message())).status_code == 503
    assert (await door.posts(w.submission(Press.RESOLVE))).json()["errors"] == {"words": "not saved"}
    assert (await door.posts(w.press(Press.RESOLVE, Pressed(ticket=1, seen=1)))).status_code == 200
    assert (door.arrivals, door.was_shown) == ([], ["answer", "told"])


async def test_nobody_waits_for_ever_to_hear_where_the_desk_is_installed() -> None:
    door = Door(rows_silent=True, patience=0.05)
    async with asyncio.timeout(10):
        assert (await door.posts(w.message())).status_code == 503
        assert (await door.posts(w.submission(Press.RESOLVE))).json()["errors"] == {"words": "not saved"}
    await door.slack.close()


async def test_words_that_fail_take_nothing_back(door: Door, log: list[EventDict]) -> None:
    door.shown.broken = True
    for payload in (w.submission(Press.RESOLVE), w.command("printer"), w.press(Press.TAKE, Pressed(ticket=1, seen=1))):
        answer = await door.posts(payload)
        assert (answer.status_code, answer.text) == (200, "")
    assert len(door.arrivals) == 3
    assert {entry["event"] for entry in log} == {"slack.no_words", "slack.errand_failed"}


async def test_a_form_that_was_not_saved_stays_open_even_where_words_fail(door: Door, log: list[EventDict]) -> None:
    door.shown.broken = door.away = True
    assert (await door.posts(w.submission(Press.RESOLVE))).status_code == 503


async def test_where_the_desk_is_not_installed_nothing_is_lost_without_a_word(door: Door, log: list[EventDict]) -> None:
    door.installed = False
    assert (await door.posts(w.message())).status_code == 503
    assert "not installed" in (await door.posts(w.command("printer"))).json()["text"]
    assert (await door.posts(w.press(Press.TAKE, Pressed(ticket=1, seen=1)))).status_code == 200
    assert [entry["event"] for entry in log] == ["slack.not_installed"]
    assert (door.slack.app.counts["not_installed"], door.arrivals) == (3, [])


@pytest.mark.parametrize("type_", ["app_uninstalled", "tokens_revoked"])
async def test_an_installation_that_is_gone_already_may_still_say_so(door: Door, type_: str) -> None:
    door.installed = False
    answer = await door.posts(w.event({"type": type_, "tokens": {"bot": [w.BOT_USER]}}))
    assert (answer.status_code, len(door.arrivals)) == (200, 1)


async def test_what_is_still_to_be_shown_is_shown_when_the_door_closes() -> None:
    errands, done = Errands(), []

    async def soon() -> None:
        done.append("shown")

    errands.start(soon(), "soon")
    await errands.close()
    assert (done, len(errands)) == (["shown"], 0)

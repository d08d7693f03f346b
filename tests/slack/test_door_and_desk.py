"""The door before a real desk: whatever Slack repeats, pairs, mixes up or could not bring, there is one ticket."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from channels.slack.reading.parse import parse
from intake.desk.incoming import understand
from intake.domain.arrival import Arrival
from intake.domain.errors import StoreUnavailable
from intake.domain.receipt import Receipt
from storage.store import SqlStore
from tests.slack.door import Door
from tests.slack.forms_desk import FormsDesk, forms_desk
from tests.slack.workspace import (
    GENERAL,
    HELP,
    MENTION,
    OTHER_TEAM,
    TEAM,
    app_mention,
    changed,
    deleted,
    direct_message,
    event,
    message,
    said,
    ts,
)

ASKS = f"{MENTION} the VPN is slow"


@dataclass
class DoorOfDesk(Door):
    desk: FormsDesk | None = None
    receipts: list[Receipt] = field(default_factory=list)

    async def receive(self, arrival: Arrival) -> Receipt:
        if self.away:
            raise StoreUnavailable("the store is away")
        assert self.desk is not None
        with self.desk.at.store.begin() as books:
            incoming = understand(arrival, parse, self.desk.at.classifier)
            self.receipts.append(self.desk.at.desk.receive(incoming, books))
        return self.receipts[-1]

    @property
    def tickets(self) -> set[int | None]:
        return {receipt.ticket for receipt in self.receipts}


@pytest.fixture
async def door(sqlite_store: SqlStore) -> AsyncIterator[DoorOfDesk]:
    desk = forms_desk(sqlite_store)
    door = DoorOfDesk(desk=desk, policy=desk.at.policy, store=desk.library)
    yield door
    await door.slack.close()


@pytest.mark.parametrize("first", ["message", "app_mention"])
async def test_the_two_events_of_a_mention_open_one_ticket(door: DoorOfDesk, first: str) -> None:
    pair = [message(ASKS, room=GENERAL), app_mention(ASKS, room=GENERAL)]
    for payload in pair if first == "message" else pair[::-1]:
        assert (await door.posts(payload)).status_code == 200
    assert len(door.tickets) == 1
    assert [receipt.duplicate for receipt in door.receipts] == [False, True]


async def test_what_slack_repeats_and_what_two_workspaces_hear_opens_one_ticket(door: DoorOfDesk) -> None:
    inner = said(ASKS, room=GENERAL)
    for number, team in enumerate((TEAM, TEAM, OTHER_TEAM)):
        await door.posts(
            event(inner, id=f"Ev{team}", team=team, shared=True), retry=(number, "http_timeout") if number else None
        )
    assert len(door.tickets) == 1


async def test_what_could_not_be_brought_comes_again_and_opens_one_ticket(door: DoorOfDesk) -> None:
    door.away = True
    assert (await door.posts(direct_message("I cannot log in"))).status_code == 503
    door.away = False
    for number in (1, 2):
        answer = await door.posts(direct_message("I cannot log in"), retry=(number, "http_error"))
        assert answer.status_code == 200
    assert [receipt.duplicate for receipt in door.receipts] == [False, True]


async def test_an_edit_that_overtakes_its_message_finds_its_way(door: DoorOfDesk) -> None:
    edit = changed(f"{MENTION} the VPN is down", before=ASKS, room=GENERAL, edited=ts(3))
    early = await door.posts(edit)
    await door.posts(message(ASKS, room=GENERAL))
    again = await door.posts(edit, retry=(1, "http_error"))
    assert early.status_code in (200, 503)
    assert again.status_code == 200
    assert len(door.tickets - {None}) == 1


async def test_a_deletion_among_people_leaves_no_trace_and_one_of_a_request_does(door: DoorOfDesk) -> None:
    await door.posts(deleted(room=HELP, at=ts(1), before="lunch?"))
    assert door.receipts == []
    await door.posts(message(ASKS, room=GENERAL))
    await door.posts(deleted(room=GENERAL, before="the VPN is slow"))
    assert len(door.receipts) == 2
    assert len(door.tickets) == 1

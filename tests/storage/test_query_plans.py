"""No question of the busy path reads a whole table: at 100,000 tickets that costs more than everything else together."""

import re
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from intake.desk.policy_file import read_policy
from intake.desk.signed_names import message_id
from intake.domain.action import Verb
from intake.domain.channel import Channel
from intake.domain.message import ThreadKind, ThreadRef
from storage.store import SqlStore
from tests.desk.at_the_desk import BURNING, KEYS, AtTheDesk, mail

ASKED = re.compile(r"(?i)\s*(select|update)\b")
WHOLE_TABLE = re.compile(r"SCAN (?!CONSTANT ROW|ix_|\d|SUBQUERY)(?!\w+ USING (COVERING )?INDEX)\w+")


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> AtTheDesk:
    copy = tmp_path / "desk.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return AtTheDesk(store=SqlStore(f"sqlite:///{copy}"), policy=read_policy(None))


def a_day(desk: AtTheDesk) -> None:
    """Everything that happens all the time."""
    first = desk.hears(mail(name="first@customer.example"), BURNING).ticket
    assert first is not None
    refs = [("first@customer.example", ThreadKind.MESSAGE_ID), (message_id(KEYS, first, 5, "localhost"), ThreadKind.MESSAGE_ID)]
    answers = tuple(ThreadRef(channel=Channel.EMAIL, kind=kind, value=value) for value, kind in refs)
    batch = [desk.understood(mail()), desk.understood(mail(answers=answers)), desk.understood(mail(answers=answers[:1]))]
    with desk.store.begin() as books:
        for one in batch:
            desk.desk.foresee(one, books)
        for one in batch:
            desk.desk.enter(one, books)
    desk.claims(Channel.EMAIL)
    desk.clock.advance(minutes=11)
    desk.fires_what_is_due()
    desk.does(Verb.TAKE, "bob", ticket=first)
    desk.hears(mail())


def test_nothing_of_the_busy_path_reads_a_whole_table(desk: AtTheDesk) -> None:
    asked: dict[str, object] = {}

    @event.listens_for(desk.store.engine, "before_cursor_execute")
    def note(_connection: Connection, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if ASKED.match(statement):
            asked[statement] = parameters

    a_day(desk)
    event.remove(desk.store.engine, "before_cursor_execute", note)
    with desk.store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        plans = {
            statement: [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            for statement, parameters in asked.items()
        }
    desk.store.close()
    assert len(plans) > 15
    scans = {statement: plan for statement, plan in plans.items() if any(WHOLE_TABLE.match(step) for step in plan)}
    assert scans == {}

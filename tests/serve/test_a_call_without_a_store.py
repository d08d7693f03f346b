"""The database does not answer while somebody calls in an outage: they are connected all the same, and nothing is lost."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from intake.domain.label import Kind, Priority
from tests.phone.caller import Caller, PickUp, Press, Speak, script
from tests.serve.calling import ANN, LINE, PEOPLE, Vendor
from tests.serve.open_desk import open_phone_desk
from tests.serve.watched_desk import until

DOWN = "the order system is down for everybody and nobody can work"


async def test_a_call_while_the_store_is_locked_reaches_somebody_and_has_its_ticket_afterwards(tmp_path: Path) -> None:
    async with open_phone_desk(tmp_path, LINE, PEOPLE) as desk:
        vendor = Vendor(desk)
        call = Caller(post=vendor.post, choose=script([Speak(DOWN), PickUp(0), Press("1")]), base=vendor.public, number=ANN)
        with closing(sqlite3.connect(tmp_path / "desk.db", isolation_level=None, check_same_thread=False)) as other:
            other.execute("begin immediate")
            await asyncio.to_thread(call.call)
            assert call.bridged == ["+491701111111"], "Robin has taken the call"
            assert list((tmp_path / "spool").rglob("*.json")), "what the store does not have lies on the disk"
            other.execute("rollback")
        await until(lambda: not list((tmp_path / "spool").rglob("*.json")), "the spool is booked")
        (line,) = desk.tickets()
        assert (line.ticket.kind, line.ticket.priority) == (Kind.INCIDENT, Priority.P1)
        (known,) = vendor.calls()
        assert (known.ticket, known.connected_to, known.said) == (line.ticket.number, "Robin", True)
        assert known.ended_at is not None
        assert [entry.reason for entry in desk.ledger() if entry.outcome.value == "quarantined"] == []

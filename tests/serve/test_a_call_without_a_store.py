"""The database does not answer while somebody calls in an outage: they are connected all the same, and nothing is lost."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from channels.serve.spool import Spool
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.label import Kind, Priority
from tests.harness.phone_line import ACCOUNT, NUMBER
from tests.phone.caller import Caller, PickUp, Press, Speak, script
from tests.serve.calling import ANN, LINE, PEOPLE, Vendor
from tests.serve.open_desk import open_desk, open_phone_desk
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


TEXTED = urlencode({"AccountSid": ACCOUNT, "MessageSid": f"SM{'1' * 32}", "From": ANN, "To": NUMBER, "Body": DOWN}).encode()


def owe(folder: Path) -> None:
    """A text that an earlier process, that had a phone, could not book."""
    spool = Spool(folder)
    spool.keep(
        Arrival(channel=Channel.SMS, received_at=datetime.now(UTC), raw=TEXTED, envelope={"path": "/twilio/sms", "query": ""})
    )
    spool.close()


async def test_a_desk_that_has_no_phone_any_more_books_what_was_owed_before_and_later(tmp_path: Path) -> None:
    owe(tmp_path / "spool")
    async with open_desk(tmp_path) as desk:
        assert [line.ticket.priority for line in desk.tickets()] == [Priority.P1]
        owe(tmp_path / "spool")  # by another process on this folder, which ended; the same text once more
        await until(lambda: not list((tmp_path / "spool").rglob("*.json")), "that is booked too")
        assert len(desk.tickets()) == 1


async def test_a_desk_that_has_no_phone_opens_also_where_an_old_spool_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "spool" / "lock").mkdir(parents=True)
    async with open_desk(tmp_path) as desk:
        await desk.mails(b"From: a@x.example\r\nTo: desk@localhost\r\nSubject: Printer\r\n\r\nIt is jammed.\r\n")
        assert len(desk.tickets()) == 1

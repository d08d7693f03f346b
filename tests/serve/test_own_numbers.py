"""What comes back to the desk from its own number is nobody's call and nobody's text."""

import asyncio
from pathlib import Path

from intake.domain.receipt import Outcome
from tests.harness.phone_line import NUMBER
from tests.serve.calling import LINE, PEOPLE, Vendor
from tests.serve.open_desk import open_phone_desk


async def test_a_call_or_a_text_from_one_of_the_desks_own_numbers_opens_no_ticket(tmp_path: Path) -> None:
    async with open_phone_desk(tmp_path, LINE, PEOPLE) as desk:
        vendor = Vendor(desk)
        form = {"AccountSid": LINE.account, "CallSid": f"CA{'7' * 32}", "From": NUMBER, "To": NUMBER, "CallStatus": "ringing"}
        answer = await asyncio.to_thread(vendor.asks, f"{vendor.public}/twilio/voice", form)
        assert '<Reject reason="busy"' in answer.body
        assert (await asyncio.to_thread(lambda: vendor.text("everything is down", sid="SM1", number=NUMBER))).status == 200
        assert desk.tickets() == []
        assert [(entry.outcome, entry.reason.partition(":")[0]) for entry in desk.ledger()] == [
            (Outcome.SUPPRESSED, "own_loop"),
            (Outcome.SUPPRESSED, "own_loop"),
        ]

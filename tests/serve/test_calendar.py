"""A running desk opens a recurring change by itself, and it is in the calendar that people subscribe to: over real sockets."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import icalendar

from channels.calendar.address import feed_address
from channels.email.settings import EmailSettings
from channels.serve.compose import Parts, Settings, put_together
from channels.serve.desk_at_work import DeskAtWork
from channels.serve.main import prepare_store
from channels.serve.settings import DeskSettings
from tests.changes.calendar_desk import PEOPLE
from tests.harness.policy_copy import write_policy
from tests.serve.open_desk import free_port


def opened(parts: Parts) -> int:
    with parts.store.looking() as reader:
        return len(reader.changes(limit=10))


async def test_a_recurring_change_opens_by_itself_and_is_in_the_feed(tmp_path: Path) -> None:
    policy, tomorrow = write_policy(tmp_path), datetime.now(UTC) + timedelta(days=1)
    template = f"""
[[change_template]]
name = "patching"
title = "Patching"
team = "cio"
risk = "low"
services = ["Servers"]
backout_plan = "Take the snapshot back."
starts = "{tomorrow:%Y-%m-%dT%H:%M}"
repeats = "FREQ=DAILY"
open_ahead = "30h"
"""
    policy.write_text(policy.read_text("utf-8") + PEOPLE + template, "utf-8")
    web = f"127.0.0.1:{free_port()}"
    desk = DeskSettings(data_dir=tmp_path, web_listen=web, public_url=f"http://{web}", policy=policy)
    email = EmailSettings.model_validate({"smtp_listen": "127.0.0.1:0"})
    parts = put_together(Settings(desk=desk, email=email))
    prepare_store(parts, print)
    at_work = DeskAtWork(parts)
    await at_work.open()
    try:
        address = feed_address(f"http://{web}", parts.keys, "Cleo")
        async with httpx2.AsyncClient() as client:
            while not opened(parts):
                await asyncio.sleep(0.05)
            answer = await client.get(address)
            assert answer.status_code == 200
            assert (await client.head(address)).status_code == 200
            assert (await client.get(address.replace("calendar/", "calendar/x"))).status_code == 404
    finally:
        await at_work.close()
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    assert event.start == tomorrow.replace(second=0, microsecond=0)
    assert str(event["SUMMARY"]).endswith(" Patching")

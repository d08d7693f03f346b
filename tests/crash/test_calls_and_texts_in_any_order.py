"""Calls, texts and pages whose webhooks come twice, late, in any order, to two desks, also while the database is away.

INTAKE_TEST_SEQUENCES makes more walks by hand, INTAKE_TEST_SEED others."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update

from intake.desk.incoming import understand
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import Deed, Escalate, Note, Relabel
from intake.domain.delivery import DeliveryState
from intake.domain.label import Level
from intake.domain.principal import Principal, Role
from storage import schema
from storage.engine import open_engine
from tests.crash.any_order import Walk
from tests.crash.any_order_books import MARK, broken_by_any_order
from tests.crash.outside_calls import Switchboard, spool_is_booked, vendor_outside, with_phone
from tests.crash.trouble import stopped
from tests.harness.books import Books
from tests.harness.desk_parts import parts_of
from tests.harness.desk_process import Setup, running
from tests.harness.policy_copy import write_policy
from tests.harness.postgres import OwnPostgres, own_postgres

pytestmark = [pytest.mark.crash, pytest.mark.postgres]

WALKS = int(os.environ.get("INTAKE_TEST_SEQUENCES", "1"))
SEED = int(os.environ.get("INTAKE_TEST_SEED", "1"))
CALLS, SCATTERED, TEXTS = 6, 4, 14
BEFORE, MEANWHILE = 40, 25  # webhooks until the database goes away, and while it is
LATER = 3  # times that all timers and letters come due
CAPS = "calls_per_number_per_hour = 10000\ntexts_per_number_per_hour = 10000"


def test_whatever_order_it_comes_in_everything_is_on_record_once_and_somebody_is_woken(tmp_path: Path) -> None:
    with own_postgres() as server:
        for seed in range(SEED, SEED + WALKS):
            folder = tmp_path / str(seed)
            folder.mkdir()
            broken = walked(server, folder, seed)
            assert broken == [], "\n".join([f"seed {seed}", *broken])


def walked(server: OwnPostgres, folder: Path, seed: int) -> list[str]:
    with vendor_outside() as vendor:
        policy = write_policy(folder)
        text = policy.read_text("utf-8").replace("calls_per_number_per_hour = 30\ntexts_per_number_per_hour = 30", CAPS)
        policy.write_text(text, "utf-8")
        one = with_phone(Setup(folder=folder / "data", policy=policy, database_url=server.fresh_database()), vendor)
        other = replace(one, folder=folder / "beside")
        with running(one) as here, running(other) as there:
            walk = Walk(seed, Switchboard(vendor.line), (here.web, there.web), vendor)
            walk.people(calls=CALLS, scattered=SCATTERED, texts=TEXTS)
            walk.go(BEFORE)
            written_inside(one)
            with stopped(server, "fast"):
                walk.go(MEANWHILE)
            walk.to_the_end()
            for _ in range(LATER):
                for setup, desk in ((one, here), (other, there)):
                    spool_is_booked(setup, desk)
                time_passes(one)
                walk.to_the_end()
        return broken_by_any_order(one.store_url, walk)


def time_passes(setup: Setup) -> None:
    """As if it had, for what waits until it is due; written past the desk."""
    engine = open_engine(setup.store_url)
    past = datetime.now(UTC) - timedelta(minutes=1)
    with engine.begin() as connection:
        waiting = schema.deliveries.c.state == DeliveryState.QUEUED.value
        connection.execute(update(schema.deliveries).where(waiting).values(due_at=past))
    engine.dispose()
    with Books(setup.store_url) as books:
        books.let_timers_come_due()
        books.wait_until_all_is_sent()


def written_inside(setup: Setup) -> None:
    """What the desk's own people write to each other about the first tickets."""
    with Books(setup.store_url) as books:
        numbers = sorted(books.read().tickets)[:3]
    deeds: tuple[Deed, ...] = (
        Note(text=f"{MARK} note"),
        Relabel(urgency=Level.MEDIUM, reason=f"{MARK} reason"),
        Escalate(reason=f"{MARK} escalation", tried=f"{MARK} tried"),
    )
    with parts_of(setup) as parts:
        for number in numbers:
            for place, deed in enumerate(deeds):
                action = Action(
                    channel=Channel.CLI,
                    external_id=f"inside-{number}-{place}",
                    received_at=datetime.now(UTC),
                    by=Principal(name=f"{MARK} Robin", role=Role.ADMIN),
                    deed=deed,
                    ticket=number,
                )
                arrival = Arrival(channel=Channel.CLI, received_at=action.received_at, raw=b"{}", envelope={})
                incoming = understand(arrival, partial(_as_it_is, action), parts.classifier)
                with parts.store.begin() as unit:
                    parts.desk.receive(incoming, unit)  # what is over by now is left alone


def _as_it_is(action: Action, _: Arrival) -> Action:
    return action

"""`python -m tests.harness.soak`: kill the desk over and over under load, and hold its books against every promise."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from channels.serve.step import Step
from tests.harness.books import Books
from tests.harness.desk_process import NO_FAULTS, Faults, Setup, running
from tests.harness.mail_load import MailLoad, write_mails
from tests.harness.mail_sink import MailSink
from tests.harness.policy_copy import write_policy
from tests.harness.postgres import some_postgres
from tests.harness.promises import broken_promises, repeats

MAILS = 40  # new ones before each kill
LATEST = 0.5  # seconds after the desk opened
ROUND = 25  # kills between two looks into the books
NTH = 30  # a kill at a step comes at its first to so many-th passing
STEPS = [step for step in Step if step is not Step.FIRED]  # no ticket of this load pages anybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a soak went; `broken` is empty when all is well."""

    database: str
    kills: int
    mails: int
    acknowledged: int
    received: int
    repeated: int
    seconds: float
    broken: list[str]

    def __str__(self) -> str:
        return (
            f"{self.database}: {self.kills} kills, {self.mails} mails, {self.acknowledged} acknowledged and in the ledger,"
            f" {self.received} mails went out, {self.repeated} of them repeats, {len(self.broken)} promises broken,"
            f" {self.seconds:.0f} s"
        )


def soak(setup: Setup, sink: MailSink, *, database: str, kills: int, random: Random) -> Iterator[Tally]:
    """A tally after each round and at the end; stops at the first broken promise."""
    started = time.monotonic()
    load = MailLoad([])
    done = 0
    while done < kills:
        for _ in range(min(ROUND, kills - done)):
            load.add(write_mails(MAILS, f"k{done}n"))
            kill_once(setup, load, random)
            done += 1
        broken = hold_to_its_promises(setup, load, sink, done)
        yield Tally(
            database=database,
            kills=done,
            mails=len(load.mails),
            acknowledged=len(load.kept),
            received=len(sink.received),
            repeated=repeats(sink.received),
            seconds=time.monotonic() - started,
            broken=broken,
        )
        if broken:
            return


def kill_once(setup: Setup, load: MailLoad, random: Random) -> None:
    """Half of the kills come at a step, if the load gets there; the rest at a moment that nobody chose."""
    faults = Faults(kill_at=random.choice(STEPS), nth=random.randint(1, NTH)) if random.random() < 0.5 else NO_FAULTS
    with running(setup, faults, may_die=True) as desk:
        if desk.open:
            sending = load.start([desk.smtp], connections=8)
            time.sleep(random.uniform(0, LATEST))  # not a wait for anything: this is the moment
            desk.kill()
            sending.join()


def hold_to_its_promises(setup: Setup, load: MailLoad, sink: MailSink, kills: int) -> list[str]:
    with running(setup) as desk, Books(setup.store_url) as books:
        load.insist([desk.smtp])
        books.wait_until_all_is_sent()
        return broken_promises(books.read(), load, sink.received, kills=kills)


@contextmanager
def desk_setup(database: str, sink: MailSink) -> Iterator[Setup]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intake-soak-")))
        url = stack.enter_context(some_postgres()).fresh_database() if database == "postgresql" else ""
        yield Setup(folder=folder / "data", policy=write_policy(folder), relay=sink.url, database_url=url)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=1000, help="for each database")
    arguments.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    databases = ["sqlite", "postgresql"] if asked.database == "both" else [asked.database]
    ends: dict[str, Tally] = {}
    for database in databases:
        with MailSink() as sink, desk_setup(database, sink) as setup:
            for tally in soak(setup, sink, database=database, kills=asked.kills, random=Random(asked.seed)):
                say(str(tally))
                ends[database] = tally
    say("\nSummary")
    for tally in ends.values():
        say(f"  {tally}")
        for line in tally.broken:
            say(f"    BROKEN {line}")
    return 1 if any(tally.broken for tally in ends.values()) else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

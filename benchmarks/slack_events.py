"""Slack's events at a steady rate: how long Slack waits for each answer, and whether one is lost or doubled.

    python -m benchmarks.slack_events [--rate 100] [--seconds 60] [--people 2000]

Each is signed and comes by HTTP over connections that are kept open, at its own moment of the second, whether the one before
was answered or not. Of ten, six are direct messages, two a mention in a channel (Slack sends that as two events), one a message
in a request channel, one an edit of what was said. Every twentieth is delivered twice. Slack's own API answers at once, and
counts.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

from sqlalchemy import func, select

from benchmarks.calls import _free_port
from benchmarks.open_gate import write_policy
from benchmarks.processes import Server, desk_server
from storage import schema
from storage.store import SqlStore
from tests.harness.slack_workspace import A_SLACK
from tests.slack.workspace import GENERAL, HELP, MENTION, app_mention, changed, direct_message, message

CONNECTIONS = 50
WORDS = ("the printer on floor {n} is out of paper", "no VPN since {n} minutes", "error {n} when I save an order")
POLICY = f"""
[[slack_channel]]
id = "{HELP}"
[[mirror]]
team = "support"
channel = "slack"
address = "C0TRIAGE001"
"""


@dataclass(slots=True)
class Api:
    """Slack's: it says yes to everything."""

    asked: Counter[str] = field(default_factory=Counter)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                length = 0
                while (head := await reader.readline()) not in (b"\r\n", b""):
                    if head.lower().startswith(b"content-length:"):
                        length = int(head.split(b":")[1])
                asked = parse_qs((await reader.readexactly(length)).decode())
                user = asked.get("user", ["U0"])[0]
                self.asked[line.split(b" ")[1].decode().rpartition("/")[2]] += 1
                number = sum(self.asked.values())
                body = (
                    f'{{"ok":true,"ts":"1770000000.{number:06d}","channel":{{"id":"D0X","is_private":true}},"team":"T0","team_id":"T0",'
                    f'"messages":[],"user":{{"id":"{user}","team_id":"T0","profile":{{}}}}}}'
                ).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
                writer.write(body)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        writer.close()


@dataclass(slots=True)
class Sender:
    """Slack's side of the wire: so many open connections, each used by one event at a time."""

    port: int
    idle: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=asyncio.Queue)
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    async def connect(self) -> None:
        for _ in range(CONNECTIONS):
            self.idle.put_nowait(await asyncio.open_connection("127.0.0.1", self.port))

    async def send(self, payload: Mapping[str, object]) -> None:
        """Timed from the moment at which Slack would send it, waiting for a connection included."""
        body, headers = A_SLACK.signed(payload)
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        started = time.perf_counter()
        reader, writer = await self.idle.get()
        writer.write(
            f"POST /slack/events HTTP/1.1\r\nHost: desk.example\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        )
        status = int((await reader.readline()).split()[1])
        length = 0
        while (line := await reader.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        await reader.readexactly(length)
        self.seconds.append(time.perf_counter() - started)
        self.statuses[status] += 1
        self.idle.put_nowait((reader, writer))


@dataclass(slots=True)
class Talk:
    """What people say, one event after the other; of what was `said` all but the `edits` must stand on a ticket once."""

    people: int
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    said: int = 0
    edits: int = 0
    waiting: list[Mapping[str, object]] = field(default_factory=list)
    last: tuple[str, str, str] | None = None

    def next(self) -> Mapping[str, object]:
        if self.waiting:
            return self.waiting.pop()
        turn = self.said % 10
        if turn == 9 and self.last is not None:
            self.said += 1
            self.edits += 1
            words, person, at = self.last
            return changed(f"{words}, and on floor 9", before=words, at=at, edited=at, user=f"U{person}", room=f"D{person}")
        payload = self._says(turn)
        if self.dice.random() < 0.05:
            self.waiting.append(payload)
        return payload

    def _says(self, turn: int) -> Mapping[str, object]:
        self.said += 1
        person, at = f"0P{self.dice.randrange(self.people):07d}", f"{int(datetime.now(UTC).timestamp())}.{self.said:06d}"
        words = self.dice.choice(WORDS).format(n=self.said)
        if turn == 8:
            return message(words, user=f"U{person}", room=HELP, at=at)
        if turn in (6, 7):
            self.waiting.append(app_mention(f"{MENTION} {words}", user=f"U{person}", room=GENERAL, at=at))
            return message(f"{MENTION} {words}", user=f"U{person}", room=GENERAL, at=at)
        self.last = (words, person, at)
        return direct_message(words, user=f"U{person}", room=f"D{person}", at=at)


async def measure(folder: Path, rate: int, seconds: int, people: int) -> None:
    api = Api()
    server = await asyncio.start_server(api.serve, "127.0.0.1", 0)
    port = _free_port()
    path = write_policy(folder / "policy")
    path.write_text(path.read_text("utf-8") + POLICY, "utf-8")
    settings = {
        **A_SLACK.environment,
        "INTAKE_SLACK_API_URL": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/",
        "INTAKE_PUBLIC_URL": "https://desk.example",
        "INTAKE_WEB_LISTEN": f"127.0.0.1:{port}",
        "INTAKE_LOG_LEVEL": "error",
        "INTAKE_POLICY": str(path),
    }
    with desk_server(folder, **settings) as desk:
        sender, talk = Sender(port), Talk(people)
        await sender.connect()
        for _ in range(20):  # what is loaded with the first is not measured
            await sender.send(talk.next())
        sender.seconds.clear()
        cpu, lasted = await _run(desk, sender, talk, rate, seconds)
    server.close()
    _tell(sender, rate, seconds, cpu, lasted)
    _count(folder, talk, api)


async def _run(desk: Server, sender: Sender, talk: Talk, rate: int, seconds: int) -> tuple[float, float]:
    before, started = desk.cpu_seconds(), time.perf_counter()
    under_way: set[asyncio.Task[None]] = set()
    for number in range(rate * seconds):
        pause = started + number / rate - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        task = asyncio.create_task(sender.send(talk.next()))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    while talk.waiting:
        await sender.send(talk.waiting.pop())
    await asyncio.gather(*under_way)
    return desk.cpu_seconds() - before, time.perf_counter() - started


def _tell(sender: Sender, rate: int, seconds: int, cpu: float, lasted: float) -> None:
    _say(f"{rate} events a second for {seconds} s, signed, over {CONNECTIONS} connections")
    for name, which in (("p50", 50), ("p99", 99)):
        _say(f"  {name} of an answer {_percentile(sender.seconds, which):8.1f} ms")
    chunks = [sender.seconds[start : start + 10 * rate] for start in range(0, len(sender.seconds) - 9 * rate, 10 * rate)]
    _say(f"  p99 by 10 s      {' '.join(f'{_percentile(chunk, 99):.0f}' for chunk in chunks)} ms")
    _say(f"  slowest          {max(sender.seconds) * 1e3:8.1f} ms")
    _say(f"  events a second  {len(sender.seconds) / lasted:8.1f}")
    _say(f"  CPU an event     {cpu / len(sender.seconds) * 1e3:8.2f} ms")
    _say(f"  answers          {dict(sender.statuses)}")


def _count(folder: Path, talk: Talk, api: Api) -> None:
    """Each message that was said stands once, on one ticket; no edit opened anything."""
    store = SqlStore(f"sqlite:///{folder / 'desk.db'}")
    messages, names = schema.messages.c, schema.threads.c
    with store.reading() as connection:
        tickets = connection.execute(select(func.count()).select_from(schema.tickets)).scalar_one()
        heard = connection.execute(select(func.count()).where(messages.direction == "in")).scalar_one()
        outcome = schema.ledger.c.outcome
        inputs = {name: count for name, count in connection.execute(select(outcome, func.count()).group_by(outcome))}  # noqa: C416
        named = connection.execute(
            select(func.count(func.distinct(names.value))).where(names.kind == "message_id")
        ).scalar_one()
    store.close()
    said = talk.said - talk.edits
    _say(f"  messages         {said} said, {said - named} lost, {heard - named} doubled; {talk.edits} edits")
    _say(f"  tickets          {tickets} (who says more within two minutes adds to theirs)")
    _say(f"  ledger           {inputs}")
    _say(f"  asked of Slack   {dict(api.asked)}")


def _percentile(values: Sequence[float], which: int) -> float:
    return statistics.quantiles(values, n=100)[which - 1] * 1e3


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--people", type=int, default=2000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="intake-slack-") as scratch:
        asyncio.run(measure(Path(scratch), chosen.rate, chosen.seconds, chosen.people))


if __name__ == "__main__":
    main()

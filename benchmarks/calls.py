"""Many phone calls at once: how long the vendor waits for each answer, and whether anybody is paged twice for one step.

    python -m benchmarks.calls [--calls 300] [--pause 4] [--rounds 3]

Each call is five signed webhooks, each over a connection of its own: it rings, says that everything is down, two rounds of
people do not answer, it ends. `--pause` is the seconds between two webhooks of a call, on average, as people need them to
listen and speak; all calls are under way together. With `--pause 0` each sends as fast as it is answered, all at the same
moment.
"""

import argparse
import asyncio
import random
import re
import socket
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from benchmarks.open_gate import write_policy
from benchmarks.processes import Server, desk_server
from storage import schema
from storage.store import SqlStore

ACCOUNT, TOKEN, LINE = f"AC{'0123456789abcdef' * 2}", "a-token-for-measuring", "+4930901820"
PUBLIC = "https://desk.example"
DOWN = "the order system is down for everybody and nobody can work"
PEOPLE = """
[[agent]]
name = "Robin"
teams = ["support"]
phone = "+491701111111"
[[agent]]
name = "Kim"
teams = ["cio"]
phone = "+491702222222"
[[agent]]
name = "Lee"
teams = ["cio_leads", "process", "process_leads"]
role = "lead"
phone = "+491703333333"
"""
_ACTION = re.compile(r'action="([^"]+)"')


@dataclass(slots=True)
class Vendor:
    """Takes the desk's page calls and texts, and counts them by delivery."""

    placed: Counter[str] = field(default_factory=Counter)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                length = 0
                while (head := await reader.readline()) not in (b"\r\n", b""):
                    if head.lower().startswith(b"content-length:"):
                        length = int(head.split(b":")[1])
                form = parse_qs((await reader.readexactly(length)).decode())
                if line.startswith(b"POST"):
                    self.placed[form.get("StatusCallback", [""])[0]] += 1
                name = f"{'CA' if b'Calls' in line else 'SM'}{sum(self.placed.values()):032x}"
                body = f'{{"sid":"{name}","status":"active","calls":[],"messages":[],"alerts":[]}}'.encode()
                writer.write(
                    b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
                )
                writer.write(body)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        writer.close()


@dataclass(slots=True)
class Line:
    """One call."""

    port: int
    number: int
    run: str
    pause: float
    dice: random.Random
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def call(self) -> None:
        sid = f"CA{self.run}{self.number:024x}"
        form = {"AccountSid": ACCOUNT, "CallSid": sid, "From": f"+4917{self.number:08d}", "To": LINE, "Direction": "inbound"}
        said: Sequence[Mapping[str, str]] = (
            {"SpeechResult": DOWN, "Confidence": "0.93"},
            {"DialCallStatus": "no-answer", "DialBridged": "false"},
            {"DialCallStatus": "busy", "DialBridged": "false"},
        )
        await asyncio.sleep(self.dice.uniform(0, self.pause))
        document = await self._ask(f"{PUBLIC}/twilio/voice", {**form, "CallStatus": "ringing"})
        for more in said:
            await asyncio.sleep(self.dice.uniform(0.5, 1.5) * self.pause)
            found = _ACTION.findall(document)
            if not found:
                self.faults.append(document[:200])
                break
            document = await self._ask(unescape(found[-1]), {**form, "CallStatus": "in-progress", **more})
        await asyncio.sleep(self.dice.uniform(0.5, 1.5) * self.pause)
        await self._ask(f"{PUBLIC}/twilio/status", {**form, "CallStatus": "completed", "CallDuration": "30"})

    async def _ask(self, url: str, form: Mapping[str, str]) -> str:
        signature, body = RequestValidator(TOKEN).compute_signature(url, dict(form)), urlencode(form).encode()
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        head = (
            f"POST {target} HTTP/1.1\r\nHost: desk.example\r\nX-Twilio-Signature: {signature}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        started = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(head.encode() + body)
        status = (await reader.readline()).decode()
        length = 0
        while (line := await reader.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        answer = (await reader.readexactly(length)).decode()
        self.seconds.append(time.perf_counter() - started)
        writer.close()
        if " 20" not in status:
            self.faults.append(f"{parts.path}: {status.strip()}")
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    seconds: Sequence[float]
    cpu: float
    lasted: float

    def percentile(self, which: int) -> float:
        return statistics.quantiles(self.seconds, n=100)[which - 1] * 1e3


async def one_round(desk: Server, port: int, calls: int, pause: float, number: int) -> Round:
    dice = random.Random(number)
    lines = [
        Line(port=port, number=number * 10_000 + n, run=f"{number:06x}", pause=pause, dice=random.Random(dice.random()))
        for n in range(calls)
    ]
    before, started = desk.cpu_seconds(), time.perf_counter()
    await asyncio.gather(*(line.call() for line in lines))
    lasted = time.perf_counter() - started
    faults = Counter(fault for line in lines for fault in line.faults)
    for fault, times in faults.most_common(5):
        _say(f"  fault            {times} times: {fault}")
    return Round(seconds=[s for line in lines for s in line.seconds], cpu=desk.cpu_seconds() - before, lasted=lasted)


async def measure(folder: Path, calls: int, pause: float, rounds: int) -> None:
    vendor = Vendor()
    server = await asyncio.start_server(vendor.serve, "127.0.0.1", 0)
    port = _free_port()
    settings = {
        "INTAKE_TWILIO_ACCOUNT_SID": ACCOUNT,
        "INTAKE_TWILIO_AUTH_TOKEN": TOKEN,
        "INTAKE_TWILIO_NUMBER": LINE,
        "INTAKE_TWILIO_API_URL": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
        "INTAKE_PUBLIC_URL": PUBLIC,
        "INTAKE_WEB_LISTEN": f"127.0.0.1:{port}",
        "INTAKE_LOG_LEVEL": "error",
        "INTAKE_POLICY": str(_policy(folder)),
    }
    with desk_server(folder, **settings) as desk:
        await one_round(desk, port, 2, 0, 99)  # what is loaded with the first call is not measured
        seen = [await one_round(desk, port, calls, pause, number) for number in range(rounds)]
        await asyncio.sleep(3)  # the last pages leave
    server.close()
    _say(f"{calls} calls at once, five webhooks each, {pause:g} s between two of them")
    for name, which in (("p50", 50), ("p99", 99)):
        values = [one.percentile(which) for one in seen]
        _say(f"  {name} of an answer {statistics.median(values):8.1f} ms   ({min(values):.1f} to {max(values):.1f})")
    _say(f"  slowest          {max(max(one.seconds) for one in seen) * 1e3:8.1f} ms")
    _say(f"  webhooks a second{statistics.median(len(one.seconds) / one.lasted for one in seen):8.0f}")
    _say(f"  CPU a webhook    {statistics.median(one.cpu / len(one.seconds) for one in seen) * 1e3:8.2f} ms")
    _count(folder, vendor, calls * rounds + 2)


def _count(folder: Path, vendor: Vendor, calls: int) -> None:
    store = SqlStore(f"sqlite:///{folder / 'desk.db'}")
    pages = schema.pages.c
    with store.reading() as connection:
        tickets = connection.execute(select(func.count()).select_from(schema.tickets)).scalar_one()
        known = connection.execute(select(func.count()).select_from(schema.calls)).scalar_one()
        paged = Counter(
            map(tuple, connection.execute(select(pages.ticket, pages.step, pages.repetition, pages.channel, pages.address)))
        )
    store.close()
    spooled = len(list((folder / "spool").rglob("*.json")))
    _say(f"  calls, tickets   {known} and {tickets} of {calls}; {spooled} inputs still in the spool")
    _say(f"  paged twice      {sum(times > 1 for times in paged.values())} of {len(paged)} pages in the books")
    _say(f"  rung twice       {sum(times > 1 for times in vendor.placed.values())} of {len(vendor.placed)} at the vendor")


def _policy(folder: Path) -> Path:
    path = write_policy(folder / "policy")
    text = re.sub(r"(?m)^(pages_per_recipient) = \d+$", r"\1 = 1000000", path.read_text("utf-8"))
    path.write_text(text + PEOPLE, "utf-8")
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--pause", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="intake-calls-") as scratch:
        asyncio.run(measure(Path(scratch), chosen.calls, chosen.pause, chosen.rounds))


if __name__ == "__main__":
    main()

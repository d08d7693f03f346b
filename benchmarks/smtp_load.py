"""A client that sends mail over many connections, in a process of its own. Prints one JSON line.

    python -m benchmarks.smtp_load PORT RUN --mails 2000 --connections 50 [--rate 100]

Without a rate every connection sends as fast as it is answered; with one, mails are due at fixed times whatever the
answers do, and a mail's latency counts from when it was due.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Iterator
from itertools import islice

from benchmarks.mails import mails


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        connection = cls(*await asyncio.open_connection("127.0.0.1", port))
        await connection._answer()
        await connection._say(b"EHLO load.example\r\n")
        return connection

    async def send(self, sender: str, mail: bytes) -> float:
        """Seconds from the end of the data to the 250."""
        await self._say(f"MAIL FROM:<{sender}>\r\n".encode())
        await self._say(b"RCPT TO:<desk@localhost>\r\n")
        await self._say(b"DATA\r\n")
        started = time.perf_counter()
        await self._say(mail + b".\r\n")
        return time.perf_counter() - started

    def close(self) -> None:
        self._writer.close()

    async def _say(self, line: bytes) -> None:
        self._writer.write(line)
        await self._answer()

    async def _answer(self) -> None:
        while True:
            line = await self._reader.readline()
            if not line or line[:1] not in b"23":
                raise ConnectionError(f"answered {line!r}")
            if line[3:4] != b"-":
                return


async def flat_out(port: int, load: Iterator[tuple[str, bytes]], connections: int) -> tuple[float, list[float]]:
    """Seconds in all, and each mail's latency."""
    latencies: list[float] = []

    async def work(connection: Connection) -> None:
        for sender, mail in load:
            latencies.append(await connection.send(sender, mail))

    open_ = [await Connection.open(port) for _ in range(connections)]
    started = time.perf_counter()
    await asyncio.gather(*(work(connection) for connection in open_))
    seconds = time.perf_counter() - started
    for connection in open_:
        connection.close()
    return seconds, latencies


async def at_rate(port: int, load: Iterator[tuple[str, bytes]], connections: int, rate: float) -> tuple[float, list[float]]:
    idle: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(connections):
        idle.put_nowait(await Connection.open(port))
    latencies: list[float] = []

    async def one(due: float, sender: str, mail: bytes) -> None:
        connection = await idle.get()
        await connection.send(sender, mail)
        latencies.append(time.perf_counter() - due)
        idle.put_nowait(connection)

    started = time.perf_counter()
    tasks = []
    for number, (sender, mail) in enumerate(load):
        due = started + number / rate
        if (pause := due - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        tasks.append(asyncio.create_task(one(due, sender, mail)))
    await asyncio.gather(*tasks)
    seconds = time.perf_counter() - started
    while not idle.empty():
        idle.get_nowait().close()
    return seconds, latencies


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("run")
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--rate", type=float, default=0.0)
    chosen = parser.parse_args()
    load = iter(list(islice(mails(chosen.run), chosen.mails)))
    if chosen.rate:
        seconds, latencies = asyncio.run(at_rate(chosen.port, load, chosen.connections, chosen.rate))
    else:
        seconds, latencies = asyncio.run(flat_out(chosen.port, load, chosen.connections))
    cuts = statistics.quantiles(latencies, n=100)
    print(json.dumps({"mails": len(latencies), "rate": len(latencies) / seconds, "p50": cuts[49], "p99": cuts[98]}))


if __name__ == "__main__":
    main()

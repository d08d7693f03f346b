"""All figures in one run: `make bench`, or `python -m benchmarks [--tickets 100000] [--rounds 3]`.

Rates depend on the machine; the ratios compare things that were measured within the same minute.
"""

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

from benchmarks import in_process
from benchmarks.filled_store import fill
from benchmarks.processes import Load, desk_server, load, null_server

MAILS = 3000


def over_smtp(folder: Path, rounds: int, title: str) -> float:
    """Prints one block; the median rate of the desk."""
    rates, ratios, loads, cpu = [], [], [], []
    with null_server() as null, desk_server(folder, INTAKE_LOG_LEVEL="warning") as desk:
        idle = desk.memory_megabytes()
        for number in range(rounds):
            yardstick = load(null, f"{title}.null.{number}", mails=MAILS)
            before = desk.cpu_seconds()
            ours = load(desk, f"{title}.desk.{number}", mails=MAILS)
            cpu.append((desk.cpu_seconds() - before) / MAILS * 1e3)
            rates.append(ours.rate)
            ratios.append(ours.rate / yardstick.rate)
            loads.append((yardstick, ours))
        offered = {rate: load(desk, f"{title}.{rate}", mails=rate * 20, rate=rate) for rate in (100, 300)}
        busy = desk.memory_megabytes()
    _say(f"over SMTP, 50 connections, {title}")
    _say(f"  null handler     {statistics.median(y.rate for y, _ in loads):8.0f} mails/s")
    _say(f"  the desk         {statistics.median(rates):8.0f} mails/s   {_spread(rates)}")
    _say(f"  ratio            {statistics.median(ratios):8.1%}           {_spread([r * 100 for r in ratios])}")
    _say(f"  CPU a ticket     {statistics.median(cpu):8.2f} ms")
    for rate, seen in offered.items():
        _say(f"  at {rate} mails/s   {_latency(seen)}")
    _say(f"  memory           {idle:8.0f} MB at start, {busy:.0f} MB after the load")
    return statistics.median(rates)


def without_a_network(folder: Path, rounds: int, title: str) -> float:
    seen = [in_process.measure(folder, f"{title}.{number}", 2000) for number in range(rounds)]
    _say(f"in process, commits of {in_process.BATCH}, {title}")
    _say(f"  the desk         {statistics.median(s.rate for s in seen):8.0f} tickets/s {_spread([s.rate for s in seen])}")
    _say(f"  CPU a ticket     {statistics.median(s.cpu for s in seen) / 1e3:8.2f} ms")
    _say(f"  fsync'd appends  {statistics.median(s.appends for s in seen):8.0f} a second, one mail each")
    return statistics.median(s.rate for s in seen)


def _latency(seen: Load) -> str:
    return f"p50 {seen.p50 * 1e3:6.1f} ms, p99 {seen.p99 * 1e3:6.1f} ms (got {seen.rate:.0f}/s)"


def _spread(values: list[float]) -> str:
    return f"({min(values):.1f} to {max(values):.1f})"


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000, help="how many are in the filled store")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep a filled store here for the next run")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="intake-bench-") as scratch:
        empty, full = Path(scratch) / "empty", Path(scratch) / "full"
        first = without_a_network(empty / "in-process", chosen.rounds, "empty store")
        first_smtp = over_smtp(empty / "smtp", chosen.rounds, "empty store")
        if chosen.tickets:
            kept = (chosen.folder or Path(scratch)) / f"filled-{chosen.tickets}"
            if not kept.exists():
                _say(f"filling a store with {chosen.tickets} tickets …")
                fill(kept, chosen.tickets)
            shutil.copytree(kept, full)
            title = f"{chosen.tickets} tickets"
            later = without_a_network(full, chosen.rounds, title)
            later_smtp = over_smtp(full, chosen.rounds, title)
            _say(f"full against empty: in process {later / first:.0%}, over SMTP {later_smtp / first_smtp:.0%}")


if __name__ == "__main__":
    main()

"""Tickets a second without a network: parse, label and write with durable commits, beside a bare fsync'd append."""

import os
import resource
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter

from benchmarks.filled_store import desk_in, understood
from benchmarks.mails import mails

BATCH = 50  # what the writer finds waiting when 50 connections are busy


@dataclass(frozen=True, slots=True, kw_only=True)
class InProcess:
    """Tickets a second; microseconds of CPU a ticket; the same bytes appended to a file, each with an fsync."""

    rate: float
    cpu: float
    appends: float


def measure(folder: Path, run: str, tickets: int) -> InProcess:
    parts = desk_in(folder)
    before, started = _cpu(), perf_counter()
    incoming = understood(parts, run, tickets)
    for begin in range(0, tickets, BATCH):
        with parts.store.begin() as books:
            for one in incoming[begin : begin + BATCH]:
                parts.desk.foresee(one, books)
            for one in incoming[begin : begin + BATCH]:
                parts.desk.enter(one, books)
    seconds, cpu = perf_counter() - started, _cpu() - before
    parts.store.close()
    return InProcess(rate=tickets / seconds, cpu=cpu / tickets * 1e6, appends=_appends(folder / "appends", run, 500))


def _appends(path: Path, run: str, number: int) -> float:
    load = [mail for _, mail in islice(mails(run), number)]
    started = perf_counter()
    with path.open("ab", buffering=0) as file:
        for mail in load:
            file.write(mail)
            os.fsync(file.fileno())
    return number / (perf_counter() - started)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime

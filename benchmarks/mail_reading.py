"""How long one mail takes to read, and how much memory, beside the standard library's parser in the same run:
`python -m benchmarks.mail_reading [--rounds 9]`. Ordinary mails by size, then the worst of the hostile ones.
"""

import argparse
import email
import json
import os
import resource
import signal
import statistics
import time
from base64 import encodebytes
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.hostile_mails import HEAD, HOSTILE, HTML, MIXED
from benchmarks.mails import mails
from channels.email.read import read

PATIENCE = 30  # seconds that a hostile mail may take before it counts as hanging
SHOWN = 12  # of the hostile ones


@dataclass(frozen=True, slots=True)
class Spent:
    """Of one reading in a process of its own. `megabytes` is what the peak rose by; both are None where it never came back."""

    seconds: float | None
    megabytes: float | None


def ordinary() -> Iterator[tuple[str, bytes]]:
    _, raw = next(mails("reading", 900))
    _, _, body = raw.partition(b"\r\n\r\n")
    page = b"<p>" + body.replace(b"\r\n", b"<br>") + b"</p>"
    for title, size in (("5 KB", 5_000), ("50 KB", 50_000), ("5 MB", 5_000_000)):
        yield f"{title} of text", HEAD + b"\r\n" + (body * (size // len(body) + 1))[:size]
        yield f"{title} of HTML", HTML + (page * (size // len(page) + 1))[:size]
    file = encodebytes(os.urandom(3_600_000))
    head = b"--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    yield "5 MB with a file", MIXED + b"--b\r\n\r\n" + body + b"\r\n" + head + file + b"\r\n--b--\r\n"


def by_the_library(raw: bytes) -> None:
    """Taken apart and its parts decoded: no rendering, no cutting, no judging."""
    for part in email.message_from_bytes(raw).walk():
        part.get_payload(decode=True)


def alone(what: Callable[[bytes], object], raw: bytes) -> Spent:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(PATIENCE)
        before, peak = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            what(raw)
        except Exception:  # the library's parser fails on some
            os._exit(1)
        risen = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak
        os.write(writing, json.dumps([time.process_time() - before, risen / 1024]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return Spent(*json.loads(said)) if said else Spent(None, None)


def median(what: Callable[[bytes], object], raw: bytes, rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        before = time.perf_counter()
        what(raw)
        taken.append(time.perf_counter() - before)
    return statistics.median(taken)


def _ms(seconds: float | None) -> str:
    return f"{seconds * 1e3:9.1f} ms" if seconds is not None else "       fails"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    read(HTML + b"<p>the renderer is imported when first needed</p>")
    read(HEAD + b"\r\nand what guesses charsets: \xe4\xf6\xfc")
    print(f"{'ordinary, medians':46} {'ours':>12} {'library':>12}  ratio")
    for title, raw in ordinary():
        ours, library = median(read, raw, rounds), median(by_the_library, raw, rounds)
        print(f"{title:46} {_ms(ours)} {_ms(library)} {ours / library:6.1f}", flush=True)
    spent = {title: alone(read, raw) for title, raw in HOSTILE.items()}
    worst = sorted(spent.items(), key=lambda item: -(item[1].seconds or PATIENCE))
    print(f"\n{f'hostile, the slowest {SHOWN} of {len(HOSTILE)}':46} {'ours':>12} {'library':>12}  memory")
    for title, ours_alone in worst[:SHOWN]:
        library_alone = alone(by_the_library, HOSTILE[title])
        print(
            f"{title:46} {_ms(ours_alone.seconds)} {_ms(library_alone.seconds)} {ours_alone.megabytes or 0:6.0f} MB", flush=True
        )
    print(f"most memory for one: {max(each.megabytes or 0 for each in spent.values()):.0f} MB")
    failing = [title for title, raw in HOSTILE.items() if alone(by_the_library, raw).seconds is None]
    print(f"the library fails on, or hangs for {PATIENCE} s: {'; '.join(failing) or 'none'}")


if __name__ == "__main__":
    main()

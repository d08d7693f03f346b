"""How long one mail takes to read: `python -m benchmarks.mail_reading [--rounds 9]`.

Ordinary ones by size, then hostile ones.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Iterator, Mapping

from benchmarks.mails import mails
from channels.email.read import read

_HEAD = b"From: a@x.example\r\nSubject: s\r\n"
_HTML = _HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
_DEEP = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2_000))
_QUOTED = b"\r\n".join(b">" * min(n, 900) + b" text" for n in range(20_000))

HOSTILE: Mapping[str, bytes] = {
    "2,000 nested multiparts": _HEAD + _DEEP + b"\r\nhello",
    "10,000 recipients": b"To: " + b", ".join(b"P %d <p%d@x.example>" % (n, n) for n in range(10_000)) + b"\r\n\r\nx",
    "3,000 parentheses in From": b"From: " + b"(" * 3_000 + b" a@x.example\r\n\r\nx",
    '60 KB of "On "': _HEAD + b"\r\n" + b"On " * 20_000,
    "200,000 spaces": _HEAD + b"\r\nx" + b" " * 200_000 + b"x",
    "100,000 newlines": _HEAD + b"\r\nx" + b"\n" * 100_000 + b"x",
    '5,000 "From: a" lines': _HEAD + b"\r\n" + b"From: a\r\n" * 5_000,
    "60,000 nested divs": _HTML + b"<div>" * 60_000 + b"x",
    "20,000 nested quotes": _HTML + b"<blockquote type=cite>" * 20_000 + b"x",
    "20,000 quoted lines, deeper and deeper": _HEAD + b"\r\n" + _QUOTED,
    "3,000 parameters": b"Content-Type: text/plain" + b"".join(b"; a%d=b" % n for n in range(3_000)) + b"\r\n\r\nx",
}


def ordinary() -> Iterator[tuple[str, bytes]]:
    for title, size in (("5 KB", 5_000), ("50 KB", 50_000), ("5 MB", 5_000_000)):
        (_, raw), *_ = [next(mails("reading", 900))]
        head, _, body = raw.partition(b"\r\n\r\n")
        yield f"{title} of text", head + b"\r\n\r\n" + (body * (size // len(body) + 1))[: size - len(head)]
        page = b"<p>" + body.replace(b"\r\n", b"<br>") + b"</p>"
        yield f"{title} of HTML", _HTML + (page * (size // len(page) + 1))[:size]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    read(_HTML + b"<p>the renderer is imported when first needed</p>")
    for title, raw in (*ordinary(), *HOSTILE.items()):
        taken = []
        for _ in range(rounds):
            before = time.perf_counter()
            read(raw)
            taken.append(time.perf_counter() - before)
        print(f"{title:40} {statistics.median(taken) * 1e3:9.1f} ms   (worst {max(taken) * 1e3:.1f})", flush=True)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()

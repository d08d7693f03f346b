"""Starting what is measured: a desk, the null handler, a client; and asking the kernel what they used."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.open_gate import write_policy

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    pid: int
    port: int

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def memory_megabytes(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        match = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(match[1]) / 1024 if match else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the client saw: mails/s, and seconds."""

    rate: float
    p50: float
    p99: float


@contextmanager
def null_server() -> Iterator[Server]:
    with _running([sys.executable, "-m", "benchmarks.null_smtp"], {}) as process:
        assert process.stdout is not None
        yield Server(process.pid, int(process.stdout.readline()))


@contextmanager
def desk_server(folder: Path, **environment: str) -> Iterator[Server]:
    """A desk on `folder`, listening on any free ports, logging warnings only."""
    settings = {
        "INTAKE_DATA_DIR": str(folder),
        "INTAKE_POLICY": str(write_policy(folder)),
        "INTAKE_SMTP_LISTEN": "127.0.0.1:0",
        "INTAKE_WEB_LISTEN": "127.0.0.1:0",
        **environment,
    }
    with _running([str(Path(sys.executable).with_name("intake")), "serve"], settings) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if match := re.search(r"smtp://127\.0\.0\.1:(\d+)", line):
                port = int(match[1])
                break
        else:
            raise RuntimeError("the desk did not open; run `intake check`")
        yield Server(process.pid, port)


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ | environment
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def load(server: Server, run: str, *, mails: int, connections: int = 50, rate: float = 0.0) -> Load:
    command = [sys.executable, "-m", "benchmarks.smtp_load", str(server.port), run]
    command += ["--mails", str(mails), "--connections", str(connections), "--rate", str(rate)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return Load(rate=answer["rate"], p50=answer["p50"], p99=answer["p99"])

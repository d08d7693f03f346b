"""A process that has imported all of the desk, and forks one that is asked for: a desk then starts in a tenth of the time.

What it forks is a process like any other, with its own memory, environment and folder: it can be killed with -9, and it ends
as an interpreter ends. Only the importing is done once for all of them. `python -m tests.harness.nursery FD` is the process,
and FD its end of a socket: a request is one JSON message with three descriptors, standard output, standard error, and where to
tell how the desk ended.
"""

import atexit
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO

from classifier.reader import shipped_reader
from tests.harness.patience import AT_MOST

REPOSITORY = Path(__file__).resolve().parents[2]
LONGEST = 1 << 16  # bytes of one request
IMPORTED_LATE = ("psycopg", "uvicorn.lifespan.on", "uvicorn.loops.auto", "uvicorn.protocols.http.h11_impl", "uvicorn.server")
_NUMBER = struct.Struct("!i")


class Born:
    """A forked process, seen from the test: what a Popen is to a started one."""

    def __init__(self, telling: socket.socket, stdout: IO[str], stderr: IO[str]) -> None:
        self.stdout, self.stderr = stdout, stderr
        self.returncode: int | None = None
        self._telling = telling
        telling.settimeout(AT_MOST)
        self.pid = _NUMBER.unpack(telling.recv(_NUMBER.size))[0]
        self._handle = os.pidfd_open(self.pid)  # the number may be given to another process once this one is dead

    def poll(self) -> int | None:
        return self._told(0.0)

    def wait(self, timeout: float = AT_MOST) -> int:
        """Raises TimeoutError."""
        code = self._told(timeout)
        if code is None:
            raise TimeoutError(f"process {self.pid} still runs after {timeout:.0f} s")
        return code

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: signal.Signals) -> None:
        """Nothing happens if it is dead already."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def _told(self, timeout: float) -> int | None:
        """How it ended, as Popen says it: negative for a signal. None while it runs."""
        if self.returncode is None:
            self._telling.settimeout(timeout)
            try:
                told = self._telling.recv(_NUMBER.size)
            except (BlockingIOError, TimeoutError):
                return None
            assert told, "the nursery is gone"
            self.returncode = _NUMBER.unpack(told)[0]
            self._telling.close()
            os.close(self._handle)
        return self.returncode


class Nursery:
    """The process that forks. One is enough for a run; it ends with the run, and what it forked ends with it."""

    def __init__(self) -> None:
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._asking = threading.Lock()
        self._socket = here
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.harness.nursery", str(there.fileno())],
                cwd=REPOSITORY,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
                stdin=subprocess.DEVNULL,
                pass_fds=[there.fileno()],
            )

    def bear(self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Born:
        """A desk with the arguments of `serve_for_test`."""
        request = {"arguments": list(arguments), "folder": str(folder), "environment": dict(environment)}
        told, telling = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        out, to_out = os.pipe()
        err, to_err = os.pipe()
        message = json.dumps(request).encode()
        assert len(message) <= LONGEST
        with self._asking, telling:
            socket.send_fds(self._socket, [message], [to_out, to_err, telling.fileno()])
        os.close(to_out)
        os.close(to_err)
        return Born(told, os.fdopen(out, errors="replace"), os.fdopen(err, errors="replace"))

    def close(self) -> None:
        self._socket.close()
        self._process.wait(AT_MOST)


@cache
def nursery() -> Nursery:
    started = Nursery()
    atexit.register(started.close)
    return started


def fork_for(asking: socket.socket) -> Sequence[str] | None:
    """Forks until nobody asks any more, which is None. In a forked process: its arguments."""
    children: dict[int, tuple[int, int]] = {}  # by the handle of a process: its number, and where to tell how it ended
    with selectors.DefaultSelector() as ready:
        ready.register(asking, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fd in children:
                    ready.unregister(key.fd)
                    _tell_the_end(key.fd, *children.pop(key.fd))
                    continue
                message, given, _, _ = socket.recv_fds(asking, LONGEST, 3)
                if not message:
                    for number, _ in children.values():
                        os.kill(number, signal.SIGKILL)
                    return None
                if (number := os.fork()) == 0:
                    for descriptor in (given[2], *children, *(telling for _, telling in children.values())):
                        os.close(descriptor)
                    return _become(json.loads(message), *given[:2])
                os.write(given[2], _NUMBER.pack(number))
                handle = os.pidfd_open(number)
                children[handle] = number, given[2]
                ready.register(handle, selectors.EVENT_READ)
                os.close(given[0])
                os.close(given[1])


def _tell_the_end(handle: int, number: int, telling: int) -> None:
    os.close(handle)
    _, status = os.waitpid(number, 0)
    with suppress(BrokenPipeError):  # the test is over
        os.write(telling, _NUMBER.pack(os.waitstatus_to_exitcode(status)))
    os.close(telling)


def _become(asked: Mapping[str, object], out: int, err: int) -> Sequence[str]:
    folder, environment, arguments = asked["folder"], asked["environment"], asked["arguments"]
    assert isinstance(folder, str)
    assert isinstance(environment, dict)
    assert isinstance(arguments, list)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for given, standard in ((out, 1), (err, 2)):
        os.dup2(given, standard)
        os.close(given)
    return arguments


def _run(descriptor: int) -> None:
    from tests.harness import serve_for_test  # noqa: PLC0415 - the test that asks needs none of it

    for late in IMPORTED_LATE:
        import_module(late)
    shipped_reader()
    assert threading.active_count() == 1, "a fork would lose the other threads"
    with socket.socket(fileno=descriptor) as asking:
        arguments = fork_for(asking)
    if arguments is not None:
        serve_for_test.main(arguments)


if __name__ == "__main__":
    _run(int(sys.argv[1]))

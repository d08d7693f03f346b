"""A wire between a client and a server that can be cut, or fall silent while both ends believe in it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class TcpProxy:
    def __init__(self, target: int) -> None:
        self.target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._wires: list[socket.socket] = []
        self._silent: list[threading.Event] = []
        self.visits = 0
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    def cut(self) -> None:
        """All connections of now: both ends see the end."""
        wires, self._wires = self._wires, []
        for wire in wires:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def fall_silent(self) -> None:
        """All connections of now: nothing comes through any more, and nobody is told. New ones work."""
        for silence in self._silent:
            silence.set()

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self.target))
                except ConnectionRefusedError:
                    client.close()
                    continue
                self.visits += 1
                silence = threading.Event()
                self._wires += [client, server]
                self._silent.append(silence)
                for one, other in ((client, server), (server, client)):
                    threading.Thread(target=_pass_on, args=(one, other, silence), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket, silence: threading.Event) -> None:
    with suppress(OSError), one:
        while said := one.recv(65536):
            if not silence.is_set():
                other.sendall(said)
        if not silence.is_set():
            other.shutdown(socket.SHUT_WR)


@contextmanager
def tcp_proxy(target: int) -> Iterator[TcpProxy]:
    """To `target`, a port of this machine."""
    proxy = TcpProxy(target)
    try:
        yield proxy
    finally:
        proxy.close()

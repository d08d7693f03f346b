"""Finding a place to listen: the configured one, or the next free one where nothing was configured."""

import errno
import socket
import stat
from pathlib import Path

from pydantic_settings import BaseSettings

from channels.email.settings import UNIX
from intake.domain.errors import ConfigError

MOST_PORTS_TRIED = 50
USUAL_PORTS = {"INTAKE_SMTP_LISTEN": 2525, "INTAKE_LMTP_LISTEN": 2424, "INTAKE_WEB_LISTEN": 8080}


def split_listen(value: str, setting: str) -> tuple[str, int]:
    """`127.0.0.1:2525` or `[::1]:2525`. Raises ConfigError."""
    host, _, port = value.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ConfigError(f"{setting}: {value!r} must be host:port, such as 127.0.0.1:{USUAL_PORTS[setting]}")
    return host, int(port)


def bind(settings: BaseSettings, key: str) -> socket.socket:
    """Bind and listen, at host:port or unix:/path. A port that somebody chose must be free; a default moves on to
    the next free one."""
    setting = f"INTAKE_{key.upper()}"
    place = str(getattr(settings, key))
    if place.startswith(UNIX):
        return _bind_unix(Path(place.removeprefix(UNIX)), setting)
    host, port = split_listen(place, setting)
    chosen = key in settings.model_fields_set or port == 0
    for candidate in range(port, port + 1 if chosen else min(port + MOST_PORTS_TRIED, 65536)):
        # Named as TCP: asyncio sends at once only then (TCP_NODELAY), else each answer waits 40 ms for the other side's ACK.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, candidate))
            listening.listen(1024)
        except OSError as fault:
            listening.close()
            if fault.errno == errno.EADDRINUSE and not chosen:
                continue
            raise ConfigError(f"{setting}: cannot listen on {host}:{candidate}: {fault.strerror}. Choose another") from fault
        listening.setblocking(False)
        return listening
    raise ConfigError(f"{setting}: no free port from {port} on; set one")


def place_of(listening: socket.socket) -> str:
    """`host:port`, or `unix:/path`."""
    if listening.family == socket.AF_UNIX:
        return f"{UNIX}{listening.getsockname()}"
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _bind_unix(path: Path, setting: str) -> socket.socket:
    """A socket that a dead desk left behind is replaced; one that answers, and any other file, is not."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if _is_left_behind(path):
            path.unlink()
        listening.bind(str(path))
        path.chmod(0o660)
        listening.listen(1024)
    except OSError as fault:
        listening.close()
        raise ConfigError(f"{setting}: cannot listen on {UNIX}{path}: {fault.strerror or fault}. Choose another") from fault
    listening.setblocking(False)
    return listening


def _is_left_behind(path: Path) -> bool:
    if not path.exists() or not stat.S_ISSOCK(path.stat().st_mode):
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            return True
    return False

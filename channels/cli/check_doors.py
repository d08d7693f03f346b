"""Checks of the ways in and out: the ports and the relay."""

import asyncio
import fcntl
import http.client
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import aiosmtplib
from pydantic_settings import BaseSettings

from channels.cli.finding import Finding, fault, ok, warning
from channels.cli.settings import env_key
from channels.email.listening.tls import server_tls
from channels.email.send import connection_to
from channels.email.settings import UNIX, EmailSettings, Relay, relay_of
from channels.serve.listening import USUAL_PORTS, bind, split_listen
from channels.serve.settings import DeskSettings
from intake.domain.errors import ConfigError

PATIENCE = 5.0  # seconds


def desk_is_running(desk: DeskSettings) -> bool:
    """A desk holds this data folder, or one answers where ours would."""
    return _folder_is_held(desk) if desk.embedded else _web_answers(desk.web_listen)


def check_ports(desk: DeskSettings, email: EmailSettings, *, running: bool) -> Iterator[Finding]:
    yield _port(email, "smtp_listen", "mail in", running=running)
    if email.lmtp_listen is not None:
        yield _port(email, "lmtp_listen", "lmtp in", running=running)
    if email.smtp_tls_cert is not None:
        yield _certificate(email)
    yield _port(desk, "web_listen", "web", running=running)


def check_relay(url: str | None, key: str = "smtp_relay", about: str = "mail out") -> Finding:
    if url is None:
        says = "no relay: answers are written, kept in the outbox and not sent"
        return warning(about, says, f"set {env_key(key)}, such as smtp://mail.example.com:25")
    relay = relay_of(url)
    where = f"{relay.host}:{relay.port}"
    try:
        said = asyncio.run(_greet(relay))
    except aiosmtplib.SMTPAuthenticationError as refusal:
        mend = f"correct the user and password in {env_key(key)} (special characters as %40 and so on)"
        return fault(about, f"{where} refuses the sign-in: {refusal.code} {refusal.message}", mend)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as trouble:
        waits = " Mail waits in the outbox meanwhile" if key == "smtp_relay" else " Alarms stand in the log alone meanwhile"
        mend = f"is {env_key(key)} right, the relay up, a firewall between?{waits}"
        return fault(about, f"{where} does not answer: {str(trouble) or type(trouble).__name__}", mend)
    return ok(about, f"{where} {said}")


async def _greet(relay: Relay) -> str:
    connection = connection_to(relay, PATIENCE)
    await connection.connect()
    encrypted = connection.get_transport_info("sslcontext") is not None
    await connection.quit()
    signed_in = f", signed in as {relay.username}" if relay.username else ""
    return f"answers{', encrypted' if encrypted else ', not encrypted'}{signed_in}"


def _port(settings: BaseSettings, key: str, about: str, *, running: bool) -> Finding:
    name, wanted = env_key(key), str(getattr(settings, key))
    if wanted.startswith(UNIX):
        return _unix(wanted, about, name, running=running)
    try:
        _, port = split_listen(wanted, name)
        with closing(bind(settings, key)) as listening:
            found = int(listening.getsockname()[1])
    except ConfigError as trouble:
        if running and "in use" in str(trouble):
            return ok(about, f"{wanted} is taken, by the desk that is running")
        return fault(about, str(trouble), _mend(str(trouble), name))
    if port and found != port:
        if running:
            return ok(about, f"{wanted} is taken, by the desk that is running")
        says = f"{wanted} is taken by another program; the desk would take {found} instead"
        return warning(about, says, f"stop that program, or set {name} to a port of your choice")
    return ok(about, f"{wanted} is free" if port else f"{wanted}: any free port")


def _unix(wanted: str, about: str, name: str, *, running: bool) -> Finding:
    """Looks, and makes no socket: a desk that starts meanwhile would find the place taken."""
    path = Path(wanted.removeprefix(UNIX))
    if path.exists() and not path.is_socket():
        return fault(about, f"{path} is there and is no socket", f"remove it, or change {name}")
    if path.exists() and running:
        return ok(about, f"{wanted} is there, by the desk that is running")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return fault(
            about, f"no socket can be made in {path.parent}", f"make that folder for the desk's user, or change {name}"
        )
    return ok(about, f"{wanted} is free")


def _certificate(email: EmailSettings) -> Finding:
    try:
        server_tls(email)
    except ConfigError as trouble:
        return fault("starttls", str(trouble), "correct the paths; the desk's user must be able to read both")
    return ok("starttls", f"{'required' if email.smtp_require_tls else 'offered'} with {email.smtp_tls_cert}")


def _mend(trouble: str, name: str) -> str:
    if "Permission denied" in trouble:
        return "ports below 1024 need a right: AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit, or a higher port"
    if "in use" in trouble:
        port = trouble.rpartition(": Address")[0].rpartition(":")[2]
        return f"`ss -ltnp 'sport = :{port}'` names the program that has it: stop that, or change {name}"
    return f"set {name} to an address of this machine, such as 127.0.0.1:{USUAL_PORTS[name]}"


def _folder_is_held(desk: DeskSettings) -> bool:
    try:
        with (desk.data_dir / "serve.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _web_answers(listen: str) -> bool:
    try:
        host, port = split_listen(listen, env_key("web_listen"))
        with closing(http.client.HTTPConnection(host, port, timeout=PATIENCE)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().read(20).startswith(b"alive")
    except (ConfigError, OSError, http.client.HTTPException):
        return False

"""Ports, the data folder, the key, the web, and what is logged."""

import json
import logging
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import structlog
from pydantic import SecretStr, ValidationError

from channels.email.settings import EmailSettings, relay_of
from channels.serve.compose import key_ring
from channels.serve.embedded import alone_in, own_key
from channels.serve.listening import bind, split_listen
from channels.serve.log import disarm, redact, set_up_logging
from channels.serve.settings import DeskSettings
from intake.domain.errors import ConfigError
from tests.serve.open_desk import open_desk


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env of the developer's counts here."""
    monkeypatch.chdir(tmp_path)


def taken() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    return listening


def test_answers_leave_at_once() -> None:
    """asyncio sets TCP_NODELAY only on sockets that say they are TCP; without it each answer waits 40 ms for an ACK."""
    with bind(DeskSettings(web_listen="127.0.0.1:0"), "web_listen") as listening:
        assert listening.proto == socket.IPPROTO_TCP


def test_a_default_port_that_is_taken_moves_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with taken() as other:
        port = other.getsockname()[1]
        monkeypatch.setattr(EmailSettings.model_fields["smtp_listen"], "default", f"127.0.0.1:{port}")
        EmailSettings.model_rebuild(force=True)
        settings = EmailSettings()
        with bind(settings, "smtp_listen") as ours:
            assert ours.getsockname()[1] > port
    monkeypatch.undo()
    EmailSettings.model_rebuild(force=True)


def test_a_chosen_port_that_is_taken_is_a_config_error() -> None:
    with taken() as other:
        settings = EmailSettings(smtp_listen=f"127.0.0.1:{other.getsockname()[1]}")
        with pytest.raises(ConfigError, match=r"INTAKE_SMTP_LISTEN: cannot listen on 127\.0\.0\.1:"):
            bind(settings, "smtp_listen")


@pytest.mark.parametrize("value", ["", "2525", "127.0.0.1:", ":2525", "127.0.0.1:99999", "127.0.0.1:x"])
def test_a_place_to_listen_that_is_none_is_a_config_error(value: str) -> None:
    with pytest.raises(ConfigError, match="host:port"):
        split_listen(value, "INTAKE_SMTP_LISTEN")


def test_two_desks_on_one_folder_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with alone_in(folder), pytest.raises(ConfigError, match="Another desk is already running"), alone_in(folder):
        pass


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    key = own_key(tmp_path / "data")
    assert own_key(tmp_path / "data") == key
    assert len(key) == 64
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]


def test_replicas_must_be_given_their_keys() -> None:
    with pytest.raises(ConfigError, match="INTAKE_SECRET_KEYS must be set"):
        key_ring(DeskSettings(database_url=SecretStr("postgresql://x@y/z")))


def test_short_keys_are_refused_without_being_shown() -> None:
    with pytest.raises(ValidationError) as caught:
        DeskSettings(secret_keys=(SecretStr("tooshort"),))
    assert "tooshort" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [("smtp://relay.example", 25, False), ("smtp://127.0.0.1:2599", 2599, False), ("smtps://u:p%40@relay.example", 465, True)],
)
def test_a_relay_is_read_from_its_url(url: str, port: int, *, tls: bool) -> None:
    relay = relay_of(url)
    assert (relay.port, relay.tls) == (port, tls)


@pytest.mark.parametrize("url", ["relay.example:25", "http://relay.example", "smtp://", "smtp://relay.example:x"])
def test_what_is_no_relay_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="must look like smtp://"):
        EmailSettings(smtp_relay=url)


@pytest.mark.parametrize("value", [" ,", "no address", "desk+tag@localhost", "desk@localhost, oops"])
def test_what_is_no_desk_address_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_MAIL_ADDRESS", value)
    with pytest.raises(ValidationError):
        EmailSettings()


def test_addresses_are_shortened_in_the_log() -> None:
    event = redact(None, "info", {"event": "x", "why": "550 for ann.smith@customer.example said no", "n": 3})
    assert event == {"event": "x", "why": "550 for a…@customer.example said no", "n": 3}


def test_what_strangers_ask_for_drives_no_terminal_that_shows_the_log() -> None:
    event = disarm(None, "warning", {"event": "x", "path": "/twilio/\x1b]0;owned\x07\x9b2J\u202e", "exception": "a\nb", "n": 3})
    assert event == {"event": "x", "path": r"/twilio/\x1b]0;owned\x07\x9b2J\u202e", "exception": "a\nb", "n": 3}


async def test_the_web_says_how_the_desk_is(tmp_path: Path) -> None:
    async with open_desk(tmp_path / "data") as desk:
        await desk.mails(b"From: a@x.example\r\nTo: desk@localhost\r\nSubject: Printer\r\n\r\nIt is jammed.\r\n")
        async with httpx2.AsyncClient(base_url=f"http://{desk.doors.web}") as web:
            alive, ready, metrics = [await web.get(path) for path in ("/healthz", "/readyz", "/metrics")]
    assert (alive.status_code, ready.status_code, ready.text) == (200, 200, "ready\n")
    assert 'intake_inputs_total{channel="email",outcome="opened"} 1.0' in metrics.text
    assert 'intake_outbox{channel="email",state="no relay"} 2.0' in metrics.text
    assert "intake_commit_batch_bucket" in metrics.text
    assert 'intake_last_input_timestamp_seconds{channel="email",outcome="opened"}' in metrics.text


async def test_readiness_ends_when_the_store_is_gone(tmp_path: Path) -> None:
    async with open_desk(tmp_path / "data") as desk:
        (tmp_path / "data" / "desk.db").rename(tmp_path / "away.db")
        desk.parts.store.close()  # connections that were open would go on with the renamed file
        (tmp_path / "data" / "desk.db").mkdir()
        async with httpx2.AsyncClient(base_url=f"http://{desk.doors.web}") as web:
            ready = await web.get("/readyz")
            alive = await web.get("/healthz")
    assert (ready.status_code, alive.status_code) == (503, 200)


@pytest.fixture
def _logging(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """As `serve` sets it up, and taken back."""
    handlers, before = logging.getLogger().handlers[:], structlog.get_config()
    set_up_logging("debug")
    structlog.configure(cache_logger_on_first_use=False)
    yield
    structlog.configure(**before)
    logging.getLogger().handlers[:] = handlers


@pytest.mark.usefixtures("_logging")
async def test_no_body_and_no_address_is_logged(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    async with open_desk(tmp_path / "data") as desk:
        await desk.mails(
            b"From: ann.smith@x.example\r\nSubject: Pssst\r\n\r\nthe secret word\r\n", sender="ann.smith@x.example"
        )
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["input.received"]
    assert not any(word in json.dumps(lines) for word in ("secret word", "Pssst", "ann.smith"))


@pytest.mark.usefixtures("_logging")
async def test_a_log_that_cannot_be_written_stops_no_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (tmp_path / "log").open("w")
    broken.close()
    monkeypatch.setattr("sys.stderr", broken)
    async with open_desk(tmp_path / "data") as desk:
        await desk.mails(b"From: a@x.example\r\nSubject: Printer\r\n\r\nIt is jammed.\r\n")
        assert len(desk.tickets()) == 1

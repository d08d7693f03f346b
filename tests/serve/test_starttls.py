"""Mail over TLS: offered, or demanded, by the certificate that the administrator set."""

import asyncio
import smtplib
import socket
import ssl
from pathlib import Path

import pytest
from pydantic import ValidationError

from channels.email.listening.tls import server_tls
from channels.email.settings import EmailSettings
from intake.domain.errors import ConfigError
from tests.harness.certificate import Certificate, make_certificate
from tests.serve.open_desk import OpenDesk, open_desk

MAIL = b"From: ann@customer.example\r\nSubject: Printer\r\n\r\nIt is jammed.\r\n"


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make_certificate(tmp_path)


def told(certificate: Certificate, *, required: bool = False) -> dict[str, str | int]:
    tls = {"smtp_tls_cert": str(certificate.cert), "smtp_tls_key": str(certificate.key)}
    return {**tls, "smtp_require_tls": "true"} if required else {**tls}


def encrypted(desk: OpenDesk, certificate: Certificate) -> smtplib.SMTP:
    client = desk.smtp()
    client._host = "localhost"  # type: ignore[attr-defined] # the name that the certificate must bear
    client.starttls(context=ssl.create_default_context(cafile=str(certificate.cert)))
    return client


def send_encrypted(desk: OpenDesk, certificate: Certificate, count: int = 1) -> None:
    for _ in range(count):
        with encrypted(desk, certificate) as client:
            client.sendmail("ann@customer.example", ["desk@localhost"], MAIL)


def ask_for_tls(plain: socket.socket, behind: bytes = b"", before: bytes = b"") -> None:
    """As far as the answer after which the handshake begins; `behind` is sent in one piece with the question, `before` ahead
    of it."""
    begun = [(line + b"\r\n", b"250 ") for line in before.splitlines()]
    for says, last in ((b"", b"220 "), (b"EHLO x\r\n", b"250 "), *begun, (b"STARTTLS\r\n" + behind, b"220 ")):
        plain.sendall(says)
        heard = b""
        while not (heard.endswith(b"\r\n") and heard.splitlines()[-1].startswith(last)):
            heard += plain.recv(1000)


async def test_a_mail_over_tls_becomes_a_ticket(tmp_path: Path, certificate: Certificate) -> None:
    async with open_desk(tmp_path / "data", **told(certificate)) as desk:
        await asyncio.to_thread(send_encrypted, desk, certificate)
        assert len(desk.tickets()) == 1


async def test_who_cannot_do_tls_is_let_in_unless_it_is_demanded(tmp_path: Path, certificate: Certificate) -> None:
    async with open_desk(tmp_path / "one", **told(certificate)) as desk:
        await desk.mails(MAIL)
        assert len(desk.tickets()) == 1
    async with open_desk(tmp_path / "two", **told(certificate, required=True)) as desk:
        with pytest.raises(smtplib.SMTPSenderRefused) as caught:
            await desk.mails(MAIL)
        assert caught.value.smtp_code == 530
        await asyncio.to_thread(send_encrypted, desk, certificate)
        assert len(desk.tickets()) == 1


async def test_an_encrypted_visit_counts_once(tmp_path: Path, certificate: Certificate) -> None:
    async with open_desk(tmp_path / "data", smtp_max_connections_per_host=1, **told(certificate)) as desk:
        await asyncio.to_thread(send_encrypted, desk, certificate, 3)
        assert len(desk.ledger()) == 1


async def test_what_was_said_before_the_handshake_is_forgotten(tmp_path: Path, certificate: Certificate) -> None:
    """CVE-2024-34083: commands slipped in behind STARTTLS must not be heard as if they had come encrypted."""

    def slip_in(port: int) -> bytes:
        context = ssl.create_default_context(cafile=str(certificate.cert))
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
            ask_for_tls(plain, behind=b"MAIL FROM:<evil@x.example>\r\n")
            with context.wrap_socket(plain, server_hostname="localhost") as client:
                client.sendall(b"NOOP\r\n")
                return client.recv(1000)

    async with open_desk(tmp_path / "data", **told(certificate)) as desk:
        assert await asyncio.to_thread(slip_in, desk.smtp_port) == b"250 2.0.0 OK\r\n"


async def test_the_handshake_ends_what_was_begun_in_the_clear_and_offers_no_sign_in(
    tmp_path: Path, certificate: Certificate
) -> None:
    """RFC 3207, 4.2: the server forgets the client's name and its mail; RFC 4954 asks for AUTH only where somebody signs in."""

    def begin_in_the_clear(port: int) -> list[bytes]:
        context = ssl.create_default_context(cafile=str(certificate.cert))
        begun = b"MAIL FROM:<ann@customer.example>\r\nRCPT TO:<desk@localhost>\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
            ask_for_tls(plain, before=begun)
            with context.wrap_socket(plain, server_hostname="localhost") as client:
                heard = []
                for says in (b"DATA", begun.splitlines()[0], b"EHLO x", b"DATA", b"AUTH PLAIN AGEAYg==", b"STARTTLS", b"NOOP"):
                    client.sendall(says + b"\r\n")
                    heard.append(client.recv(2000))
                return heard

    async with open_desk(tmp_path / "data", **told(certificate)) as desk:
        no_name, no_name_either, offered, *rest = await asyncio.to_thread(begin_in_the_clear, desk.smtp_port)
    assert [answer[:3] for answer in (no_name, no_name_either)] == [b"503", b"503"]
    assert b"AUTH" not in offered
    assert b"STARTTLS" not in offered
    assert [answer[:3] for answer in rest] == [b"503", b"502", b"503", b"250"]


async def test_a_handshake_that_fails_leaves_room_for_the_next(tmp_path: Path, certificate: Certificate) -> None:
    def babble(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
            ask_for_tls(plain)
            plain.sendall(b"this is no handshake\r\n" * 10)
            while plain.recv(1000):
                pass

    async with open_desk(tmp_path / "data", smtp_max_connections_per_host=1, **told(certificate)) as desk:
        for _ in range(3):
            await asyncio.to_thread(babble, desk.smtp_port)
        await asyncio.to_thread(send_encrypted, desk, certificate)
        assert len(desk.tickets()) == 1


@pytest.mark.parametrize("key", ["smtp_tls_cert", "smtp_tls_key"])
def test_a_certificate_without_its_key_is_refused(key: str) -> None:
    with pytest.raises(ValidationError, match="INTAKE_SMTP_TLS_CERT and INTAKE_SMTP_TLS_KEY go together"):
        EmailSettings.model_validate({key: "some.pem"})


def test_tls_cannot_be_demanded_without_a_certificate() -> None:
    with pytest.raises(ValidationError, match="nobody could deliver"):
        EmailSettings.model_validate({"smtp_require_tls": True})


def test_files_that_are_no_pair_are_named(tmp_path: Path, certificate: Certificate) -> None:
    other = make_certificate(tmp_path, "other")
    for cert, key, says in (
        (tmp_path / "none.pem", certificate.key, "INTAKE_SMTP_TLS_CERT: .* cannot be read: No such file"),
        (certificate.cert, other.key, "are not a PEM certificate and its key"),
        (certificate.key, certificate.key, "are not a PEM certificate and its key"),
    ):
        with pytest.raises(ConfigError, match=says):
            server_tls(EmailSettings(smtp_tls_cert=cert, smtp_tls_key=key))

"""Signed mail: what a stranger's verifier makes of it, untouched and tampered with."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import dkim  # type: ignore[import-untyped]
import pytest

from channels.email.outgoing.dkim_signature import SIGNED, Signer, read_signer
from channels.email.outgoing.parts import as_sent
from channels.email.render import render
from channels.email.send import MailSender
from channels.email.settings import relay_of
from intake.desk.outbound import Outbound
from intake.domain.errors import ConfigError
from intake.domain.message import Attachment
from intake.domain.notice import NoticeKind
from tests.email.outgoing import LINKED, PLAIN, TICKET, acknowledgement, notices, reply
from tests.mta.picky_sink import PickySink

EXOTIC = "Größe\t \n.\n..\nFrom here on\n \n\n" + "x" * 3_000 + "\n-- \nRobin"
A_FILE = Attachment(name="Größe.pdf", content_type="application/pdf", size=4, sha256="", inline=False, content=b"\x00\r\n\xff")


def made_key(folder: Path, *how: str) -> Path:
    path = folder / f"{'-'.join(how).replace('/', '')}.pem"
    subprocess.run(["openssl", *how, "-out", str(path)], check=True, capture_output=True, timeout=60)
    return path


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(path), "2048"], check=True, capture_output=True, timeout=60)
    return path


@pytest.fixture(scope="module")
def signer(key: Path) -> Signer:
    signer = read_signer("help.example", "desk", key)
    assert signer is not None
    return signer


def dns(signer: Signer) -> Callable[..., bytes]:
    """A name server that knows this one record."""

    def answer(name: bytes, timeout: float = 5) -> bytes:
        return signer.record.encode() if name == f"{signer.record_name}.".encode() else b""

    return answer


def verifies(raw: bytes, signer: Signer) -> bool:
    return bool(dkim.verify(raw, dnsfunc=dns(signer)))


def mails() -> list[Outbound]:
    with_file = reply(EXOTIC, resolves=True)
    return [
        reply(),
        Outbound(
            deliveries=with_file.deliveries, tickets=with_file.tickets, reply=with_file.reply, files=(A_FILE,), resolves=True
        ),
        acknowledgement(subject="Grüße", answers="m1@customer.example"),
        notices((TICKET, NoticeKind.ARRIVAL, {"by": "Robin", "why": EXOTIC})),
        notices((TICKET, NoticeKind.PAGE, {})),
    ]


@pytest.mark.parametrize("outbound", mails())
def test_every_mail_verifies_as_it_is_sent(outbound: Outbound, signer: Signer) -> None:
    assert verifies(signer.signed(as_sent(render(outbound, LINKED))), signer)


async def test_what_crosses_the_wire_is_what_was_signed(signer: Signer) -> None:
    sink = PickySink()
    with sink:
        sender = MailSender(relay_of(sink.url), PLAIN, signer)
        for outbound in mails():
            await sender.send(outbound)
        await sender.close()
    assert len(sink.raw) == len(mails())
    assert all(verifies(raw, signer) for raw in sink.raw)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"switch it off", b"switch it 0ff"),
        (b"Subject: Re:", b"Subject: Aw:"),
        (b"From: Help desk", b"From: Other desk"),
        (b"Reply-To: desk+", b"Reply-To: evil+"),
        (b"multipart/alternative", b"multipart/mixed"),
    ],
)
def test_what_was_tampered_with_does_not_verify(before: bytes, after: bytes, signer: Signer) -> None:
    raw = signer.signed(as_sent(render(reply(), PLAIN)))
    assert before in raw
    assert not verifies(raw.replace(before, after), signer)


def test_a_second_from_that_somebody_puts_before_ours_does_not_verify(signer: Signer) -> None:
    raw = signer.signed(as_sent(render(reply(), PLAIN)))
    assert not verifies(b"From: boss@help.example\r\n" + raw, signer)


def test_the_signature_names_who_signs_and_what(signer: Signer) -> None:
    signature = signer.signed(as_sent(render(acknowledgement(), PLAIN))).partition(b"\r\nFrom:")[0]
    folded = b"".join(signature.split())
    assert folded.startswith(b"DKIM-Signature:v=1;a=rsa-sha256;c=relaxed/relaxed;d=help.example;")
    assert b"s=desk;" in folded
    assert b"h=" + b":".join(SIGNED) + b";" in folded
    assert b"l=" not in folded.replace(b"d=help", b"")
    assert max(map(len, signature.split(b"\r\n"))) <= 78


def test_a_key_in_either_form_that_openssl_writes_is_taken(key: Path, tmp_path: Path, signer: Signer) -> None:
    other = made_key(tmp_path, "rsa", "-in", str(key), "-traditional")
    assert b"BEGIN RSA PRIVATE KEY" in other.read_bytes()
    again = read_signer("help.example", "desk", other)
    assert again is not None
    assert again.record == signer.record


def test_the_record_to_publish_is_the_public_key_as_openssl_writes_it(key: Path, signer: Signer) -> None:
    told = subprocess.run(["openssl", "rsa", "-in", str(key), "-pubout"], check=True, capture_output=True, timeout=60)
    public = "".join(told.stdout.decode().splitlines()[1:-1])
    assert signer.record == f"v=DKIM1; k=rsa; p={public}"
    name, _, strings = signer.record_in_a_zone.partition(". IN TXT ")
    assert name == "desk._domainkey.help.example"
    parts = strings.strip("() ").split('" "')
    assert "".join(parts).strip('"') == signer.record
    assert all(len(part) <= 256 for part in parts)


def test_keys_that_will_not_do_are_refused_in_words(tmp_path: Path, key: Path) -> None:
    (tmp_path / "nonsense.pem").write_bytes(b"-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n")
    (tmp_path / "empty.pem").write_bytes(b"")
    public = made_key(tmp_path, "rsa", "-in", str(key), "-pubout")
    short = made_key(tmp_path, "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024")
    edwards = made_key(tmp_path, "genpkey", "-algorithm", "ed25519")
    locked = made_key(tmp_path, "rsa", "-in", str(key), "-aes128", "-passout", "pass:secret")
    broken = tmp_path / "broken.pem"
    broken.write_bytes(key.read_bytes()[:900] + b"A" * 60 + key.read_bytes()[960:])
    for path, says in [
        (tmp_path / "nowhere.pem", "cannot be read: No such file"),
        (tmp_path / "nonsense.pem", "is no RSA key as PEM"),
        (tmp_path / "empty.pem", "is no RSA key as PEM"),
        (public, "is no RSA key as PEM"),
        (short, "has 1024 bits, and 2048 are needed"),
        (edwards, "is no RSA key as PEM"),
        (locked, "needs a passphrase"),
        (broken, "INTAKE_DKIM_KEY: "),
    ]:
        with pytest.raises(ConfigError) as caught:
            read_signer("help.example", "desk", path)
        assert says in str(caught.value)
        assert str(path) in str(caught.value)
        assert "genrsa" in str(caught.value) or "cannot be read" in says or path == broken


@pytest.mark.parametrize(
    ("address", "aligned"),
    [
        ("desk@help.example", True),
        ("desk@IT.help.example", True),
        ("desk@example", False),
        ("desk@nothelp.example", False),
        ("desk@help.example.org", False),
    ],
)
def test_a_signature_counts_for_its_domain_and_those_below(address: str, aligned: bool, signer: Signer) -> None:
    assert signer.aligned_with(address) is aligned

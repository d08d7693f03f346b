"""The desk fetches over TLS, and only from a server that proves its name."""

from dataclasses import replace
from pathlib import Path

import pytest

from channels.email.imap.mailbox import KEYWORD
from tests.harness.certificate import make_certificate
from tests.harness.desk_process import Setup, running
from tests.harness.imap_server import ImapServer
from tests.harness.patience import wait_until
from tests.harness.tier import ci, demand
from tests.mta.dovecot import dovecot
from tests.mta.test_dovecot import letter

pytestmark = pytest.mark.mta

DONE = {"\\Seen", KEYWORD}


@pytest.fixture(autouse=True)
def _dovecot_is_there() -> None:
    demand(("dovecot",), remedy="apt-get install dovecot-imapd", in_ci=ci())


def wait_until_taken(server: ImapServer, count: int) -> None:
    wait_until(lambda: server.flags() == [DONE] * count, f"{count} are taken in")


def test_mail_is_announced_over_tls(setup: Setup, mta_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.cert))
    with dovecot(mta_folder, certificate=made) as server, running(replace(setup, imap=server.tls_url, imap_poll_seconds=600)):
        for count in (2, 4, 6, 8):
            server.delivers(letter(str(count)), letter(f"{count} again"))
            wait_until_taken(server, count)


def test_a_server_with_a_strangers_certificate_gets_no_password(setup: Setup, mta_folder: Path, tmp_path: Path) -> None:
    with (
        dovecot(mta_folder, certificate=make_certificate(tmp_path)) as server,
        running(replace(setup, imap=server.tls_url)) as desk,
    ):
        wait_until(lambda: any("certificate verify failed" in line for line in desk.log), "the log says why")
        assert "Login" not in (mta_folder / "dovecot.log").read_text()

"""The desk signs in to Dovecot by tokens, which Dovecot lets their maker judge."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from channels.email.imap.mailbox import KEYWORD
from tests.harness.books import Books
from tests.harness.desk_process import DeskProcess, Setup, running
from tests.harness.imap_server import ImapServer
from tests.harness.patience import wait_until
from tests.harness.tcp_proxy import tcp_proxy
from tests.harness.tier import ci, demand
from tests.harness.token_endpoint import SECRET, TokenEndpoint, token_endpoint
from tests.mta.dovecot import dovecot
from tests.mta.test_dovecot import letter

pytestmark = pytest.mark.mta

DONE = {"\\Seen", KEYWORD}


@pytest.fixture(autouse=True)
def _dovecot_is_there() -> None:
    demand(("dovecot",), remedy="apt-get install dovecot-imapd", in_ci=ci())


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    with token_endpoint() as endpoint:
        yield endpoint


def by_token(setup: Setup, url: str) -> Setup:
    return replace(setup, imap=url, imap_poll_seconds=2)


def said(desk: DeskProcess, words: str) -> bool:
    return any(words in line for line in desk.log)


def wait_until_taken(server: ImapServer, count: int) -> None:
    wait_until(lambda: server.flags() == [DONE] * count, f"{count} are taken in")


@pytest.mark.parametrize("mechanisms", ["plain xoauth2", "plain oauthbearer"])
def test_mail_is_fetched_by_a_token(
    mechanisms: str, setup: Setup, books: Books, mta_folder: Path, endpoint: TokenEndpoint
) -> None:
    with (
        dovecot(mta_folder, endpoint.introspection, mechanisms) as server,
        running(by_token(setup, endpoint.mailbox(server.port))) as desk,
    ):
        server.delivers(letter("one"))
        wait_until_taken(server, 1)
        assert endpoint.introspected
        assert [form["grant_type"] for form in endpoint.asked] == ["client_credentials"]
        secrets = (SECRET, "access-1")
        assert not [line for line in [*desk.log, *desk.facts] for secret in secrets if secret in line]
    (entry,) = books.read().ledger
    assert entry.envelope["rcpt_to"] == "desk@desk.example"


def test_a_token_that_dies_while_the_desk_waits_is_replaced_once(
    setup: Setup, mta_folder: Path, endpoint: TokenEndpoint
) -> None:
    with dovecot(mta_folder, endpoint.introspection) as server, tcp_proxy(server.port) as proxy:
        with running(by_token(setup, endpoint.mailbox(proxy.port))):
            server.delivers(letter("one"))
            wait_until_taken(server, 1)
            endpoint.revoke()
            proxy.cut()
            server.delivers(letter("two"))
            wait_until_taken(server, 2)
        assert len(endpoint.asked) == 2


def test_refresh_tokens_are_rotated_in_their_file(
    setup: Setup, mta_folder: Path, endpoint: TokenEndpoint, tmp_path: Path
) -> None:
    file = tmp_path / "refresh"
    file.write_text("refresh-0")
    endpoint.rotates = True
    with dovecot(mta_folder, endpoint.introspection) as server, tcp_proxy(server.port) as proxy:
        fetching = by_token(setup, endpoint.mailbox(proxy.port, refresh_token_file=str(file)))
        for round_ in (1, 2):
            with running(fetching):
                server.delivers(letter(f"one of {round_}"))
                wait_until_taken(server, round_ * 2 - 1)
                endpoint.revoke()
                proxy.cut()
                server.delivers(letter(f"two of {round_}"))
                wait_until_taken(server, round_ * 2)
    assert endpoint.refuses == ""
    assert file.read_text().strip() == endpoint.refresh_token != "refresh-0"


def out_of_order(endpoint: TokenEndpoint) -> None:
    endpoint.broken = 503


def refuses(endpoint: TokenEndpoint) -> None:
    endpoint.refuses = "invalid_client"


def gives_dead_tokens(endpoint: TokenEndpoint) -> None:
    endpoint.life = -1


@pytest.mark.parametrize(
    ("how", "says"),
    [
        (out_of_order, "the token endpoint says HTTP 503"),
        (refuses, "client_id or client_secret is wrong"),
        (gives_dead_tokens, "the server does not take the token for"),
    ],
)
def test_who_cannot_sign_in_says_so_and_resumes_when_it_is_mended(
    how: Callable[[TokenEndpoint], None], says: str, setup: Setup, mta_folder: Path, endpoint: TokenEndpoint
) -> None:
    how(endpoint)
    with (
        dovecot(mta_folder, endpoint.introspection) as server,
        running(by_token(setup, endpoint.mailbox(server.port))) as desk,
    ):
        server.delivers(letter("one"))
        wait_until(lambda: said(desk, says), "the log says what to mend")
        endpoint.refuses, endpoint.broken, endpoint.life = "", 0, 3600
        wait_until_taken(server, 1)
        assert not said(desk, SECRET)

"""Tokens for mailboxes: asked for, kept, renewed, and complained about in words that somebody can act on."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from channels.email.imap.faults import SignInRefused, TokenUnavailable
from channels.email.imap.oauth_endpoint import Answer
from channels.email.imap.oauth_secrets import demand_readable
from channels.email.imap.oauth_tokens import TokenSource
from channels.email.imap.settings import imap_account_of
from channels.email.settings import EmailSettings
from intake.domain.errors import ConfigError
from tests.harness.token_endpoint import CLIENT, SECRET, TokenEndpoint, token_endpoint

MICROSOFT = "imaps+oauth://desk%40corp.example@outlook.office365.com/INBOX?"
GMAIL = "imaps+oauth://desk%40corp.example@imap.gmail.com/INBOX?"


class Moments:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def source(endpoint: TokenEndpoint, clock: Moments | None = None, **more: str) -> TokenSource:
    account = imap_account_of(endpoint.mailbox(143, **more))
    assert account.oauth is not None
    return TokenSource(account.oauth, account.name, now=clock or Moments())


def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    clock = Moments()
    with token_endpoint() as endpoint:
        tokens = source(endpoint, clock, scope="mail.read more")
        first = tokens.token()
        clock.now += 3200
        assert tokens.token() == first
        clock.now += 150
        assert tokens.token() != first
        assert len(endpoint.asked) == 2
    expected = {"client_id": CLIENT, "client_secret": SECRET, "grant_type": "client_credentials", "scope": "mail.read more"}
    assert endpoint.asked[0] == expected


def test_a_token_that_the_server_refused_is_not_offered_again() -> None:
    with token_endpoint() as endpoint:
        tokens = source(endpoint)
        first = tokens.token()
        tokens.forget()
        assert tokens.token() != first


def test_a_short_life_is_used_by_half() -> None:
    clock = Moments()
    with token_endpoint() as endpoint:
        endpoint.life = 10
        tokens = source(endpoint, clock)
        first = tokens.token()
        clock.now += 4
        assert tokens.token() == first
        clock.now += 2
        assert tokens.token() != first


def test_a_rotated_refresh_token_is_used_from_then_on_and_not_lost_with_the_process(tmp_path: Path) -> None:
    file = tmp_path / "refresh"
    file.write_text("refresh-0\n")
    file.chmod(0o640)
    with token_endpoint() as endpoint:
        endpoint.rotates = True
        for _ in range(2):
            tokens = source(endpoint, refresh_token_file=str(file))
            for _ in range(3):
                tokens.token()
                tokens.forget()
        assert file.read_text().strip() == endpoint.refresh_token
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["refresh"]


def test_a_rotated_refresh_token_of_the_settings_lives_as_long_as_the_process() -> None:
    with token_endpoint() as endpoint:
        endpoint.rotates = True
        tokens = source(endpoint, refresh_token="refresh-0")
        for _ in range(3):
            tokens.token()
            tokens.forget()
        assert tokens.replaced_in_memory


def test_a_refresh_token_that_cannot_be_written_is_used_all_the_same_and_written_later(tmp_path: Path) -> None:
    folder, file = tmp_path / "away", tmp_path / "secrets" / "refresh"
    file.parent.mkdir()
    file.write_text("refresh-0")
    with token_endpoint() as endpoint:
        endpoint.rotates = True
        tokens = source(endpoint, refresh_token_file=str(file))
        tokens.token()
        file.parent.rename(folder)  # whoever runs the tests may be allowed to write anywhere
        for _ in range(2):
            tokens.forget()
            tokens.token()
        assert tokens.replaced_in_memory
        folder.rename(file.parent)
        file.write_text("refresh-1")  # an older one: what was there when it could not be written
        endpoint.rotates = False
        tokens.forget()
        tokens.token()
        assert not tokens.replaced_in_memory
        assert file.read_text().strip() == endpoint.refresh_token


def test_a_refresh_token_that_a_person_puts_into_the_file_counts_at_once(tmp_path: Path) -> None:
    file = tmp_path / "refresh"
    file.write_text("stale")
    with token_endpoint() as endpoint:
        tokens = source(endpoint, refresh_token_file=str(file))
        with pytest.raises(SignInRefused, match=r"invalid_grant used twice .the refresh token was revoked or has expired"):
            tokens.token()
        endpoint.refuses, endpoint.refresh_token = "", "new"
        file.write_text("new")
        assert tokens.token()


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        ("invalid_client", SignInRefused, "client_id or client_secret is wrong, or the secret has expired"),
        ("invalid_grant", SignInRefused, "let somebody sign in again"),
        ("a_word_of_theirs", SignInRefused, "a_word_of_theirs No"),
        ("temporarily_unavailable", TokenUnavailable, "temporarily_unavailable"),
    ],
)
def test_a_refusal_says_what_to_do_and_repeats_no_secret(code: str, kind: type[Exception], says: str) -> None:
    with token_endpoint() as endpoint:
        endpoint.refuses = code
        with pytest.raises(kind, match=says) as caught:
            source(endpoint).token()
    assert SECRET not in str(caught.value)


def test_an_endpoint_that_is_down_or_talks_nonsense_is_asked_again_later() -> None:
    with token_endpoint() as endpoint:
        tokens = source(endpoint)
        for status in (500, 503, 429, 302, 200):
            endpoint.broken = status
            with pytest.raises(TokenUnavailable, match=f"HTTP {status}" if status != 200 else "HTTP 200"):
                tokens.token()
        endpoint.broken = 0
        assert tokens.token()
        tokens.forget()
    with pytest.raises(TokenUnavailable, match=r"127\.0\.0\.1 does not answer"):
        tokens.token()


@pytest.mark.parametrize(
    "body",
    [
        b'{"access_token": "two words"}',
        b'{"access_token": "line\\nbreak"}',
        b'{"access_token": "\xc3\xa9"}',
        b'{"access_token": ""}',
        b'{"access_token": ["x"]}',
        b'["access_token"]',
        b"[" * 100_000,
        b"\xff\xfe",
        b"",
    ],
)
def test_what_is_no_token_is_not_sent_to_a_mail_server(body: bytes) -> None:
    account = imap_account_of(TokenEndpoint().mailbox(143))
    assert account.oauth is not None
    tokens = TokenSource(account.oauth, account.name, post=lambda _url, _form: Answer(status=200, body=body))
    with pytest.raises(TokenUnavailable):
        tokens.token()


def test_an_endpoint_that_never_stops_is_left() -> None:
    with token_endpoint() as endpoint:
        endpoint.refuses = "x" * (1 << 19)
        with pytest.raises(TokenUnavailable, match="far too much"):
            source(endpoint).token()


def test_microsoft_and_google_are_known() -> None:
    microsoft = imap_account_of(MICROSOFT + "tenant=corp.example&client_id=c&client_secret=s%2Bt+u").oauth
    person = imap_account_of(MICROSOFT + "tenant=1-2&client_id=c&refresh_token=r").oauth
    google = imap_account_of(GMAIL + "client_id=c&client_secret=s&refresh_token_file=/run/secrets/r").oauth
    assert microsoft is not None
    assert microsoft.client_secret is not None
    assert person is not None
    assert google is not None
    assert (microsoft.token_url, microsoft.scope, microsoft.flow) == (
        "https://login.microsoftonline.com/corp.example/oauth2/v2.0/token",
        "https://outlook.office365.com/.default",
        "client credentials",
    )
    assert microsoft.client_secret.get_secret_value() == "s+t+u"
    assert person.scope == "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"
    assert (google.token_url, google.scope, google.flow) == ("https://oauth2.googleapis.com/token", "", "refresh token")
    assert "s+t+u" not in repr(microsoft)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (MICROSOFT + "client_id=hush", "needs client_secret=.* or refresh_token_file"),
        (MICROSOFT + "tenant=t&client_secret=hush", "needs client_id="),
        (MICROSOFT + "client_id=c&client_secret=hush", "needs tenant="),
        (MICROSOFT + "tenant=../x&client_id=c&client_secret=hush", "needs tenant="),
        (MICROSOFT + "tenant=t&token_url=https://x.example/&client_id=c&client_secret=hush", "keep one"),
        (MICROSOFT + "tenant=t&client_id=c&client_secret=hush&client_secret_file=/x", "keep one"),
        (MICROSOFT + "tenant=t&client_id=c&client_secret=hush&client_secret=hush", "needs one value"),
        (MICROSOFT + "tenant=t&client_id=c&client_secret=", "client_secret behind the folder needs one value"),
        (MICROSOFT + "tenant=t&client_id=c&client_secret=hush&secert=hush", "'secert' is not known"),
        (MICROSOFT + "tenant=t&client_id=c&refresh_token_file=hush", "refresh_token_file must be an absolute path"),
        (GMAIL + "client_id=c&client_secret=hush", "Gmail gives tokens for people only"),
        (GMAIL + "tenant=t&client_id=c&refresh_token=hush", "tenant is a word of Microsoft's"),
        ("imaps+oauth://desk%40corp.example@imap.corp.example/?client_id=c&client_secret=hush", "needs token_url="),
        (GMAIL + "client_id=c&refresh_token=hush&token_url=http://x.example/", "in the clear"),
        (GMAIL + "client_id=c&refresh_token=hush&token_url=nonsense", "token_url must look like"),
        ("imaps+oauth://desk:hush@imap.gmail.com/?client_id=c&refresh_token=hush", "must look like"),
        ("imaps://desk:hush@imap.corp.example/?client_id=hush", "with imaps.oauth:// also client_id"),
        ("imaps://desk:hu#sh@imap.corp.example/", "# as %23"),
        ("imaps://desk%40corp.example:hush@imap.corp.example/", "add it to INTAKE_MAIL_ADDRESS"),
        ("imaps://desk:hush@imap.corp.example/?address=it%40corp.example", "it@corp.example is fetched"),
        ("imaps://desk:hush@imap.corp.example/?authserv_id=a%20b", "no name of a mail server"),
    ],
)
def test_what_is_half_set_is_named(url: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says) as caught:
        EmailSettings.model_validate({"imap": url})
    assert "hush" not in str(caught.value.errors(include_input=False, include_url=False, include_context=False))


def test_several_mailboxes_stand_in_one_line() -> None:
    two = f"imaps://a:x@imap.one.example, {MICROSOFT}tenant=t&client_id=c&client_secret=s"
    settings = EmailSettings.model_validate({"imap": two, "mail_address": "it@corp.example,Desk@corp.example"})
    assert [imap_account_of(url.get_secret_value()).address for url in settings.imap] == ["", "desk@corp.example"]


def test_a_file_that_cannot_be_read_is_named_at_start(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    for name, says in (("none", "No such file"), ("empty", "is empty")):
        account = imap_account_of(f"{GMAIL}client_id=c&refresh_token_file={tmp_path}/{name}")
        assert account.oauth is not None
        with pytest.raises(ConfigError, match=f"INTAKE_IMAP: refresh_token_file {tmp_path}/{name} .*{says}"):
            demand_readable(account.oauth)

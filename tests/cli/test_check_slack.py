"""`intake check` on Slack, and `intake setup slack`: read at three in the morning."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from channels.cli.check_slack import LANGUAGES, check_slack
from channels.cli.check_slack_there import check_slack_there
from channels.cli.finding import Finding, Verdict
from channels.cli.settings import read_desk_settings, read_slack_settings
from channels.serve.compose import key_ring
from channels.slack.oauth.sealing import BotTokens, Sealing
from channels.slack.words.phrases import languages
from intake.domain.chat import Installation
from tests.cli.at_the_prompt import Desk, Prompt
from tests.harness.slack_workspace import A_SLACK, SECRET, TOKEN, SlackWorkspace
from tests.slack.slack_double import SlackDouble, slack_double

SHIPPED = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
TRIAGE = '[[mirror]]\nteam = "support"\nchannel = "slack"\naddress = "C0TRIAGE001"\n'
ASKS = '[[slack_channel]]\nid = "C0HELP00001"\n'
GROUP = '[[slack_group]]\nid = "S0SUPPORT01"\nteam = "support"\n'
Writes = Callable[[str], Path]


@pytest.fixture
def policy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Writes:
    def write(more: str) -> Path:
        path = folder / "desk.toml"
        path.write_text(f"{SHIPPED}\n{more}", "utf-8")
        monkeypatch.setenv("INTAKE_POLICY", str(path))
        return path

    return write


def configure(monkeypatch: pytest.MonkeyPatch, slack: SlackWorkspace) -> None:
    for key, text in slack.environment.items():
        monkeypatch.setenv(key, text)


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> None:
    """Configured, at a desk that is reached from outside."""
    configure(monkeypatch, A_SLACK)
    monkeypatch.setenv("INTAKE_PUBLIC_URL", "https://desk.example.com")


@contextmanager
def slack_outside() -> Iterator[SlackDouble]:
    """In a loop of its own: commands have theirs."""
    ready, end = threading.Event(), asyncio.Event()
    doubles: list[SlackDouble] = []
    loop = asyncio.new_event_loop()

    async def run() -> None:
        async with slack_double() as double:
            doubles.append(double)
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield doubles[0]
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(20)
        loop.close()


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch, slack: None) -> Iterator[SlackDouble]:
    """Slack answers."""
    with slack_outside() as double:
        double.groups["S0SUPPORT01"] = ["U0KIM000001"]
        configure(monkeypatch, SlackWorkspace(api_url=f"{double.url}/api/"))
        yield double


def found() -> list[Finding]:
    return list(check_slack(read_desk_settings(), read_slack_settings()))


def asked() -> list[Finding]:
    return list(check_slack_there(read_desk_settings(), read_slack_settings()))


@pytest.mark.usefixtures("slack")
def test_slack_over_http_is_in_order(policy: Writes) -> None:
    policy(ASKS + TRIAGE)
    (only,) = found()
    assert only.verdict is Verdict.OK
    assert "https://desk.example.com/slack/events; 1 request channel, 1 triage channel" in only.says


def test_without_slack_nothing_is_said_of_it() -> None:
    assert found() == []


def test_channels_in_desk_toml_without_slack_are_warned_of(policy: Writes) -> None:
    policy(TRIAGE)
    (only,) = found()
    assert "no INTAKE_SLACK_… is set" in only.says


@pytest.mark.usefixtures("slack")
@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("http://desk.example.com", "it is not https"),
        ("https://10.1.2.3", "Slack cannot reach"),
        ("", "INTAKE_PUBLIC_URL is not set"),
    ],
)
def test_an_address_that_slack_does_not_reach_is_warned_of(monkeypatch: pytest.MonkeyPatch, url: str, named: str) -> None:
    monkeypatch.setenv("INTAKE_PUBLIC_URL", url)
    assert [one.verdict for one in found()] == [Verdict.WARNING]
    assert named in found()[0].says


def test_a_socket_needs_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, SlackWorkspace(secret="", app_token="xapp-1-made-up"))
    (only,) = found()
    assert (only.verdict, "hears by a socket" in only.says) == (Verdict.OK, True)


@pytest.mark.usefixtures("slack")
@pytest.mark.parametrize(
    ("more", "named"),
    [
        ('[slack]\nlanguage = "fr"\n', "there are no words in 'fr'"),
        (f'{ASKS}language = "it-IT"\n', "[[slack_channel]] C0HELP00001: there are no words in 'it-IT'"),
        ('[[agent]]\nname = "Kim"\nteams = ["support"]\nslack = "@kim"\n', "slack = '@kim' is not a member's id"),
    ],
)
def test_what_would_not_work_is_named(policy: Writes, more: str, named: str) -> None:
    policy(more)
    assert any(named in one.says and one.verdict is Verdict.WARNING for one in found()), [one.says for one in found()]


def test_the_languages_are_those_that_there_are_words_in() -> None:
    assert frozenset(languages()) == LANGUAGES


@pytest.mark.parametrize("missing", ["SIGNING_SECRET", "BOT_TOKEN"])
@pytest.mark.usefixtures("slack")
def test_half_of_the_settings_is_a_fault_that_names_the_other_half(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(f"INTAKE_SLACK_{missing}")
    ran = intake("check")
    assert ran.code == 1
    assert f"not set: INTAKE_SLACK_{missing}" in ran.out
    assert intake("serve").code == 1
    assert SECRET not in ran.out + ran.err
    assert TOKEN not in ran.out + ran.err


def test_several_workspaces_need_a_public_address(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, text in (("SIGNING_SECRET", SECRET), ("CLIENT_ID", "123.456"), ("CLIENT_SECRET", SECRET)):
        monkeypatch.setenv(f"INTAKE_SLACK_{key}", text)
    assert "INTAKE_PUBLIC_URL must be set when INTAKE_SLACK_CLIENT_ID is" in intake("serve").err


@pytest.mark.usefixtures("there")
def test_a_token_with_all_scopes_and_a_private_channel_is_in_order(policy: Writes) -> None:
    policy(TRIAGE + GROUP)
    (only,) = asked()
    assert (only.verdict, only.says.startswith("desk in Desk: ")) == (Verdict.OK, True)


def test_a_token_that_is_refused_is_a_fault_that_says_where_to_get_another(intake: Prompt, there: SlackDouble) -> None:
    there.refuses["auth.test"] = "token_revoked"
    ran = intake("check")
    assert ran.code == 1
    assert "token_revoked, the desk's token is void" in ran.out
    assert "copy INTAKE_SLACK_BOT_TOKEN again from OAuth & Permissions" in ran.out
    assert TOKEN not in ran.out + ran.err


@pytest.mark.usefixtures("slack")
def test_a_slack_that_is_away_is_a_fault_and_holds_up_nobody(intake: Prompt) -> None:
    ran = intake("check")
    assert ran.code == 1
    assert "Slack cannot be reached" in ran.out


def test_a_triage_channel_that_is_public_and_one_that_is_not_ours_are_named(there: SlackDouble, policy: Writes) -> None:
    policy(TRIAGE + TRIAGE.replace("C0TRIAGE001", "C0TRIAGE002").replace("support", "cio"))
    there.rooms["C0TRIAGE001"] = {"is_private": False}
    there.refuses["conversations.info C0TRIAGE002"] = "channel_not_found"
    first, second = asked()
    assert "C0TRIAGE001 is public" in first.says
    assert "C0TRIAGE002: channel_not_found, there is no such channel, or the desk is not in it" in second.says
    assert "/invite @helpdesk" in second.mend


@pytest.mark.usefixtures("there")
def test_a_group_that_nobody_is_in_is_named(policy: Writes) -> None:
    policy(GROUP.replace("S0SUPPORT01", "S0NOBODY001"))
    (only,) = asked()
    assert "S0NOBODY001: there is no such group" in only.says


def test_a_socket_that_does_not_open_is_a_fault(there: SlackDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_SLACK_APP_TOKEN", "xapp-1-made-up")
    there.refuses["apps.connections.open"] = "not_allowed_token_type"
    assert any("the socket does not open" in one.says and one.verdict is Verdict.FAULT for one in asked())


def test_the_installations_are_asked_by_their_own_tokens_and_none_is_warned_of(
    there: SlackDouble, monkeypatch: pytest.MonkeyPatch, make_desk: Callable[[], Desk]
) -> None:
    monkeypatch.delenv("INTAKE_SLACK_BOT_TOKEN")
    configure(monkeypatch, SlackWorkspace(token="", client=("123.456", SECRET), api_url=f"{there.url}/api/"))
    desk, settings = make_desk(), read_desk_settings()
    assert "the desk is installed in no workspace" in asked()[0].says
    sealing = Sealing(key_ring(settings))
    with desk.store.begin() as books:
        for number, (team, token) in enumerate((("T0ACME00001", TOKEN), ("T0OTHER0001", "xoxb-of-nobody"))):
            books.installations.add(installed_in(number, team, sealing.seal(BotTokens(token=token))))
    first, second = sorted(asked(), key=lambda one: one.verdict)
    assert (first.verdict, second.verdict) == (Verdict.FAULT, Verdict.OK)
    assert "T0OTHER0001: invalid_auth" in first.says
    assert "install it there again" in first.mend


def installed_in(number: int, team: str, sealed: str) -> Installation:
    return Installation(
        id=number,
        enterprise="",
        workspace=team,
        name=team,
        bot_user="U0DESKBOT01",
        bot="B0DESKBOT01",
        scopes=(),
        sealed=sealed,
        installed_by="U0ANN000001",
        installed_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    )


def test_setting_up_without_anything_set_is_socket_mode(intake: Prompt) -> None:
    ran = intake("setup", "slack")
    assert ran.code == 0
    assert "socket_mode_enabled: true" in ran.out
    assert "INTAKE_SLACK_APP_TOKEN" in ran.out
    assert "INTAKE_SLACK_SIGNING_SECRET" not in ran.out
    assert "https://desk.example.com" not in ran.out


@pytest.mark.usefixtures("slack")
def test_setting_up_over_http_names_the_desks_own_address(intake: Prompt) -> None:
    ran = intake("setup", "slack")
    assert ran.out.count("request_url: https://desk.example.com/slack/events") == 2
    assert "INTAKE_SLACK_SIGNING_SECRET   (is set in environment)" in ran.out
    assert "press Retry" in ran.out
    assert SECRET not in ran.out
    assert "warning" not in ran.out


@pytest.mark.usefixtures("slack")
def test_setting_up_warns_of_an_address_that_slack_does_not_reach(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_PUBLIC_URL", "http://10.1.2.3:8080")
    assert "warning: http://10.1.2.3:8080" in intake("setup", "slack").out


def test_http_without_an_address_says_what_to_set(intake: Prompt) -> None:
    ran = intake("setup", "slack", "--http")
    assert ran.code == 1
    assert "INTAKE_PUBLIC_URL is not set" in ran.err


def test_several_workspaces_get_a_link_that_installs_the_desk(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_PUBLIC_URL", "https://desk.example.com")
    assert "run this again: it prints the link" in " ".join(intake("setup", "slack", "--several").out.split())
    for key, text in (("SIGNING_SECRET", SECRET), ("CLIENT_ID", "123.456"), ("CLIENT_SECRET", SECRET)):
        monkeypatch.setenv(f"INTAKE_SLACK_{key}", text)
    ran = intake("setup", "slack")
    assert "token_rotation_enabled: true" in ran.out
    link = ran.out.index("https://desk.example.com/slack/install?until=")
    assert link < ran.out.index("/invite @helpdesk"), "nobody can invite what is not installed"


def test_it_fits_a_narrow_terminal_but_for_what_is_pasted(intake: Prompt) -> None:
    before, _, rest = intake("setup", "slack").out.partition("─\n_metadata")
    after = rest.rpartition("\n──")[2]
    assert [line for line in (*before.splitlines(), *after.splitlines()) if len(line) > 80] == []

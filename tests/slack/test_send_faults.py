"""What Slack refuses: what waits, what is given up, and whom it tells."""

from collections.abc import AsyncIterator

import pytest

from channels.slack.outgoing.send import SlackSender
from channels.slack.vendor.api import SlackFault
from channels.slack.vendor.client import SlackApi
from channels.slack.vendor.errors import FAULTS, Fault, meaning
from intake.domain.notice import NoticeKind
from tests.slack.outgoing import LETTERHEAD, notice
from tests.slack.sending import OneToken, refused, sender_to
from tests.slack.slack_double import SlackDouble, slack_double


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with slack_double() as double:
        yield double
        double.check()


@pytest.fixture
async def sender(slack: SlackDouble) -> AsyncIterator[SlackSender]:
    made = sender_to(slack)
    yield made
    await made.close()


async def test_a_room_gets_one_message_a_second(slack: SlackDouble) -> None:
    api = SlackApi(OneToken(), f"{slack.url}/api/")
    quick = SlackSender(api, LETTERHEAD, clock=lambda: 5.0, close=api.close)
    await quick.send(notice(NoticeKind.ACKNOWLEDGEMENT))
    waits = await refused(quick, notice(NoticeKind.PROGRESS, id=78))
    await quick.close()
    assert (waits.tried, waits.retry_after) == (False, 1.0)


async def test_slack_is_left_alone_as_long_as_it_asks(slack: SlackDouble, sender: SlackSender) -> None:
    slack.rests["chat.postMessage"] = [17]
    waits = await refused(sender, notice(NoticeKind.ACKNOWLEDGEMENT))
    assert (waits.permanent, waits.tried, waits.retry_after) == (False, False, 17)


@pytest.mark.parametrize("code", sorted(set(FAULTS) - {"account_inactive"}))
async def test_a_refusal_is_as_final_as_slack_means_it(slack: SlackDouble, sender: SlackSender, code: str) -> None:
    slack.refuses["chat.postMessage"] = code
    fault = await refused(sender, notice(NoticeKind.ACKNOWLEDGEMENT))
    assert fault.permanent is (meaning(code)[0] in {Fault.PERMANENT, Fault.DEAD})
    assert fault.dead is (meaning(code)[0] is Fault.DEAD)
    assert fault.tried is (meaning(code)[0] is not Fault.LIMIT)
    assert code in str(fault)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("channel_not_found", Fault.PERMANENT),
        ("not_in_channel", Fault.PERMANENT),
        ("is_archived", Fault.PERMANENT),
        ("user_not_found", Fault.PERMANENT),
        ("cannot_dm_bot", Fault.PERMANENT),
        ("user_disabled", Fault.DEAD),
        ("token_revoked", Fault.OURS),
        ("invalid_auth", Fault.OURS),
        ("missing_scope", Fault.OURS),
        ("team_access_not_granted", Fault.OURS),
        ("no_token", Fault.OURS),
        ("ratelimited", Fault.LIMIT),
        ("internal_error", Fault.PASSES),
        ("unreachable", Fault.PASSES),
        ("http_503", Fault.PASSES),
        ("http_200", Fault.PASSES),
        ("something_new", Fault.PASSES),
        ("http_403", Fault.OURS),
    ],
)
def test_what_is_about_us_waits_and_what_is_about_one_message_does_not(code: str, kind: Fault) -> None:
    assert meaning(code)[0] is kind


async def test_somebody_who_has_left_is_told_apart_from_a_desk_that_has_been_shut_out(
    slack: SlackDouble, sender: SlackSender
) -> None:
    slack.refuses["conversations.open"] = "account_inactive"
    gone = await refused(sender, notice(NoticeKind.ACKNOWLEDGEMENT))
    assert (gone.permanent, gone.dead) == (True, True)
    slack.refuses["auth.test"] = "account_inactive"
    ours = await refused(sender, notice(NoticeKind.ACKNOWLEDGEMENT))
    assert not ours.permanent
    assert "Slack refuses the desk" in str(ours)


async def test_a_missing_scope_is_named(slack: SlackDouble, sender: SlackSender) -> None:
    slack.refuses["chat.postMessage"] = "missing_scope"
    assert "chat:write" in str(await refused(sender, notice(NoticeKind.ACKNOWLEDGEMENT)))


async def test_a_wrong_token_buries_nothing(slack: SlackDouble) -> None:
    sender = sender_to(slack, token="xoxb-an-old-one")
    fault = await refused(sender, notice(NoticeKind.ACKNOWLEDGEMENT))
    await sender.close()
    assert not fault.permanent
    assert "xoxb" not in str(fault)


async def test_slack_away_ill_or_behind_a_hotels_page_is_asked_later(slack: SlackDouble, sender: SlackSender) -> None:
    slack.ill = 1
    assert not (await refused(sender, notice(NoticeKind.ACKNOWLEDGEMENT))).permanent
    slack.babbles = True
    assert not (await refused(sender, notice(NoticeKind.ACKNOWLEDGEMENT))).permanent
    away = sender_to(slack, url="http://127.0.0.1:9/api/")
    assert not (await refused(away, notice(NoticeKind.ACKNOWLEDGEMENT))).permanent
    await away.close()


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/upload",
        "http://files.slack.com/upload",
        "https://files.slack.com.evil.example/x",
        "https://me@files.slack.com/x",
        "https://files.slack.com:8443/x",
        "https://slack.com.evil/",
        "https://[",
    ],
)
async def test_files_and_answers_go_to_slacks_own_hosts_alone(url: str) -> None:
    api = SlackApi(OneToken())
    with pytest.raises(SlackFault, match="foreign_address"):
        await api.post_json(url, {"text": "x"})
    with pytest.raises(SlackFault, match="foreign_address"):
        await api.post_bytes(url, b"x")
    await api.close()


async def test_what_a_token_may_do_can_be_asked(slack: SlackDouble) -> None:
    api = SlackApi(OneToken(), f"{slack.url}/api/")
    assert "chat:write" in await api.scopes("")
    await api.close()

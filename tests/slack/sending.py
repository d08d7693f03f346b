"""A sender to the double, and what the tests of it share."""

import pytest

from channels.slack.outgoing.send import SlackSender
from channels.slack.vendor.client import SlackApi
from intake.desk.outbound import Outbound
from intake.domain.errors import DeliveryError
from tests.slack.ids import ANN, BOT_TOKEN, HELP
from tests.slack.outgoing import LETTERHEAD
from tests.slack.slack_double import SlackDouble


class OneToken:
    def __init__(self, token: str = BOT_TOKEN) -> None:
        self.token = token

    async def bot(self, workspace: str) -> str:
        return self.token


class Seconds:
    """A clock that the test sets."""

    now = 1_000.0

    def __call__(self) -> float:
        self.now += 1.0  # so that nobody waits for a room, unless a test stops it
        return self.now


def sender_to(slack: SlackDouble, *, token: str = BOT_TOKEN, url: str = "") -> SlackSender:
    api = SlackApi(OneToken(token), url or f"{slack.url}/api/", timeout=5)
    return SlackSender(api, LETTERHEAD, clock=Seconds(), close=api.close)


async def refused(sender: SlackSender, outbound: Outbound) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        await sender.send(outbound)
    assert BOT_TOKEN not in str(raised.value)
    return raised.value


def in_help(slack: SlackDouble) -> str:
    """Ann has asked something in the request channel; the conversation's name."""
    return f"{HELP}/{slack.put(HELP, 'Nobody can log in', user=ANN)}"

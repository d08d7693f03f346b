"""Slack is on, off, or half-set: then it says what is missing."""

import pytest
from pydantic import ValidationError

from channels.slack.settings import API_URL, SlackSettings
from tests.slack.workspace import APP_TOKEN, BOT_TOKEN, SECRET

CLIENT = {"INTAKE_SLACK_CLIENT_ID": "123456.7890", "INTAKE_SLACK_CLIENT_SECRET": SECRET}
SIGNED, BOT = {"INTAKE_SLACK_SIGNING_SECRET": SECRET}, {"INTAKE_SLACK_BOT_TOKEN": BOT_TOKEN}
SOCKET = {"INTAKE_SLACK_APP_TOKEN": APP_TOKEN}


def settings(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> SlackSettings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return SlackSettings(_env_file=None)  # type: ignore[call-arg] # the library's own argument


@pytest.mark.parametrize(
    ("environment", "on", "socket", "oauth"),
    [
        ({}, False, False, False),
        (SIGNED | BOT, True, False, False),
        (SOCKET | BOT, True, True, False),
        (SIGNED | SOCKET | BOT, True, True, False),
        (SIGNED | CLIENT, True, False, True),
        (SOCKET | CLIENT, True, True, True),
    ],
)
def test_how_the_desk_speaks_and_hears(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], on: bool, socket: bool, oauth: bool
) -> None:
    found = settings(monkeypatch, environment)
    assert (found.is_on, found.uses_socket, found.uses_oauth, found.api_url) == (on, socket, oauth, API_URL)


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        (SIGNED, "INTAKE_SLACK_BOT_TOKEN"),
        (SOCKET, "INTAKE_SLACK_BOT_TOKEN"),
        (BOT, "INTAKE_SLACK_SIGNING_SECRET, or INTAKE_SLACK_APP_TOKEN"),
        (CLIENT, "INTAKE_SLACK_SIGNING_SECRET, or INTAKE_SLACK_APP_TOKEN"),
        (SIGNED | {"INTAKE_SLACK_CLIENT_ID": "123456.7890"}, "INTAKE_SLACK_CLIENT_SECRET"),
        (SIGNED | {"INTAKE_SLACK_CLIENT_SECRET": SECRET}, "INTAKE_SLACK_CLIENT_ID"),
        (SIGNED | BOT | CLIENT, "not both"),
        (SIGNED | {"INTAKE_SLACK_BOT_TOKEN": "xoxp-1-a-persons-own"}, "xoxb-"),
        (BOT | {"INTAKE_SLACK_APP_TOKEN": "xoxb-1-made-up"}, "xapp-"),
        (BOT | {"INTAKE_SLACK_SIGNING_SECRET": f"{SECRET},{SECRET},{SECRET}"}, "one secret, or two"),
        (BOT | {"INTAKE_SLACK_SIGNING_SECRET": "with a blank"}, "one secret, or two"),
        (SIGNED | BOT | {"INTAKE_SLACK_API_URL": "http://example.com/api/"}, "https://"),
        (SIGNED | {"INTAKE_SLACK_CLIENT_ID": "mine", "INTAKE_SLACK_CLIENT_SECRET": SECRET}, "two numbers"),
    ],
)
def test_what_is_half_set_or_wrong_is_named_and_no_secret_is_shown(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], names: str
) -> None:
    with pytest.raises(ValidationError) as fault:
        settings(monkeypatch, environment)
    said = "; ".join(one["msg"] for one in fault.value.errors())
    assert names in said
    assert SECRET not in said


def test_another_base_address_ends_in_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, SIGNED | BOT | {"INTAKE_SLACK_API_URL": "https://slack-gov.com/api"})
    assert found.api_url == "https://slack-gov.com/api/"
    assert BOT_TOKEN not in repr(found)


def test_two_secrets_while_rotating(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, BOT | {"INTAKE_SLACK_SIGNING_SECRET": f"{SECRET}, {SECRET[::-1]}"})
    assert [one.get_secret_value() for one in found.slack_signing_secret] == [SECRET, SECRET[::-1]]

"""The Slack of a desk under test: its secret, its token, where its API is, and Slack's signature on what comes."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from channels.slack.settings import SlackSettings

SECRET, TOKEN = "0123456789abcdef0123456789abcdef", "xoxb-1-made-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackWorkspace:
    """Empty is no Slack. `api_url` is where the desk asks Slack: a port that nobody listens at unless a test has a double
    there."""

    secret: str = SECRET
    token: str = TOKEN
    app_token: str = ""
    client: tuple[str, str] = ("", "")  # id and secret, of an app that any workspace may install
    api_url: str = "http://127.0.0.1:9/api/"

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "INTAKE_SLACK_SIGNING_SECRET": self.secret,
            "INTAKE_SLACK_BOT_TOKEN": self.token,
            "INTAKE_SLACK_APP_TOKEN": self.app_token,
            "INTAKE_SLACK_CLIENT_ID": self.client[0],
            "INTAKE_SLACK_CLIENT_SECRET": self.client[1],
            "INTAKE_SLACK_API_URL": self.api_url,
        }

    @property
    def settings(self) -> SlackSettings:
        said = {key.removeprefix("INTAKE_").lower(): text for key, text in self.environment.items()}
        return SlackSettings.model_validate(
            {key: text or None if key.endswith("token") else text for key, text in said.items()}
        )

    def signed(self, payload: Mapping[str, object], *, now: datetime | None = None) -> tuple[bytes, Mapping[str, str]]:
        """The body and the headers with which Slack posts this: a command as its form, what is pressed in a form's `payload`,
        an event as JSON."""
        if "command" in payload:
            body, kind = urlencode({name: str(value) for name, value in payload.items()}).encode(), _FORM
        elif "event" in payload or "challenge" in payload:
            body, kind = json.dumps(payload).encode(), "application/json"
        else:
            body, kind = urlencode({"payload": json.dumps(payload)}).encode(), _FORM
        stamp = str(int((now or datetime.now(UTC)).timestamp()))
        digest = hmac.new(self.secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return body, {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }


_FORM = "application/x-www-form-urlencoded"
A_SLACK = SlackWorkspace()
NO_SLACK = SlackWorkspace(secret="", token="", api_url="")

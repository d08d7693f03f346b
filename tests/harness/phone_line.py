"""The phone of a desk under test: its account, token and number, and the vendor's signature on what comes by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from channels.phone.settings import TwilioSettings

ACCOUNT = f"AC{'0123456789abcdef' * 2}"
TOKEN = "a-token-of-the-test"
NUMBER = "+4930901820"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLine:
    """Empty is no phone. `api_url` is where the desk asks the vendor: a port that nobody listens at unless a test has a double
    there."""

    account: str = ACCOUNT
    token: str = TOKEN
    number: str = NUMBER
    api_url: str = "http://127.0.0.1:9"

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "INTAKE_TWILIO_ACCOUNT_SID": self.account,
            "INTAKE_TWILIO_AUTH_TOKEN": self.token,
            "INTAKE_TWILIO_NUMBER": self.number,
            "INTAKE_TWILIO_API_URL": self.api_url,
        }

    @property
    def settings(self) -> TwilioSettings:
        return TwilioSettings.model_validate(
            {key.removeprefix("INTAKE_").lower(): text for key, text in self.environment.items()}
        )

    def signed(self, url: str, form: Iterable[tuple[str, str]]) -> tuple[bytes, Mapping[str, str]]:
        """The body and the headers with which the vendor sends this form to `url`, as it is known outside."""
        from twilio.request_validator import RequestValidator  # noqa: PLC0415 - whoever runs no phone does not wait for it

        fields = list(form)
        signature = RequestValidator(self.token).compute_signature(url, dict(fields))
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        return urlencode(fields).encode(), headers


A_PHONE = PhoneLine()
NO_PHONE = PhoneLine(account="", token="", number="", api_url="")

"""What the vendor's double says of the account, its numbers and its error log."""

import json
from collections.abc import Mapping, Sequence

from channels.phone.settings import TwilioSettings
from channels.phone.ways_in import ways_in
from tests.harness.phone_line import ACCOUNT, NUMBER, PhoneLine
from tests.phone.vendor_double import VendorDouble

PUBLIC = "https://desk.example.com"
FOUND: Mapping[str, str] = {"Content-Type": "application/json"}


def settings_at(double: VendorDouble) -> TwilioSettings:
    return PhoneLine(api_url=double.url).settings


def says(double: VendorDouble, path: str, answer: object, status: int = 200) -> None:
    double.media[path] = (status, dict(FOUND), json.dumps(answer).encode())


def account_is(double: VendorDouble, state: str) -> None:
    says(double, f"/2010-04-01/Accounts/{ACCOUNT}.json", {"sid": ACCOUNT, "status": state})


def number_is(double: VendorDouble, **changed: object) -> None:
    """As `intake setup twilio` wants it, but for what is changed."""
    wanted = ways_in(PUBLIC)
    number = {
        "sid": f"PN{'0' * 32}",
        "phone_number": NUMBER,
        "voice_url": wanted.voice,
        "voice_method": "POST",
        "voice_fallback_url": "https://handler.twilio.com/twiml/EH00000000000000000000000000000000",
        "status_callback": wanted.status,
        "sms_url": wanted.text,
        "sms_method": "POST",
        "capabilities": {"voice": True, "sms": True, "mms": False},
    }
    numbers = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.json"
    says(double, numbers, {"incoming_phone_numbers": [{**number, **changed}], "next_page_uri": None})


def no_numbers(double: VendorDouble) -> None:
    numbers = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.json"
    says(double, numbers, {"incoming_phone_numbers": [], "next_page_uri": None})


def errors_are(double: VendorDouble, errors: Sequence[Mapping[str, str]]) -> None:
    meta = {"key": "alerts", "next_page_url": None, "page": 0, "page_size": 50}
    says(double, "/v1/Alerts", {"alerts": list(errors), "meta": meta})

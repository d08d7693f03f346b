"""Nobody but the vendor comes in, and it comes in whichever way it signs."""

import base64
import hmac
from hashlib import sha1, sha256
from urllib.parse import urlencode

import pytest
from starlette.datastructures import Headers
from twilio.request_validator import RequestValidator

from channels.phone.signature import Fields, Signatures
from tests.phone.caller import ACCOUNT
from tests.phone.open_line import NEXT_TOKEN, PUBLIC, TOKEN, OpenLine, call

VENDORS_EXAMPLE = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
VOICE = f"{PUBLIC}/twilio/voice"


def signed(text: str, token: str = TOKEN) -> str:
    return base64.b64encode(hmac.new(token.encode(), text.encode(), sha1).digest()).decode()


def spelt(url: str, fields: dict[str, str]) -> str:
    """As the vendor's page says it: the address, then each name and value, sorted by name."""
    return url + "".join(f"{name}{fields[name]}" for name in sorted(fields))


def test_the_vendors_own_example_verifies() -> None:
    signatures = Signatures(["12345"], "https://mycompany.com")
    header = Headers({"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="})
    assert signatures.verify("/myapp.php?foo=1&bar=2", b"", Fields(VENDORS_EXAMPLE.items()), header)
    assert not signatures.verify("/myapp.php?bar=2&foo=1", b"", Fields(VENDORS_EXAMPLE.items()), header)


@pytest.mark.parametrize("public", ["https://desk.example.org", "https://desk.example.org:443", "https://desk.example.org/"])
@pytest.mark.parametrize("theirs", ["https://desk.example.org", "https://desk.example.org:443"])
def test_a_port_may_be_told_or_not(public: str, theirs: str) -> None:
    header = Headers({"X-Twilio-Signature": signed(spelt(f"{theirs}/twilio/sms", {"a": "b"}))})
    assert Signatures([TOKEN], public).verify("/twilio/sms", b"a=b", Fields([("a", "b")]), header)


@pytest.mark.parametrize("token", [TOKEN, NEXT_TOKEN])
def test_while_tokens_rotate_both_verify(line: OpenLine, token: str) -> None:
    assert line.asks("/voice", call(), token=token).status_code == 200


def test_blanks_repetitions_and_fields_that_nobody_knows_are_signed_too(line: OpenLine) -> None:
    fields = [*call().items(), ("ForwardedFrom", ""), ("NewField", "b"), ("NewField", "a & ü"), ("Emoji", "🔥")]
    text = VOICE + "".join(
        name + value for name in sorted({name for name, _ in fields}) for value in sorted({v for n, v in fields if n == name})
    )
    answer = line.sends(VOICE, urlencode(fields).encode(), {"X-Twilio-Signature": signed(text)})
    assert answer.status_code == 200


def test_a_webhook_signed_with_a_shared_key_verifies_by_sha_256(line: OpenLine) -> None:
    mac = hmac.new(NEXT_TOKEN.encode(), spelt(VOICE, call()).encode(), sha256).digest()
    headers = {"X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"}
    signature = base64.b64encode(mac).decode()
    assert line.asks("/voice", call(), signature=signature, headers=headers).status_code == 200
    assert line.asks("/voice", call(), signature=signature).status_code == 403
    headers["X-Twilio-Webhooks-Signature-Settings"] = "key=1,algorithm=HMAC_MD5"
    assert line.asks("/voice", call(), signature=signature, headers=headers).status_code == 403


def test_a_body_may_be_signed_whole_by_its_hash_in_the_query(line: OpenLine) -> None:
    body = urlencode(call()).encode()
    url = f"{VOICE}?bodySHA256={sha256(body).hexdigest()}"
    headers = {"X-Twilio-Signature": signed(url)}
    assert line.sends(url, body, headers).status_code == 200
    assert line.sends(url, body + b"&Digits=1", headers).status_code == 403


FORGERIES = {
    "no signature": lambda line: line.sends(VOICE, urlencode(call()).encode(), {}),
    "an empty one": lambda line: line.asks("/voice", call(), signature=""),
    "a wrong one": lambda line: line.asks("/voice", call(), signature=signed("something else")),
    "no base64": lambda line: line.asks("/voice", call(), signature="?" * 44),
    "a huge one": lambda line: line.asks("/voice", call(), signature="A" * 5000),
    "two of them": lambda line: line.sends(
        VOICE, urlencode(call()).encode(), {"X-Twilio-Signature": f"{signed(spelt(VOICE, call()))}, x"}
    ),
    "another token": lambda line: line.asks("/voice", call(), token="another-token"),
    "another path": lambda line: line.asks("/sms", call(), signature=signed(spelt(VOICE, call()))),
    "another query": lambda line: line.asks("/voice?t=1", call(), signature=signed(spelt(VOICE, call()))),
    "another field": lambda line: line.asks("/voice", call(From="+49301"), signature=signed(spelt(VOICE, call()))),
    "a field more": lambda line: line.asks("/voice", call(Digits="1"), signature=signed(spelt(VOICE, call()))),
    "http in the place of https": lambda line: line.asks(
        "/voice", call(), signature=signed(spelt(VOICE.replace("https", "http"), call()))
    ),
    "somebody else's account": lambda line: line.asks("/voice", {**call(), "AccountSid": "AC" + "f" * 32}),
    "no account": lambda line: line.asks("/voice", {k: v for k, v in call().items() if k != "AccountSid"}),
    "a body that is too large": lambda line: line.asks("/voice", call(Digits="1" * 70_000)),
    "too many fields": lambda line: line.asks("/voice", call(**{f"x{n}": "" for n in range(400)})),
    "no form": lambda line: line.sends(VOICE, b"{}", {"X-Twilio-Signature": signed(VOICE), "Content-Type": "application/json"}),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_whoever_is_not_the_vendor_gets_an_empty_403_and_changes_nothing(line: OpenLine, forgery: str) -> None:
    answer = FORGERIES[forgery](line)
    assert (answer.status_code, answer.content) == (403, b"")
    assert (line.ledger(), line.arrivals, line.spooled, line.looked) == ([], [], [], 0)


def test_two_accounts_in_one_form_are_none(line: OpenLine) -> None:
    fields = [*call().items(), ("AccountSid", "AC" + "f" * 32)]
    accounts = "".join(sorted({ACCOUNT, "AC" + "f" * 32}))
    rest = {name: value for name, value in call().items() if name != "AccountSid"}
    text = VOICE + "AccountSid" + accounts.replace("ACf", "AccountSidACf") + "".join(f"{k}{rest[k]}" for k in sorted(rest))

    class Pairs(dict[str, str]):
        def getall(self, name: str) -> list[str]:
            return [value for key, value in fields if key == name]

    assert RequestValidator(TOKEN).compute_signature(VOICE, Pairs(fields)) == signed(text)
    assert line.sends(VOICE, urlencode(fields).encode(), {"X-Twilio-Signature": signed(text)}).status_code == 403


def test_a_page_on_the_web_is_not_here(line: OpenLine) -> None:
    answer = line.sends(VOICE, b"", {}, method="GET")
    assert (answer.status_code, answer.headers["allow"], answer.content) == (405, "POST", b"")


def test_the_host_that_a_request_names_is_never_asked(line: OpenLine) -> None:
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    assert line.asks("/voice", call(), headers=forged).status_code == 200
    evil = signed(spelt("http://evil.example/twilio/voice", call(sid="CA2")))
    assert line.asks("/voice", call(sid="CA2"), signature=evil, headers=forged).status_code == 403

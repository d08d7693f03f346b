"""A running desk that is called and texted: every request is signed by the vendor's own SDK and comes over HTTP."""

import http.client
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from intake.domain.call import Call
from intake.domain.event import Event
from tests.harness.phone_line import NUMBER, PhoneLine
from tests.phone.caller import ACCOUNT
from tests.serve.open_desk import OpenDesk

LINE = PhoneLine(account=ACCOUNT)
ANN = "+491701234567"
PEOPLE = """
[[agent]]
name = "Robin"
teams = ["support"]
phone = "+491701111111"

[[agent]]
name = "Kim"
teams = ["cio"]
phone = "+491702222222"

[[agent]]
name = "Lee"
teams = ["cio_leads", "process_leads", "process"]
role = "lead"
phone = "+491703333333"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    body: str


@dataclass
class Vendor:
    """At the other end of the line. Safe from any thread."""

    desk: OpenDesk
    line: PhoneLine = LINE
    _at_once: threading.Lock = field(default_factory=threading.Lock)

    def asks(self, url: str, form: Mapping[str, str], *, signature: str | None = None) -> Answer:
        """`signature` is another one than the vendor's."""
        body, headers = self.line.signed(url, form.items())
        sent = {**headers, "X-Twilio-Signature": signature} if signature is not None else headers
        parts = urlsplit(url)
        with closing(http.client.HTTPConnection(parts.netloc, timeout=30)) as connection:
            connection.request("POST", f"{parts.path}{'?' if parts.query else ''}{parts.query}", body, dict(sent))
            response = connection.getresponse()
            return Answer(status=response.status, body=response.read().decode())

    def post(self, url: str, form: Mapping[str, str]) -> str:
        """What a call goes on with: any refusal fails the test."""
        answer = self.asks(url, form)
        assert answer.status in (200, 204), (url, answer)
        return answer.body

    def text(self, body: str, *, sid: str, number: str = ANN) -> Answer:
        form = {
            "AccountSid": self.line.account,
            "MessageSid": sid,
            "From": number,
            "To": NUMBER,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
            "FromCity": "",  # blanks are signed
        }
        return self.asks(f"{self.public}/twilio/sms", form)

    @property
    def public(self) -> str:
        return self.desk.parts.settings.desk.public_url

    def calls(self) -> list[Call]:
        """Oldest first."""
        with self.desk.parts.store.looking() as reader:
            return list(reversed(reader.calls(limit=1000)))

    def timeline(self, ticket: int) -> list[Event]:
        with self.desk.parts.store.looking() as reader:
            return list(reader.events(ticket=ticket, limit=1000))

"""The npm package emulate: somebody else's Twilio. It signs what it sends us, and checks and keeps what we send it."""

import json
import re
import shutil
import subprocess
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode

from tests.harness.patience import wait_until
from tests.harness.phone_line import PhoneLine
from tests.harness.tier import ci, demand, refuse

VERSION = "0.11.2"  # the newest that runs on Node 20; other versions of the name are other programs
REMEDY = f"npm install --global emulate@{VERSION}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulate:
    line: PhoneLine

    def texts_us(self, body: str, number: str) -> str:
        """The vendor's name of it."""
        return str(self._posts("inbound-message", {"To": self.line.number, "From": number, "Body": body})["sid"])

    def calls_us(self, number: str) -> str:
        return str(self._posts("inbound-call", {"To": self.line.number, "From": number})["sid"])

    def says_of_text(self, sid: str, status: str) -> None:
        self._posts("message-status", {"MessageSid": sid, "Status": status})

    def says_of_call(self, sid: str, status: str) -> None:
        self._posts("call-status", {"CallSid": sid, "Status": status})

    def texts_from_us(self) -> list[Mapping[str, object]]:
        """The oldest first."""
        return self._listed("Messages", "messages")

    def calls_from_us(self) -> list[Mapping[str, object]]:
        return self._listed("Calls", "calls")

    def refusals(self) -> int:
        """How many of its webhooks were answered with a 403, as its own page lists them."""
        with urllib.request.urlopen(f"{self.line.api_url}/?tab=webhooks", timeout=30) as page:
            return len(re.findall(r">\s*403\s*<", page.read().decode()))

    def _listed(self, resource: str, key: str) -> list[Mapping[str, object]]:
        answer = self._asks(f"/2010-04-01/Accounts/{self.line.account}/{resource}.json?PageSize=200")
        found = answer[key]
        assert isinstance(found, list)
        return [one for one in reversed(found) if one["direction"] == "outbound-api"]

    def _posts(self, what: str, form: Mapping[str, str]) -> Mapping[str, object]:
        return self._asks(f"/_twilio/simulate/{what}", form)

    def _asks(self, path: str, form: Mapping[str, str] | None = None) -> Mapping[str, object]:
        credentials = b64encode(f"{self.line.account}:{self.line.token}".encode()).decode()
        body = urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(f"{self.line.api_url}{path}", body, {"Authorization": f"Basic {credentials}"})
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        assert isinstance(answer, dict)
        return answer


def demand_emulate() -> None:
    """Skips the test, or fails it where CI runs, if it is not there in the right version."""
    demand(["node", "emulate"], remedy=REMEDY, in_ci=ci())
    version = subprocess.run(["emulate", "--version"], capture_output=True, text=True, timeout=60, check=False).stdout.strip()
    if version != VERSION:
        refuse(f"emulate is {version or 'broken'}: {REMEDY}", in_ci=ci())


@contextmanager
def emulate(folder: Path, line: PhoneLine, public_url: str) -> Iterator[Emulate]:
    """At `line.api_url`; its number asks `public_url`."""
    number = {
        "phone_number": line.number,
        "voice_url": f"{public_url}/twilio/voice",
        "sms_url": f"{public_url}/twilio/sms",
        "status_callback": f"{public_url}/twilio/status",
    }
    seed = folder / "emulate.json"
    account = {"sid": line.account, "auth_token": line.token}
    seed.write_text(json.dumps({"twilio": {"account": account, "phone_numbers": [number]}}), "utf-8")
    program = shutil.which("emulate")
    assert program is not None
    port = line.api_url.rpartition(":")[2]
    with (folder / "emulate.log").open("wb") as log:
        process = subprocess.Popen(
            [program, "start", "--service", "twilio", "--port", port, "--seed", str(seed)],
            stdout=log,
            stderr=log,
            cwd=folder,
        )
        vendor = Emulate(line=line)
        try:
            wait_until(lambda: _is_up(vendor, process), "emulate answers")
            yield vendor
        finally:
            process.terminate()
            process.wait(20)


def _is_up(vendor: Emulate, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "emulate has ended: see emulate.log"
    try:
        vendor.texts_from_us()
    except (URLError, ConnectionError):
        return False
    return True

"""The npm package emulate: somebody else's Slack Web API. It keeps what we post, files v2 included."""

import json
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode

from tests.harness.patience import wait_until

SCOPES = (
    "chat:write im:write files:write files:read users:read channels:read groups:read channels:history groups:history im:history"
)
TOKEN = "xoxb-1-emulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatedSlack:
    url: str

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def asks(self, method: str, **arguments: str) -> Mapping[str, object]:
        """As somebody else would."""
        request = urllib.request.Request(
            f"{self.api_url}{method}", urlencode(arguments).encode(), {"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        assert isinstance(answer, dict)
        assert answer["ok"], answer
        return answer

    def listed(self, method: str, key: str, **arguments: str) -> list[Mapping[str, object]]:
        found = self.asks(method, **arguments)[key]
        assert isinstance(found, list)
        return found

    def person(self, name: str) -> str:
        return next(str(one["id"]) for one in self.listed("users.list", "members") if one["name"] == name)

    def room(self, name: str) -> str:
        types = {"types": "public_channel,private_channel"}
        return next(str(one["id"]) for one in self.listed("conversations.list", "channels", **types) if one["name"] == name)


@contextmanager
def emulated_slack(folder: Path, port: int) -> Iterator[EmulatedSlack]:
    seed = folder / "emulate.json"
    config = {
        "users": [{"name": "desk", "real_name": "Help desk"}, {"name": "ann", "real_name": "Ann Example"}],
        "channels": [{"name": "triage", "is_private": True}, {"name": "help"}],
        "tokens": [{"token": TOKEN, "user": "desk", "scopes": SCOPES.split(), "type": "bot"}],
    }
    seed.write_text(json.dumps({"slack": config}), "utf-8")
    program = shutil.which("emulate")
    assert program is not None
    with (folder / "emulate.log").open("wb") as log:
        process = subprocess.Popen(
            [program, "start", "--service", "slack", "--port", str(port), "--seed", str(seed)],
            stdout=log,
            stderr=log,
            cwd=folder,
        )
        slack = EmulatedSlack(url=f"http://localhost:{port}")  # so it names itself where it takes files
        try:
            wait_until(lambda: _is_up(slack, process), "emulate answers")
            yield slack
        finally:
            process.terminate()
            process.wait(20)


def _is_up(slack: EmulatedSlack, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "emulate has ended: see emulate.log"
    try:
        slack.asks("auth.test")
    except (URLError, ConnectionError):
        return False
    return True

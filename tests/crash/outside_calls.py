"""Calls that come to a desk in a process of its own, over HTTP, signed by the vendor's SDK, and the vendor it asks."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.harness.desk_process import DeskProcess, Setup
from tests.harness.patience import wait_until
from tests.harness.phone_line import NUMBER, PhoneLine
from tests.phone.caller import ACCOUNT, Asked, Caller, Choice, PickUp, Press, Speak, Unreached
from tests.serve.calling import PEOPLE

PUBLIC = "https://desk.example.org"
DOWN = "the order system is down for everybody and nobody can work"
LEFT = "please call me back as soon as you can"
REPORTS = frozenset({"/twilio/status", "/twilio/recording"})
TRIES = 200  # of one webhook, a twentieth of a second apart
OF_A_CALL = {"by words": 6, "by keys": 8, "to nobody": 7}  # webhooks, each of which may be the one where trouble begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    url: str
    form: tuple[tuple[str, str], ...]

    @property
    def says(self) -> Mapping[str, str]:
        return dict(self.form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A call or a text that the desk asked the vendor for. `report` is the address for its status: a delivery's own."""

    sid: str
    to: str
    report: str
    url: str = ""  # where a call asks what to say
    body: str = ""
    at: str = ""  # as in a mail's Date

    @property
    def is_call(self) -> bool:
        return self.sid.startswith("CA")


class Vendor:
    """Places what the desk asks it to, and lists it when asked, as the vendor's API does."""

    def __init__(self) -> None:
        self.all: list[Placed] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = parse_qs(urlsplit(self.path).query)
                found = [one for one in reversed(outer.all) if [one.to] == asked.get("To")]
                listed = [
                    {
                        "sid": one.sid,
                        "to": one.to,
                        "from": NUMBER,
                        "body": one.body,
                        "direction": "outbound-api",
                        "date_created": one.at,
                        "date_sent": one.at,
                    }
                    for one in found
                    if one.is_call is ("/Calls" in self.path)
                ]
                self._answers({"status": "active", "calls": listed, "messages": listed, "alerts": [], "next_page_uri": None})

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode())
                placed = Placed(
                    sid=f"{'CA' if 'Calls' in self.path else 'SM'}f{len(outer.all):031x}",
                    to=form["To"][0],
                    report=form["StatusCallback"][0],
                    url=form.get("Url", [""])[0],
                    body=form.get("Body", [""])[0],
                    at=format_datetime(datetime.now(UTC)),
                )
                outer.all.append(placed)
                self._answers({"sid": placed.sid, "date_created": placed.at})

            def _answers(self, said: Mapping[str, object]) -> None:
                body = json.dumps(said).encode()
                self.send_response(201)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def repeated(self) -> int:
        """How many of them were asked for once more."""
        return len(self.all) - len({one.report for one in self.all})

    @property
    def line(self) -> PhoneLine:
        return PhoneLine(account=ACCOUNT, api_url=f"http://127.0.0.1:{self._server.server_address[1]}")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def vendor_outside() -> Iterator[Vendor]:
    vendor = Vendor()
    try:
        yield vendor
    finally:
        vendor.close()


def with_phone(setup: Setup, vendor: Vendor, more: str = "") -> Setup:
    """The same desk, called and texted; on call are those of `PEOPLE`."""
    setup.policy.write_text(f"{setup.policy.read_text('utf-8')}\n{PEOPLE}{more}", "utf-8")
    return replace(setup, phone=vendor.line, public_url=PUBLIC)


@dataclass
class Switchboard:
    """Hands webhooks to whichever desk is open now, again and again until one answers. Safe from any thread."""

    line: PhoneLine
    web: str = ""  # host:port; empty: none is open
    beside: str = ""  # another desk, which is asked every other time
    gives_up_reports: bool = False  # where nothing can be kept they are told to come again; a caller never is
    _turns: Iterator[int] = field(default_factory=count)

    def asks(self, webhook: Webhook, web: str = "") -> tuple[int, str]:
        body, headers = self.line.signed(webhook.url, webhook.form)
        parts = urlsplit(webhook.url)
        turns = self.beside and next(self._turns) % 2
        with closing(http.client.HTTPConnection(web or (self.beside if turns else self.web), timeout=30)) as connection:
            connection.request("POST", f"{parts.path}{'?' if parts.query else ''}{parts.query}", body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read().decode()

    def insists(self, webhook: Webhook, web: str = "") -> str:
        """As the vendor does where its addresses tell it to; a refusal fails the test. `web`: another desk than the one that is
        open now."""
        pause = threading.Event()
        for _ in range(TRIES):
            try:
                status, answer = self.asks(webhook, web) if web or self.web else (503, "")
            except (OSError, http.client.HTTPException):
                status, answer = 503, ""
            if status != 503:
                assert status in (200, 204), (webhook.url, status, answer)
                return answer
            if self.gives_up_reports and urlsplit(webhook.url).path in REPORTS:
                return ""
            pause.wait(0.05)
        raise AssertionError(f"nobody answers {webhook.url}")


@dataclass
class OutsideCall:
    """One P1 call. It stops before its webhook number `stops_at`, from 1, until `go_on`, and after it until `end`, too."""

    board: Switchboard
    kind: str
    place: int
    stops_at: int
    go_on: threading.Event
    end: threading.Event
    sent: list[Webhook] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    after: threading.Event = field(default_factory=threading.Event)
    failed: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        sid = f"CA{self.place:032x}"
        number = f"+4930{self.place:07d}"
        self.caller = Caller(
            post=self._post, choose=self._choose, base=PUBLIC, number=number, sid=sid, _recordings=1_000 * self.place
        )
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def name(self) -> str:
        return f"call {self.kind}, trouble at webhook {self.stops_at} of {len(self.sent)}"

    @property
    def taken(self) -> bool:
        return self.kind != "to nobody"

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive(), f"{self.name} hangs"
        assert not self.failed, (self.name, self.failed)

    def _run(self) -> None:
        try:
            self.caller.call()
        except BaseException as fault:  # told by join
            self.failed.append(fault)
        self.stopped.set()
        self.after.set()

    def _post(self, url: str, form: Mapping[str, str]) -> str:
        webhook = Webhook(url=url, form=tuple(form.items()))
        self.sent.append(webhook)
        if len(self.sent) == self.stops_at:
            self.stopped.set()
            assert self.go_on.wait(60)
        answer = self.board.insists(webhook)
        if len(self.sent) == self.stops_at:
            self.after.set()
            assert self.end.wait(60)
        return answer

    def _choose(self, asked: Asked) -> Choice:
        match asked.verb:
            case "Gather":
                return Press("1") if self.kind == "by keys" else Speak(DOWN)
            case "Dial":
                return PickUp(0) if self.taken else Unreached("no-answer")
            case "Screen":
                return Press("1")
            case _:
                return Speak(LEFT)


def calls_that_stop(board: Switchboard, go_on: threading.Event, end: threading.Event) -> Sequence[OutsideCall]:
    """One for each webhook of each kind of call: trouble comes to all of them at once."""
    stops = [(kind, at) for kind, most in OF_A_CALL.items() for at in range(1, most + 1)]
    return [
        OutsideCall(board=board, kind=kind, place=place, stops_at=at, go_on=go_on, end=end)
        for place, (kind, at) in enumerate(stops, 1)
    ]


def all_have_come(calls: Sequence[OutsideCall], where: Callable[[OutsideCall], threading.Event], what: str) -> None:
    wait_until(lambda: all(where(call).is_set() for call in calls), what)


def spooled(setup: Setup) -> Sequence[Path]:
    return list((setup.folder / "spool").rglob("*.json"))


def spool_is_booked(setup: Setup, desk: DeskProcess) -> None:
    wait_until(lambda: not spooled(setup) or not desk.alive, "the spool is booked")
    assert desk.alive, desk.last_words()

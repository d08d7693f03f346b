"""A seeded walk: a few numbers call and text two desks on one database, people are paged, and nothing comes in order."""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from random import Random

from tests.crash.outside_calls import DOWN, PUBLIC, Placed, Switchboard, Vendor, Webhook
from tests.harness.phone_line import NUMBER
from tests.phone.caller import (
    ACCOUNT,
    Asked,
    Caller,
    Choice,
    HangUp,
    PickUp,
    Press,
    Speak,
    Unreached,
    Wait,
)
from tests.phone.pure_desk import PureDesk

NUMBERS = ("+493055500001", "+493055500002", "+493055500003")
HEARD = "kingfisher"  # with the caller's number after it, in what is said by voice: nobody else may hear or read it
SAID = (DOWN, DOWN, DOWN, "my printer has a paper jam", "please order a second screen")
TEXTS = (
    "The printer on the third floor is jammed",
    "Payroll is down for everybody, nobody can work",
    "no, still broken",
    "since Monday",
    "1",
    "2",
    "new",
    "thanks",
    "HD-1",
    "STOP",
    "START",
    "How do I change my password?",
)
STATUSES = ("queued", "sent", "delivered", "failed")
_ACTION = re.compile(r'<Gather[^>]* action="([^"]+)"')
_CODE = re.compile(r"\b(\d{1,2}[a-z])\b")


@dataclass
class Actor:
    """A call in a thread of its own, which makes a step only when it is told to."""

    caller: Caller
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    idle: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    over: bool = False
    failed: BaseException | None = None

    def begin(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()
        assert self.idle.acquire(timeout=60)

    def step(self) -> None:
        self.turn.release()
        assert self.idle.acquire(timeout=60), "a call hangs"
        if self.failed is not None:
            raise self.failed

    def waits(self) -> None:
        """Asked by its own thread before each webhook."""
        self.idle.release()
        assert self.turn.acquire(timeout=120)

    def _run(self) -> None:
        try:
            self.caller.call()
        except BaseException as fault:  # raised by `step`
            self.failed = fault
        self.over = True
        self.idle.release()


class Walk:
    """`sent` is all that came to a desk, `answers` what the desks said to it, each at least once."""

    def __init__(self, seed: int, board: Switchboard, desks: Sequence[str], vendor: Vendor) -> None:
        self.dice = Random(seed)
        self.board = board
        self.desks = desks
        self.vendor = vendor
        self.sent: list[Webhook] = []
        self.answers: list[tuple[Webhook, str]] = []
        self.sids = count(1)
        self.awake = self.dice.choice((0.0, 0.4, 0.8))  # how many of those who are paged take it
        self._handled: set[str] = set()
        self._loose: list[Webhook] = []
        self._actors: list[Actor] = []

    def people(self, calls: int, scattered: int, texts: int) -> None:
        """`calls` are in conversation with a desk; of `scattered` ones each webhook comes whenever it comes."""
        for _ in range(calls):
            self._actors.append(self._actor(self._from()))
        for _ in range(scattered):
            self._loose += self._recorded(self._from())
        bodies = [self.dice.choice(TEXTS) for _ in range(texts)]
        self._loose += [self._text(body, self.dice.choice(NUMBERS)) for body in bodies]
        self.dice.shuffle(self._loose)
        for actor in self._actors:
            actor.begin()

    def go(self, steps: int) -> None:
        """So many things happen, if as many are left."""
        for _ in range(steps):
            if not self._goes_on():
                return

    def to_the_end(self) -> None:
        while self._goes_on():
            pass

    def _goes_on(self) -> bool:
        alive = [actor for actor in self._actors if not actor.over]
        paged = [one for one in self.vendor.all if one.sid not in self._handled]
        kinds: list[Callable[[], None]] = []
        kinds += [lambda: self.dice.choice(alive).step()] * 3 if alive else []
        kinds += [lambda: self._heard_of(self._loose.pop())] * 2 if self._loose else []
        kinds += [lambda: self._reports(self.dice.choice(paged))] if paged else []
        if not kinds:
            return False
        if self.sent and self.dice.random() < 0.2:
            self._post(self.dice.choice(self.sent))  # once more, long after
        self.dice.choice(kinds)()
        return True

    def _heard_of(self, webhook: Webhook) -> None:
        self._post(webhook)

    def _post(self, webhook: Webhook) -> str:
        """To one desk, twice to one, or to both at the same moment."""
        self.sent.append(webhook)
        where = self.dice.choice(self.desks)
        match self.dice.randrange(6):
            case 0:
                first = self.board.insists(webhook, where)
                self._heard(webhook, first)
                answer = self.board.insists(webhook, self.dice.choice(self.desks))
            case 1:
                answer = self._at_once(webhook)
            case _:
                answer = self.board.insists(webhook, where)
        self._heard(webhook, answer)
        return answer

    def _at_once(self, webhook: Webhook) -> str:
        answers: dict[str, str] = {}

        def ask(web: str) -> None:
            answers[web] = self.board.insists(webhook, web)

        asking = [threading.Thread(target=ask, args=(web,)) for web in self.desks]
        for one in asking:
            one.start()
        for one in asking:
            one.join(60)
        assert len(answers) == len(self.desks), f"one desk did not answer {webhook.url}"
        for answer in answers.values():
            self._heard(webhook, answer)
        return answers[self.dice.choice(self.desks)]

    def _heard(self, webhook: Webhook, answer: str) -> None:
        self.answers.append((webhook, answer))

    def _from(self) -> str:
        return self.dice.choice((*NUMBERS, NUMBERS[0], "anonymous"))

    def _actor(self, number: str) -> Actor:
        caller = self._caller(number, lambda url, form: "")

        def post(url: str, form: Mapping[str, str]) -> str:
            actor.waits()
            return self._post(_webhook(url, form))

        caller.post = post
        actor = Actor(caller=caller)
        return actor

    def _recorded(self, number: str) -> list[Webhook]:
        """What the vendor asks in a call whose answers name no ticket, because the store was away all the time."""
        desk, asked = PureDesk(away=True), list[Webhook]()

        def post(url: str, form: Mapping[str, str]) -> str:
            asked.append(_webhook(url, form))
            return desk.post(url, form)

        self._caller(number, post).call()
        return asked

    def _caller(self, number: str, post: Callable[[str, Mapping[str, str]], str]) -> Caller:
        place, choose = next(self.sids), self._chance(f"{HEARD}{number[-5:]}")
        return Caller(post=post, choose=choose, base=PUBLIC, number=number, sid=f"CA{place:032x}", _recordings=1_000 * place)

    def _chance(self, mark: str) -> Callable[[Asked], Choice]:
        own = Random(self.dice.random())

        def choose(asked: Asked) -> Choice:
            if own.random() < 0.03:
                return HangUp()
            match asked.verb:
                case "Gather" if asked.speech and own.random() < 0.5:
                    return Speak(f"{own.choice(SAID)} {mark}", own.choice((0.9, 0.9, 0.3)))
                case "Gather":
                    return own.choice((Press(own.choice("0123")), Press("1"), Press("1"), Wait()))
                case "Dial":
                    return own.choice((PickUp(0), PickUp(0), Unreached("busy"), Unreached("no-answer")))
                case "Screen":
                    return own.choice((Press("1"), Press("1"), Press("1"), Press("5"), Wait()))
                case _:
                    return own.choice((Press("#"), Wait()))

        return choose

    def _text(self, body: str, number: str) -> Webhook:
        return self._of_text(f"SM{next(self.sids):032x}", body, number)

    def _of_text(self, sid: str, body: str, number: str) -> Webhook:
        form = {"AccountSid": ACCOUNT, "MessageSid": sid, "From": number, "To": NUMBER, "Body": body, "NumMedia": "0"}
        return _webhook(f"{PUBLIC}/twilio/sms", form)

    def _reports(self, placed: Placed) -> None:
        """What became of it, in any order; now and then whoever was paged takes it."""
        self._handled.add(placed.sid)
        form = {"AccountSid": ACCOUNT, "From": NUMBER, "To": placed.to}
        if placed.is_call:
            self._page_call(placed, {**form, "CallSid": placed.sid, "Direction": "outbound-api"})
            return
        statuses = self.dice.sample(STATUSES[:3] if self.dice.random() < 0.8 else (*STATUSES[:2], "failed"), 3)
        for status in statuses:
            self._post(_webhook(placed.report, {**form, "MessageSid": placed.sid, "MessageStatus": status}))
        if placed.to not in NUMBERS and (code := _CODE.search(placed.body)) and self.dice.random() < self.awake:
            self._post(self._text(code[1], placed.to))

    def _page_call(self, placed: Placed, form: Mapping[str, str]) -> None:
        reports = [_webhook(placed.report, {**form, "CallStatus": one}) for one in ("initiated", "ringing", "in-progress")]
        picked_up, end = self.dice.random() < 0.6, "no-answer"
        if picked_up:
            end = "completed"
            document = self._post(_webhook(placed.url, {**form, "CallStatus": "in-progress", "AnsweredBy": "human"}))
            action = _ACTION.search(document)
            if action and self.dice.random() < self.awake:
                self._post(_webhook(unescape(action[1]), {**form, "CallStatus": "in-progress", "Digits": "1"}))
            reports.append(_webhook(placed.report, {**form, "CallStatus": end}))
        self.dice.shuffle(reports)
        for report in reports:
            self._post(report)


def _webhook(url: str, form: Mapping[str, str]) -> Webhook:
    return Webhook(url=url, form=tuple(form.items()))

"""A desk of nothing but arithmetic, to walk the flow without a store: it takes keys and a few known sentences for what they
say, and answers by the flow."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from channels.phone.standing import Standing
from channels.phone.voice import callee, understood
from channels.phone.voice.flow import answer, chosen
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import Step
from channels.phone.voice.urls import Urls, from_query
from channels.phone.voice.words import Words, words_for
from intake.desk.calls.plan import Attempt, Callee
from intake.desk.policy_file.phone import Line, PhonePolicy
from intake.domain.label import Kind, Level, Priority
from intake.domain.ticket import Tier

PUBLIC = "https://desk.example.org"
LINE = Line(number="+4930901820")
MATRIX = {2: Priority.P1, 3: Priority.P2, 4: Priority.P3}
EVERYTHING_IS_DOWN = "the order system is down for all of us and nobody can work"
A_JAM = "the printer on my desk has a paper jam"
A_WISH = "please order a second screen for me"
SAID: Mapping[str, tuple[Kind, Level | None, Level | None]] = {
    EVERYTHING_IS_DOWN: (Kind.INCIDENT, Level.HIGH, Level.HIGH),
    A_JAM: (Kind.INCIDENT, None, None),
    A_WISH: (Kind.SERVICE_REQUEST, None, None),
}
UNTOLD = Standing(
    number=1042,
    kind=Kind.NONE,
    impact=Level.LOW,
    urgency=Level.LOW,
    priority=Priority.P4,
    tier=Tier.SUPPORT,
    assignment_group="support",
    answer_within="4h",
)
ONE = (Attempt(whom="Robin", callees=(Callee(agent="Robin", team="", phone="+4930555001"),)),)
TWO = (
    Attempt(
        whom="support",
        callees=tuple(Callee(agent=name, team="", phone=f"+493055511{n}") for n, name in enumerate(("Kim", "Sam", "Lee"))),
    ),
    Attempt(whom="leads", callees=tuple(Callee(agent="", team="leads", phone=f"+493055522{n}") for n in range(2))),
)
Answered = dict[tuple[str, tuple[tuple[str, str], ...], Standing], tuple[str, Standing]]


@dataclass(slots=True)
class PureDesk:
    """`away`: the store is, so that no number is known and nothing but the URL tells what was said before."""

    standing: Standing = UNTOLD
    plan: tuple[Attempt, ...] = TWO
    policy: PhonePolicy = field(default_factory=PhonePolicy)
    words: Words = field(default_factory=lambda: words_for(LINE, "Example Works"))
    away: bool = False
    answered: Answered = field(default_factory=dict)  # may be shared by desks that are alike

    def post(self, url: str, params: Mapping[str, str]) -> str:
        question = (url, tuple(sorted(params.items())), self.standing)
        if question not in self.answered:
            self.answered[question] = self._answer(url, params, self.standing)
        document, self.standing = self.answered[question]
        return document

    def _answer(self, url: str, params: Mapping[str, str], standing: Standing) -> tuple[str, Standing]:
        at = urlsplit(url)
        if not at.path.startswith("/twilio/voice"):
            return "<Response/>", standing
        step = Step(at.path.removeprefix("/twilio/voice").strip("/"))
        state, said = from_query(at.query), heard(params)
        if self.away:
            standing = replace(
                UNTOLD,
                number=None,
                kind=state.kind,
                impact=state.impact or Level.LOW,
                urgency=state.urgency or Level.LOW,
                impact_said=state.impact is not None,
                urgency_said=state.urgency is not None,
                known=standing.known,
            )
        if step is Step.OFFER and (number := chosen(state, said)) is not None:
            standing = replace(standing, number=None if self.away else number)
        if step is Step.ACCEPT and callee.takes(said) and not self.away:
            standing = replace(standing, taken_by="Robin Example")
        standing = _urgent(_told(standing, step, said, self.words))
        urls = Urls(public=PUBLIC)
        return answer(step, state, said, standing, self.plan, self.policy, self.words, urls), standing


def heard(params: Mapping[str, str]) -> Heard:
    bridged = params.get("DialBridged")
    return Heard(
        call=params["CallSid"],
        caller=params["From"] if params["From"].startswith("+") else "",
        line=params["To"],
        digits=params.get("Digits", ""),
        speech=params.get("SpeechResult", ""),
        confidence=float(params.get("Confidence", "0")),
        status=params["CallStatus"],
        dialed=params.get("DialCallStatus", ""),
        bridged=None if bridged is None else bridged == "true",
        recording=params.get("RecordingSid", ""),
        seconds=int(params.get("RecordingDuration", "0")),
    )


def _told(standing: Standing, step: Step, said: Heard, words: Words) -> Standing:
    level = understood.level(step, said, words)
    if step is Step.HIT and level is not None:
        return replace(standing, impact=level, impact_said=True)
    if step is Step.BAD and level is not None:
        return replace(standing, urgency=level, urgency_said=True)
    if step is Step.WHAT and (kind := understood.matter(said, words)) is not None:
        return replace(standing, kind=kind, urgency=Level.MEDIUM if kind is Kind.INCIDENT else standing.urgency)
    if step is Step.WHAT and (speech := understood.said(said, words)):
        kind, impact, urgency = SAID.get(speech, (Kind.NONE, None, None))
        return replace(
            standing,
            kind=kind,
            impact=impact or standing.impact,
            urgency=urgency or standing.urgency,
            impact_said=impact is not None,
            urgency_said=urgency is not None,
            about=speech,
        )
    return standing


def _urgent(standing: Standing) -> Standing:
    return replace(standing, priority=MATRIX.get(standing.impact + standing.urgency, Priority.P4))

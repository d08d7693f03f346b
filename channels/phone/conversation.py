"""Answering the webhooks of a call: put on record what was heard, look what became of it, say what comes next."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace

import structlog

from channels.phone.booking import Booking, Patience
from channels.phone.call_begin import begin_again
from channels.phone.entrance import Entered
from channels.phone.envelope import LANGUAGE, LAST, TALKED, WHOM, YES, Webhook, arrival_of, webhook_of
from channels.phone.hearing import CALLEE_STEPS, heard_of, state_of, step_of
from channels.phone.rung_for_a_p1 import rung_for_a_p1
from channels.phone.standing import Standing
from channels.phone.standing_from_store import standing_from_store
from channels.phone.standing_from_words import standing_from_words
from channels.phone.store_door import StoreDoor
from channels.phone.voice.connecting import next_place, rung, talked
from channels.phone.voice.fallback import fallback_answer
from channels.phone.voice.flow import answer, turn_away
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import CallState, Step
from channels.phone.voice.urls import Urls
from channels.phone.voice.words import Words, words_for
from intake.desk.calls.plan import Attempt, Callee, people_to_connect
from intake.desk.policy import Policy
from intake.desk.ports import Classifier, Clock
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import StoreUnavailable
from intake.domain.receipt import Receipt

# Of these steps the ticket is looked at first: whom the call rang goes on record with them.
_ABOUT_PEOPLE = CALLEE_STEPS | {Step.DIALED}

_LONGEST = 500  # characters of names
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """`state` is None where the query is none of ours: then the call goes on as a fresh one."""

    step: Step
    state: CallState | None
    heard: Heard
    words: Words
    language: str

    @property
    def call(self) -> str:
        """The caller's, also on a callee's phone."""
        return self.heard.parent or self.heard.call


class Conversation:
    """`numbers` are the desk's own, at least one; `patience` the seconds that the store has for one webhook."""

    def __init__(
        self,
        *,
        booking: Booking,
        door: StoreDoor,
        policy: Policy,
        classifier: Classifier,
        public_url: str,
        numbers: Sequence[str],
        clock: Clock,
        patience: float,
    ) -> None:
        self._booking = booking
        self._door = door
        self._policy = policy
        self._classifier = classifier
        self._urls = Urls(public=public_url)
        self._number, self._own = numbers[0], tuple(numbers)
        self._clock = clock
        self._patience = patience

    async def answer(self, entered: Entered) -> str:
        """TwiML, whatever goes wrong."""
        patience = Patience(self._patience)
        bare = arrival_of(Channel.PHONE, entered.raw, path=entered.path, query=entered.query, received_at=self._clock())
        try:
            turn = self._turn(webhook_of(bare))
        except Exception:
            log.exception("phone.webhook_not_understood", path=entered.path, do="see `intake ledger --outcome quarantined`")
            return await self._not_understood(bare, entered, patience)
        try:
            return await self._go_on(turn, bare, entered, patience)
        except Exception:
            log.exception(
                "phone.answer_failed", call=turn.call, step=turn.step.value, do="the caller was put through to on-call"
            )
            return self._fallback(turn)

    async def _not_understood(self, bare: Arrival, entered: Entered, patience: Patience) -> str:
        try:
            await self._kept(self._booking.book(bare, patience=patience))
        except Exception:
            log.exception("phone.not_kept", path=entered.path)
        return self._fallback(None, step_of(entered.path), entered.fields.get("Digits", ""))

    def _turn(self, webhook: Webhook) -> _Turn:
        step = step_of(webhook.path)
        heard = heard_of(webhook, step)
        heard = heard if heard.line else replace(heard, line=self._number)
        line = self._policy.phone.line(heard.line)
        words = words_for(line, self._policy.phone.company)
        return _Turn(step=step, state=state_of(webhook), heard=heard, words=words, language=line.language)

    async def _go_on(self, turn: _Turn, bare: Arrival, entered: Entered, patience: Patience) -> str:
        state = turn.state or CallState()
        if turn.step in _ABOUT_PEOPLE:
            found = await self._look(turn, patience)
            standing = found or self._from_words(turn, state)
            plan = self._plan(standing)
            about = self._about_people(turn, state, standing, plan, entered)
            await self._book(turn, state, entered, replace(bare, envelope={**bare.envelope, **about}), patience, found)
        else:
            booked = await self._book(turn, state, entered, bare, patience)
            standing = (await self._look(turn, patience) if booked else None) or self._from_words(turn, state)
            plan = self._plan(standing)
        step = turn.step if turn.state is not None else Step.BEGIN
        if step is Step.BEGIN and turn.heard.caller in (*self._own, turn.heard.line):
            return turn_away(turn.words)
        return answer(step, state, turn.heard, standing, plan, self._policy.phone, turn.words, self._urls)

    async def _book(
        self,
        turn: _Turn,
        state: CallState,
        entered: Entered,
        bare: Arrival,
        patience: Patience,
        found: Standing | None = None,
    ) -> bool:
        """Is it in the store? Of a call whose ticket no answer could name yet its begin goes first. On a callee's phone nobody
        says who called: what happens there waits in the spool, behind the begin, until the store knows the call."""
        arrival = replace(bare, envelope={**bare.envelope, LANGUAGE: turn.language})
        unnamed = turn.state is None or state.ticket is None
        if turn.step in CALLEE_STEPS and found is None:
            return await self._kept(self._booking.keep_for_later(arrival, call=turn.call))
        if turn.step in CALLEE_STEPS or turn.step is Step.BEGIN or not unnamed or self._booking.owes(turn.call):
            return await self._kept(self._booking.book(arrival, call=turn.call, patience=patience))
        begin = begin_again(entered.fields, turn.language, arrival.received_at)
        return await self._kept(self._booking.book(begin, arrival, call=turn.call, patience=patience))

    async def _kept(self, booking: Awaitable[Receipt | None]) -> bool:
        """Where nothing can be kept at all, the caller is not the one to suffer."""
        try:
            return await booking is not None
        except StoreUnavailable as away:
            log.error("phone.not_kept", reason=str(away), do="look at the store, and at the disk of the spool")
            return False

    async def _look(self, turn: _Turn, patience: Patience) -> Standing | None:
        """None where the store does not answer, or does not know the call."""
        offers = turn.step is Step.BEGIN
        try:
            return await self._door.look(
                lambda reader: standing_from_store(reader, self._policy, turn.call, offers=offers), patience.left
            )
        except StoreUnavailable:
            return None
        except Exception:
            log.exception("phone.ticket_not_read", call=turn.call)
            return None

    def _from_words(self, turn: _Turn, state: CallState) -> Standing:
        return standing_from_words(turn.step, state, turn.heard, turn.words, self._classifier, self._policy)

    def _plan(self, standing: Standing) -> tuple[Attempt, ...]:
        return people_to_connect(
            self._policy,
            kind=standing.kind,
            priority=standing.priority,
            tier=standing.tier,
            assignment_group=standing.assignment_group,
            now=self._clock(),
        )

    def _about_people(
        self, turn: _Turn, state: CallState, standing: Standing, plan: Sequence[Attempt], entered: Entered
    ) -> dict[str, str]:
        """Who it was, and whether anybody is left."""
        if turn.step in CALLEE_STEPS:
            return {WHOM: self._whose(entered.fields.get("To", ""), plan)}
        callees = rung(state, plan)
        names = ", ".join(self._name(one) for one in callees)
        if talked(turn.heard, standing.taken_by):
            return {WHOM: names[:_LONGEST], TALKED: YES}
        whom = plan[state.attempt].whom if state.one < 0 and callees else names
        left = None if standing.known else next_place(state, turn.heard, plan, self._policy.phone.together)
        return {WHOM: whom[:_LONGEST], **({} if left is not None else {LAST: YES})}

    def _whose(self, phone: str, plan: Sequence[Attempt]) -> str:
        """Who has this phone: of those who are rung, else of the directory; empty where nobody knows. Never the number: the
        caller may hear what is said here."""
        for attempt in plan:
            for one in attempt.callees:
                if one.phone == phone:
                    return self._name(one)
        return next((agent.name for agent in self._policy.agents.values() if agent.phone == phone), "")

    def _name(self, callee: Callee) -> str:
        return callee.agent or self._policy.team(callee.team).title

    def _fallback(self, turn: _Turn | None, step: Step = Step.BEGIN, digits: str = "") -> str:
        """Whoever is on call for a P1, without a word from the store."""
        plan = rung_for_a_p1(self._policy, self._clock())
        if turn is not None:
            return fallback_answer(turn.step, turn.state or CallState(), turn.heard, plan, turn.words, self._urls)
        line = self._policy.phone.line(self._number)
        heard, words = Heard(call="", caller="", line=line.number, digits=digits), words_for(line, self._policy.phone.company)
        return fallback_answer(step, CallState(), heard, plan, words, self._urls)

"""The script, played at a real desk: a real store, real timers, a real outbox, and a clock that the drive alone moves on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import bindparam, func, select, text

from classifier.similarity.window import RecentReports
from intake.desk.desk import Desk
from intake.desk.policy import Policy
from intake.desk.storms.memory import Memory
from intake.domain.channel import Channel
from intake.domain.delivery import DeliveryState, SentRef
from intake.domain.receipt import Outcome, Receipt
from intake.domain.storm import StormStory
from storage import schema
from storage.store import SqlStore
from storage.storms import storm_lines, storm_story
from tests.desk.at_the_desk import KEYS, AtTheDesk
from tests.week.happening import Happening, Second, What, moment, second
from tests.week.ladders import Relay
from tests.week.spoken import DESK_ITSELF, label_of, message_of
from tests.week.written_deeds import deed_of

CHANNELS = (Channel.EMAIL, Channel.SMS)
NEVER = moment(10**8)
_T, _D = schema.timers.c, schema.deliveries.c
_WAITING = text("deliveries.state in ('queued', 'sending')")  # spelt as the partial index spells it
_NEXT = select(
    select(func.min(_T.due_at)).where(text("timers.state = 'running'")).scalar_subquery(),
    select(func.min(_D.due_at)).where(_WAITING, _D.rank.in_((0, 1, 2)), _D.due_at <= bindparam("now")).scalar_subquery(),
)
_LEFT = [DeliveryState.SENT.value, DeliveryState.DELIVERED.value]
_SAID = {What.OPENED, What.WRITTEN_TO, What.ANSWERED_DIRECTLY, What.CAME_BACK}


class DeskOfTheWeek(AtTheDesk):
    """It remembers what was reported, until it is started anew."""

    _running: Desk | None = None

    @property
    def desk(self) -> Desk:
        if self._running is None:
            memory = Memory(RecentReports, self.policy, follows=False)
            own = (DESK_ITSELF.value,)
            self._running = Desk(self.policy, KEYS, self.clock, senders=CHANNELS, own=own, memory=memory)
        return self._running

    def starts_anew(self, policy: Policy) -> None:
        self.policy, self._running = policy, None


@dataclass(kw_only=True)
class Drive:
    """`refused` and `said` are the desk's answers to the script's happenings, in their order."""

    at_the_desk: DeskOfTheWeek
    relay: Relay
    numbers: dict[str, int] = field(default_factory=dict)
    refused: list[bool] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    fired: int = 0

    @property
    def store(self) -> SqlStore:
        return self.at_the_desk.store

    @property
    def now(self) -> datetime:
        return self.at_the_desk.clock.now

    def plays(self, happenings: Sequence[Happening], doings: Mapping[Second, Callable[[], None]]) -> None:
        """Whatever is due first: a timer, what is waiting in the outbox, the script's next happening, somebody who looks."""
        points: list[tuple[Second, Callable[[], None]]] = [(one.at, partial(self._happens, one)) for one in happenings]
        points += [*doings.items(), *((at, lambda: None) for at in self.relay.returns)]
        for at, doing in sorted(points, key=lambda one: one[0]):
            while min(due := self._next_due()) <= moment(at):
                timer, delivery = due
                self.at_the_desk.clock.now = max(self.now, min(due))
                if delivery <= self.now:
                    self._sends()
                elif timer <= self.now:
                    self.fired += self.at_the_desk.fires_what_is_due()
            self.at_the_desk.clock.now = moment(at)
            doing()

    def _next_due(self) -> tuple[datetime, datetime]:
        """A timer, and what is due in the outbox: while the relay is away, nobody asks for that."""
        with self.store.reading() as connection:
            timer, delivery = connection.execute(_NEXT, {"now": self.now}).one()
        if self.relay.is_away(second(self.now)):
            delivery = None
        return timer or NEVER, delivery or NEVER

    def _sends(self) -> None:
        dispatcher = self.at_the_desk.dispatcher
        with self.store.begin() as books:
            for outbound in dispatcher.claim(CHANNELS, 1_000, books, self.now):
                dispatcher.sent(outbound, SentRef(value=f"sent-{outbound.delivery.id}"), books, self.now)

    def _happens(self, one: Happening) -> None:
        receipt = self._hears(one) if one.what in _SAID else self._does(one)
        assert receipt.outcome is not Outcome.QUARANTINED, f"{one}: {receipt.reason}"
        if one.what is What.OPENED:
            assert receipt.ticket is not None
            self.numbers[one.ticket] = receipt.ticket
        self.refused.append(receipt.outcome is Outcome.SUPPRESSED)
        self.said.append(f"{receipt.outcome.value}: {receipt.reason}")

    def _hears(self, one: Happening) -> Receipt:
        back = (0, "")
        if one.what is What.CAME_BACK:
            left = self._left(self.numbers[one.ticket])
            if not left:
                return Receipt(id=0, outcome=Outcome.APPENDED, reason="nothing has left")
            back = left[-1]
        said = message_of(one, self.numbers.get(one.ticket, 0), self.now, back)
        return self.at_the_desk.hears(said, label_of(one) if one.what is What.OPENED else None)

    def _does(self, one: Happening) -> Receipt:
        return self.at_the_desk.does(deed_of(one, self.numbers), one.by, ticket=self.number(one.ticket))

    def number(self, name: str) -> int:
        """A storm's parent, which the desk opens, is where the reports have gone."""
        if name not in self.numbers:
            story = self.storm(name)
            assert story is not None, f"no storm of {name}"
            self.numbers[name] = story.line.storm.parent
        return self.numbers[name]

    def storm(self, outage: str) -> StormStory | None:
        with self.store.reading() as connection:
            for line in storm_lines(connection, (), None, 100):
                story = storm_story(connection, line.storm.parent)
                if story is not None and self._first_report(outage) in {member.ticket for member in story.members}:
                    return story
        return None

    def _first_report(self, outage: str) -> int:
        return self.numbers.get(f"{outage} 0", 0)

    def _left(self, number: int) -> list[tuple[int, str]]:
        """The deliveries of answers that the relay took and that have not come back, the oldest first; and where they went."""
        query = select(_D.id, _D.address).where(_D.ticket == number, _D.reply.is_not(None), _D.state.in_(_LEFT))
        with self.store.reading() as connection:
            return [(row.id, row.address) for row in connection.execute(query.order_by(_D.id))]

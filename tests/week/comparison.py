"""The oracle's week beside the desk's."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from intake.domain.notice import NoticeKind
from tests.week.clocks import Reading
from tests.week.desk_says import Record, Seen, Stored
from tests.week.drive import Drive
from tests.week.happening import Happening, Second, moment, second
from tests.week.life import OPEN, PAUSED, Life, Told
from tests.week.oracle import Oracle
from tests.week.storms import ALONE, KNOWN, UPDATE

Look = Mapping[str, tuple[tuple[object, ...], Mapping[str, Reading | None]]]

STORM_NOTICES = {
    KNOWN: NoticeKind.STORM_KNOWN,
    UPDATE: NoticeKind.STORM_UPDATE,
    ALONE: NoticeKind.STORM_DISSOLVED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    ticket: str
    topic: str
    oracle: object
    desk: object


@dataclass(kw_only=True)
class Comparison:
    """`compared` counts by topic what was put side by side."""

    compared: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def put(self, ticket: str, topic: str, oracle: object, desk: object) -> None:
        self.compared[topic] += 1
        if oracle != desk:
            self.differences.append(Difference(ticket=ticket, topic=topic, oracle=oracle, desk=desk))

    def put_each(self, ticket: str, topic: str, oracle: Sequence[object], desk: Sequence[object]) -> None:
        """What both have counts one by one; what only one of them has is one difference."""
        self.compared[topic] += len(set(oracle) | set(desk)) or 1
        if list(oracle) != list(desk):
            only = [one for one in oracle if one not in desk], [one for one in desk if one not in oracle]
            self.differences.append(Difference(ticket=ticket, topic=topic, oracle=only[0], desk=only[1]))

    def answers(self, script: Sequence[Happening], oracle: Sequence[bool], desk: Sequence[bool]) -> None:
        for one, theirs, ours in zip(script, oracle, desk, strict=True):
            self.put(one.ticket, f"refused: {one.what.value}, {moment(one.at):%a %H:%M:%S}", theirs, ours)

    def looks(self, at: Second, oracle: Look, desk: Mapping[str, Seen]) -> None:
        self.put_each("the whole desk", f"tickets, {moment(at):%a %H:%M}", sorted(oracle), sorted(desk))
        for name in oracle.keys() & desk.keys():
            (stands, readings), seen = oracle[name], desk[name]
            self.put(name, f"stands, {moment(at):%a %H:%M}", stands, seen.stands)
            for clock, reading in readings.items():
                self.put(name, f"{clock}, {moment(at):%a %H:%M}", reading, seen.worked_out[clock])
                stored = _stored(reading)
                self.put(name, f"{clock} as stored, {moment(at):%a %H:%M}", stored, seen.stored[clock])

    def week(self, oracle: Oracle, desk: Record, numbers: Mapping[str, int]) -> None:
        for name, life in oracle.lives.items():
            number = numbers[name]
            self.put_each(name, "warnings and breaches", in_order(life.told), in_order(desk.told(number)))
            self.put_each(name, "escalations", life.climbs, desk.climbs(number))
            self.put_each(name, "pages", _pages(life), desk.pages(number))
            urged = [(at, life.person) for at in life.urged]
            self.put_each(name, "acknowledgements", _acknowledged(life), desk.acknowledgements(number))
            self.put_each(name, "people are woken, its requester hears", urged, desk.notices(number, NoticeKind.URGENT))

    def storms(self, oracle: Oracle, desk: Record, drive: Drive) -> None:
        for name, storm in oracle.storms.items():
            story = drive.storm(name)
            if not storm.stage or story is None:
                self.put(name, "storm", storm.stage, "" if story is None else story.line.storm.stage.value)
                continue
            found = story.line.storm
            formed = second(found.formed_at) if found.formed_at is not None else None
            self.put(
                name,
                "storm",
                (storm.stage, storm.proposed_at, storm.formed_at),
                (found.stage.value, second(found.since), formed),
            )
            tickets = {number: ticket for ticket, number in drive.numbers.items()}
            self.put_each(
                name, "members of the storm", sorted(storm.members), sorted(tickets[one.ticket] for one in story.members)
            )
            parent = oracle.lives[name]
            over = next(at for at, state in parent.states if state not in OPEN)
            reminders = [at for at, _ in desk.notices(found.parent, NoticeKind.STORM_UPDATE_DUE)]
            every = 60 * oracle.rules.storm("update_minutes")
            self.put_each(name, "storm: reminders of an update", storm.reminders(over, every), reminders)
            moments = [at for at in (storm.proposed_at, storm.formed_at) if at is not None]
            asked = [(at, oracle.rules.mail_of_team("support")) for at in moments]
            self.put_each(
                name,
                "storm: tier 1 is asked, and told that it has formed",
                asked,
                desk.notices(found.parent, NoticeKind.STORM_PROPOSED),
            )
            for what, kind in STORM_NOTICES.items():
                told = [(one.at, one.person) for one in storm.told if one.what == what]
                heard = [one for member in story.members for one in desk.notices(member.ticket, kind)]
                self.put_each(name, f"told of the storm: {what}", sorted(told), sorted(heard))

    @property
    def by_topic(self) -> Counter[str]:
        counted = Counter[str]()
        for topic, count in self.compared.items():
            counted[_short(topic)] += count
        return counted

    def __str__(self) -> str:
        topics = Counter(_short(one.topic) for one in self.differences)
        return f"{self.compared.total()} compared, {len(self.differences)} differ: {dict(topics)}"


def _short(topic: str) -> str:
    return topic.partition(",")[0].partition(":")[0]


def _acknowledged(life: Life) -> list[tuple[Second, str, bool]]:
    return [(life.opened, life.person, life.acknowledgement)] if life.acknowledgement is not None else []


def in_order(told: Sequence[Told]) -> list[Told]:
    """What is told at one moment comes in any order, and to everybody whom any of it concerns."""
    to: dict[tuple[bool, Second], set[str]] = defaultdict(set)
    for one in told:
        to[one.breach, one.at].update(one.to)
    each = [replace(one, to=tuple(sorted(to[one.breach, one.at]))) for one in told]
    return sorted(each, key=lambda one: (one.at, one.clock, one.breach))


def _stored(reading: Reading | None) -> Stored | None:
    if reading is None:
        return None
    return reading.state, reading.due, reading.left if reading.state == PAUSED else None


def _pages(life: Life) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for run in life.runs:
        found.append(("run", run.started, run.ladder.name, run.state, run.ended))
        for page in run.pages:
            left = bool(page.address) and not page.withdrawn
            found.append(("page", page.step, page.repetition, page.at, page.address, left))
    return found


def stories(differences: Sequence[Difference], script: Sequence[Happening], most: int = 12) -> str:
    """For people: what was to happen to a ticket, what the oracle says, what the desk did."""
    by_ticket: dict[str, list[Difference]] = defaultdict(list)
    for one in differences:
        by_ticket[one.ticket].append(one)
    told = []
    for name, found in list(by_ticket.items())[:most]:
        lines = [f"── {name} ──", *(f"  {one}" for one in script if one.ticket == name)]
        for one in found[:4]:
            lines += [f"  {one.topic}:", f"    oracle {readable(one.oracle)}", f"    desk   {readable(one.desk)}"]
        told.append("\n".join(lines))
    return "\n".join(told)


def readable(what: object) -> str:
    """Seconds of the week as moments."""
    match what:
        case list() | tuple():
            return "(" + ", ".join(readable(one) for one in what) + ")"
        case bool() | str() | None:
            return repr(what)
        case int() if what > 3_600:
            return f"{moment(what):%a %H:%M:%S}={what}"
        case _:
            return repr(what)

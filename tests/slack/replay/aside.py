"""What happens beside what people say and press: files, mails, other programs, the console, forged forms."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

from channels.slack.presses import Press
from intake.desk.incoming import understand
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.attached_file import AttachedFile
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Reply
from intake.domain.message import InboundMessage, ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Receipt
from tests.desk.at_the_desk import mail
from tests.slack.events import bot_message, own_message
from tests.slack.ids import BOT_USER, Payload
from tests.slack.interactions import submission
from tests.slack.replay.play import Play, Said
from tests.slack.replay.town import PEOPLE, ROOMS
from tests.texts.text_desk import LABELS


def adds_file(play: Play, one: Said, name: str) -> Said:
    """To what was just written, before anybody is told of it. What is in the file says whose it is."""
    play.count += 1
    stored = f"F{play.count:06d}"
    play.double.uploads[stored] = one.mark.encode()
    play.heard.remove(one)
    play.heard.append(replace(one, file=f"{stored}/{name}"))
    return play.heard[-1]


def fetched_by(play: Play) -> list[str]:
    """What each download of a file has shown for itself."""
    return [call.token for call in play.double.calls if call.method == "file"]


async def mails(play: Play, who: str, number: int, words: str) -> Receipt:
    """About a ticket, which the subject alone names; nothing proves that they are of it."""
    mark = play.mark(f"words{who}")
    play.classifier.labels[mark] = LABELS["broken"]
    play.heard.append(Said(who=who, room=PEOPLE[who].direct, at="", thread="", words=words, mark=mark))
    message = mail(
        f"{words} {mark}",
        author=Address(kind=AddressKind.EMAIL, value=PEOPLE[who].mail, name=PEOPLE[who].name),
        subject=f"Re: [HD-{number}]",
        answers=(ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.SUBJECT_TAG, value=f"HD-{number}"),),
        received_at=play.clock.now,
    )
    return await _enters(play, message)


async def answers_with_file(play: Play, who: str, number: int, words: str, name: str) -> Receipt:
    """In the console, where answers may have files."""
    mark = play.mark("answer")
    play.answers[mark] = number
    file = AttachedFile(name=name, content_type="text/plain", content=b64encode(f"see {mark}file".encode()).decode())
    deed = Action(
        channel=Channel.API,
        external_id=f"console/{mark}",
        received_at=play.clock.now,
        by=Principal(name=PEOPLE[who].name, role=Role.AGENT, teams=frozenset({PEOPLE[who].team})),
        deed=Reply(text=f"{words} {mark}", files=(file,)),
        ticket=number,
    )
    return await _enters(play, deed)


async def gets_news(play: Play, who: str, number: int) -> Said:
    """Something of the desk's about a ticket stands in the direct messages of somebody who takes no part."""
    room = PEOPLE[who].direct
    play.double.now = play.clock.now
    at = play.double.put(room, f"News of HD-{number}", user=BOT_USER)
    name = ThreadRef(channel=Channel.SLACK, kind=ThreadKind.CONVERSATION, value=f"{room}/{at}")
    await play.here.writer.run(lambda books: books.threads.bind([name], number))
    return Said(who=who, room=room, at=at, thread="", words="", mark="")


async def programs_talk(play: Play, room: str, thread: str = "") -> None:
    """Another app, a workflow that speaks for a person, and the desk itself, whose posts all come back as events."""
    play.double.now = play.clock.now
    for user in ("", PEOPLE["ben"].id):
        mark = play.mark("inside")
        play.inside.append(mark)
        play.classifier.labels[mark] = LABELS["burning"]
        at = play.double.put(ROOMS[room], mark, user=user or "B0DEPLOY001", thread=thread)
        where = {"user": user, "room": ROOMS[room], "at": at, "thread": thread}
        await play.hears(bot_message(f"everything is down {mark}", **where), f"{ROOMS[room]}/{at}")
    for channel, posted in list(play.double.messages.items()):
        for one in list(posted):
            if one.get("user") == BOT_USER:
                where = {"room": channel, "at": str(one["ts"]), "thread": str(one.get("thread_ts") or "")}
                await play.hears(own_message(str(one.get("text", "")), **where))


async def forges(play: Play, who: str, what: Press, about: int, view: Payload, **forged: int) -> str:
    """A form goes off by somebody's hand, whose hidden part says what no form of theirs has said; what they are told."""
    kept: dict[str, object] = {"n": about, "r": _revision(play, about), "g": 0, "l": "en", **forged}
    mark = play.mark("inside")
    play.inside.append(mark)
    field = "reason" if what is Press.REJECT_REPLY else "text"
    payload = submission(
        what,
        {f"{field}/0": {field: {"type": "plain_text_input", "value": f"let me in {mark}"}}},
        private=json.dumps(kept, separators=(",", ":")),
        user=PEOPLE[who].id,
        view_id=str(view["id"]),
        hash=str(view["hash"]),
    )
    return await play.hears(payload)


def desk_posts(play: Play) -> Mapping[str, int]:
    """How many of the desk's own stand in each room."""
    return {
        room: len([one for one in posted if one.get("user") == BOT_USER])
        for room, posted in play.double.messages.items()
        if any(one.get("user") == BOT_USER for one in posted)
    }


def _revision(play: Play, number: int) -> int:
    with play.store.looking() as reader:
        return next(line.ticket.revision for line in reader.tickets(limit=10_000) if line.ticket.number == number)


async def _enters(play: Play, what: InboundMessage | Action) -> Receipt:
    arrival = Arrival(channel=what.channel, received_at=what.received_at, raw=repr(what).encode(), envelope={})
    incoming = understand(arrival, lambda _: what, play.classifier)
    replica = play.here
    return await replica.writer.run(lambda books: replica.desk.receive(incoming, books))

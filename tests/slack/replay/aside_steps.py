"""The steps of a conversation that tell what happens beside what people say and press, and what must have come of it."""

import json
from collections.abc import Mapping

from channels.slack.presses import Press
from intake.domain.channel import Channel
from intake.domain.story import TicketStory
from tests.slack.ids import BOT_TOKEN
from tests.slack.replay import aside
from tests.slack.replay.play import Play, Said
from tests.slack.replay.town import TRIAGES


async def happens(play: Play, letters: Mapping[str, int], names: dict[str, Said], step: Mapping[str, object]) -> bool:
    """False for what is none of these steps."""
    who, number = str(step.get("who", "eve")), letters.get(str(step.get("on", "")), 0)
    words = str(step.get("text", ""))
    match step["do"]:
        case "mail":
            receipt = await aside.mails(play, who, number, words)
            assert receipt.outcome == step["receipt"], receipt
            names["last"] = names[str(step.get("as", "last"))] = play.heard[-1]
        case "news":
            names[str(step["as"])] = await aside.gets_news(play, who, number)
        case "send file":
            receipt = await aside.answers_with_file(play, who, number, words, str(step["file"]))
            assert receipt.refusal is None, receipt
        case "programs":
            root = names.get(str(step.get("thread", "")))
            before = aside.desk_posts(play)
            await aside.programs_talk(play, str(step["in"]), root.at if root else "")
            await play.waits(minutes=2)
            assert aside.desk_posts(play) == before, "somebody was answered"
        case "remember card":
            room, at = play.card(number)
            names[str(step["as"])] = Said(who="kim", room=room, at=at, thread="", words="", mark="")
        case "forge":
            await _forges(play, number, letters[str(step.get("from", step["on"]))], step)
        case _:
            return False
    return True


async def _forges(play: Play, number: int, opened: int, step: Mapping[str, object]) -> None:
    view = await play.opens(str(step.get("opener", step["who"])), Press(str(step.get("opens", "reply"))), opened)
    assert view is not None, "no form"
    assert "private_metadata" in view, "it was refused"
    before = _story(play, number)
    hidden = step.get("private", {})
    assert isinstance(hidden, dict)
    told = await aside.forges(play, str(step["who"]), Press(str(step["what"])), number, view, **hidden)
    assert "response_action" in told, f"it closed: {told!r}"
    after = _story(play, number)
    assert (after.messages, after.line.ticket) == (before.messages, before.line.ticket), "something was done"


def expects(play: Play, letters: Mapping[str, int], names: Mapping[str, Said], step: Mapping[str, object]) -> None:
    for asked, wanted in _table(step, "files"):
        kept = [one.name for message in _story(play, letters[asked]).messages for one in message.attachments]
        assert kept == wanted, kept
    assert set(aside.fetched_by(play)) <= {f"Bearer {BOT_TOKEN}"}
    for shown in ("on_card", "off_card"):
        for name, letter in _table(step, shown):
            assert _on_card(play, names[name], letters[str(letter)]) is (shown == "on_card"), f"{name} is not {shown}"
    for seen in ("public", "hidden"):
        for name, letter in _table(step, seen):
            found = [one for one in _story(play, letters[str(letter)]).messages if names[name].mark in one.body]
            assert [one.public for one in found] == [seen == "public"], found
    for letter, words in _table(step, "told"):
        room, at = _card(play, letters[letter])
        assert str(words) in json.dumps(play.double.thread(room, at)), f"nothing of it stands under the card of {letter}"
    if "tickets" in step:
        with play.store.looking() as reader:
            assert len(reader.tickets(limit=10_000)) == step["tickets"]


def _on_card(play: Play, one: Said, number: int) -> bool:
    room, at = _card(play, number)
    return any(one.mark in json.dumps(shown) for shown in play.double.posted(room) if shown["ts"] == at)


def _card(play: Play, number: int) -> tuple[str, str]:
    """Its own: another one may name this ticket as well."""
    with play.store.begin() as books:
        (ref,) = [one.ref for one in books.mirrors.of(number) if one.channel is Channel.SLACK and not one.over]
    room, _, at = ref.partition("/")
    assert room in TRIAGES
    return room, at


def _table(step: Mapping[str, object], name: str) -> list[tuple[str, object]]:
    found = step.get(name, {})
    assert isinstance(found, dict)
    return list(found.items())


def _story(play: Play, number: int) -> TicketStory:
    with play.store.looking() as reader:
        story = reader.story(number)
    assert story is not None
    return story

"""A room is archived, a card cannot be changed any more, somebody has left: what is to be said still gets where it can."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from channels.slack.outgoing.half_sent import EVENT
from channels.slack.outgoing.send import SlackSender
from channels.slack.vendor.api import SlackFault
from channels.slack.vendor.client import SlackApi
from intake.domain.mirror import Mirror
from intake.domain.notice import NoticeKind
from tests.slack.ids import ANN, BOT_TOKEN, BOT_USER, DIRECT, GENERAL, HELP, TRIAGE
from tests.slack.outgoing import CARD, IN_HELP, LETTERHEAD, file, mirrored, notice, reply, under
from tests.slack.sending import OneToken, in_help, refused, sender_to
from tests.slack.slack_double import SlackDouble, slack_double
from tests.slack.slack_state import OTHER_TOKEN


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with slack_double() as double:
        yield double
        double.check()


@pytest.fixture
async def sender(slack: SlackDouble) -> AsyncIterator[SlackSender]:
    made = sender_to(slack)
    yield made
    await made.close()


@pytest.mark.parametrize(
    "code", ["channel_not_found", "not_in_channel", "is_archived", "restricted_action", "thread_not_found"]
)
async def test_an_answer_that_a_room_takes_no_more_goes_to_the_direct_messages(
    slack: SlackDouble, sender: SlackSender, code: str
) -> None:
    slack.refuses[f"chat.postMessage {HELP}"] = code
    ref = await sender.send(reply("Please log in again.", room=IN_HELP, answers=in_help(slack), resolves=True))
    [said] = slack.posted(DIRECT)
    assert ref.value == f"{DIRECT}/{said['ts']}"
    assert "Please log in again." in str(said["text"])
    assert "thread_ts" not in said


async def test_somebody_who_cannot_be_written_to_there_either_is_reached_another_way(
    slack: SlackDouble, sender: SlackSender
) -> None:
    slack.refuses["chat.postMessage"] = "is_archived"
    assert (await refused(sender, reply("Done.", room=IN_HELP, answers=in_help(slack)))).permanent


async def test_what_waited_in_a_thread_whose_root_is_gone_is_said_in_person(slack: SlackDouble, sender: SlackSender) -> None:
    slack.refuses["conversations.replies"] = "thread_not_found"
    await sender.send(reply("Done.", room=IN_HELP, answers=in_help(slack), attempts=2))
    assert len(slack.posted(DIRECT)) == 1


async def test_whoever_has_left_is_known_to_have_left_in_a_conversation_that_was_open(
    slack: SlackDouble, sender: SlackSender
) -> None:
    await sender.send(notice(NoticeKind.ACKNOWLEDGEMENT))
    slack.refuses["chat.postMessage"] = "account_inactive"
    gone = await refused(sender, notice(NoticeKind.PROGRESS, id=78))
    assert (gone.permanent, gone.dead) == (True, True)


async def test_a_card_that_is_not_ours_any_more_is_posted_anew(slack: SlackDouble, sender: SlackSender) -> None:
    first = await sender.send(mirrored())
    slack.refuses["chat.update"] = "cant_update_message"  # the app was made anew
    second = await sender.send(mirrored(mirror=replace(CARD, ref=first.value), id=78))
    assert second.value != first.value
    assert len(slack.posted(TRIAGE)) == 2


async def test_a_card_that_comes_back_is_a_new_one_below(slack: SlackDouble, sender: SlackSender) -> None:
    old = await sender.send(mirrored())
    back = replace(mirrored(id=78, late=timedelta(minutes=5)), elsewhere=frozenset({old.value}))
    new = await sender.send(back)
    assert [f"{TRIAGE}/{one['ts']}" for one in slack.posted(TRIAGE)] == [old.value, new.value]


@pytest.mark.parametrize("code", ["channel_not_found", "not_in_channel", "is_archived"])
async def test_a_card_waits_until_the_desk_is_invited_again(slack: SlackDouble, sender: SlackSender, code: str) -> None:
    slack.refuses["conversations.info"] = code
    waits = await refused(sender, mirrored())
    assert (waits.permanent, waits.tried) == (False, False)
    assert code in str(waits)
    again = await refused(sender, mirrored(id=79, mirror=Mirror(id=32, ticket=1042, channel=CARD.channel, address=TRIAGE)))
    assert not again.permanent
    assert len(slack.asked("conversations.info")) == 1  # so soon it is not asked anew for every ticket
    del slack.refuses["conversations.info"]
    for _ in range(310):
        sender_clock(sender)
    await sender.send(mirrored())
    assert len(slack.posted(TRIAGE)) == 1


def sender_clock(sender: SlackSender) -> None:
    """A second goes by."""
    sender._rooms._clock()


async def test_a_file_of_somebody_else_is_not_taken_for_ours(slack: SlackDouble, sender: SlackSender) -> None:
    root = in_help(slack)
    thread = root.partition("/")[2]
    slack.put(HELP, "", user=BOT_USER, thread=thread, files=[{"name": "guide.txt"}])  # of an earlier answer
    letter = reply("As attached.", files=(file("guide.txt", b"how to"),), room=IN_HELP, answers=root)
    slack.rests["files.getUploadURLExternal"] = [1]
    await refused(sender, letter)
    slack.put(HELP, "mine", user="U0BYSTANDER", thread=thread, files=[{"name": "guide.txt"}])
    await sender.send(replace(letter, deliveries=(replace(letter.delivery, attempts=2),)))
    assert list(slack.uploads.values()) == [b"how to"]


async def test_a_mark_of_another_desk_is_none_of_ours(slack: SlackDouble, sender: SlackSender) -> None:
    mark = {"event_type": EVENT, "event_payload": {"delivery": "77", "mirror": ""}}
    slack.put(DIRECT, "of a trial installation", user="U0OTHERBOT", metadata=mark)
    await sender.send(notice(NoticeKind.ACKNOWLEDGEMENT, attempts=2))
    assert len(slack.asked("chat.postMessage")) == 1


async def test_a_page_does_not_queue_behind_what_its_reader_is_told_besides(slack: SlackDouble) -> None:
    api = SlackApi(OneToken(), f"{slack.url}/api/")
    quick = SlackSender(api, LETTERHEAD, clock=lambda: 5.0, close=api.close)
    await quick.send(notice(NoticeKind.WATCHED, id=70, what="resolved"))
    for number in (71, 72, 73):
        await refused(quick, notice(NoticeKind.WATCHED, id=number, what="resolved"))
    await quick.send(notice(NoticeKind.PAGE, id=74))
    await quick.close()
    assert len(slack.posted(DIRECT)) == 2


async def test_the_news_under_a_card_wait_with_it(slack: SlackDouble, sender: SlackSender) -> None:
    slack.rooms[TRIAGE] = {"is_private": False}
    waits = await refused(sender, under(NoticeKind.ADDITION, mirror=replace(CARD, ref=f"{TRIAGE}/1.000001"), said="more"))
    assert (waits.permanent, waits.tried) == (False, False)
    assert not slack.posted(TRIAGE)
    assert ANN not in str(waits)


async def test_a_channel_or_a_person_never_heard_is_found_among_several_workspaces(slack: SlackDouble) -> None:
    asked: list[str] = []

    class Tokens:
        async def bot(self, workspace: str) -> str:
            asked.append(workspace)
            if workspace == "T0FIRST":
                raise SlackFault("no_token")
            return {"T0SECOND": OTHER_TOKEN, "T0THIRD": BOT_TOKEN}[workspace]

    async def workspaces() -> Sequence[str]:
        return ["T0FIRST", "T0SECOND", "T0THIRD"]

    slack.unknown[OTHER_TOKEN] = TRIAGE
    slack.users[ANN] = {"id": ANN}
    api = SlackApi(Tokens(), f"{slack.url}/api/")
    sender = SlackSender(api, LETTERHEAD, close=api.close, workspaces=workspaces)
    ref = await sender.send(mirrored())
    await sender.send(mirrored(mirror=replace(CARD, ref=ref.value), id=78))
    assert len(slack.posted(TRIAGE)) == 1
    assert asked.count("T0SECOND") == 1  # it is not looked for again
    asked.clear()
    await sender.send(notice(NoticeKind.PAGE, id=90))  # to somebody on call of whom nothing was ever heard
    assert (set(asked), asked.count("T0SECOND") > 1, len(slack.posted(DIRECT))) == ({"T0FIRST", "T0SECOND"}, True, 1)
    slack.unknown = {OTHER_TOKEN: GENERAL, BOT_TOKEN: GENERAL}
    nowhere = await refused(sender, mirrored(mirror=replace(CARD, id=40, address=GENERAL)))
    await sender.close()
    assert (nowhere.permanent, nowhere.tried) == (False, False)
    assert "invite the desk" in str(nowhere)


async def test_the_desk_is_taken_out_of_a_triage_channel_that_it_knew(slack: SlackDouble, sender: SlackSender) -> None:
    ref = await sender.send(mirrored())
    slack.refuses[f"chat.postMessage {TRIAGE}"] = "not_in_channel"
    news = await refused(sender, under(NoticeKind.ADDITION, mirror=replace(CARD, ref=ref.value), said="more"))
    card = await refused(sender, mirrored(mirror=replace(CARD, ref=ref.value), id=80))
    assert [(one.permanent, one.tried, one.retry_after) for one in (news, card)] == [(False, False, 300.0)] * 2

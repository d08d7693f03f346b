"""What Slack gets: once, in the right place, whatever happens in between."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from channels.slack.json_value import text
from channels.slack.outgoing.send import SlackSender
from channels.slack.vendor.client import SlackApi
from intake.domain.notice import NoticeKind
from tests.slack.ids import ANN, BOT_TOKEN, DIRECT, HELP, TEAM
from tests.slack.outgoing import IN_HELP, LETTERHEAD, file, notice, reply
from tests.slack.sending import in_help, refused, sender_to
from tests.slack.slack_double import SlackDouble, slack_double


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


async def test_an_answer_goes_to_the_thread_that_it_answers(slack: SlackDouble, sender: SlackSender) -> None:
    root = in_help(slack)
    ref = await sender.send(reply("Please log in again.", room=IN_HELP, answers=root))
    [said] = slack.thread(HELP, root.partition("/")[2])
    assert "Please log in again." in str(said["text"])
    assert ref.value == f"{HELP}/{said['ts']}"
    [asked] = slack.asked("chat.postMessage")
    assert (asked["unfurl_links"], asked["unfurl_media"]) == ("false", "false")


async def test_what_answers_nothing_goes_to_the_direct_messages(slack: SlackDouble, sender: SlackSender) -> None:
    first = await sender.send(notice(NoticeKind.ACKNOWLEDGEMENT))
    await sender.send(notice(NoticeKind.PROGRESS, id=78))
    assert first.value.startswith(f"{DIRECT}/")
    assert [one.get("thread_ts") for one in slack.posted(DIRECT)] == [None, None]
    assert len(slack.asked("conversations.open")) == 1  # remembered


async def test_somebody_of_another_workspace_is_written_to_with_its_token(slack: SlackDouble) -> None:
    asked: list[str] = []

    class Tokens:
        async def bot(self, workspace: str) -> str:
            asked.append(workspace)
            return BOT_TOKEN

    api = SlackApi(Tokens(), f"{slack.url}/api/")
    await SlackSender(api, LETTERHEAD, close=api.close).send(reply("Done.", room=IN_HELP, answers=in_help(slack)))
    await api.close()
    assert asked == [TEAM]


async def test_a_post_whose_answer_was_lost_is_found_again(slack: SlackDouble, sender: SlackSender) -> None:
    root = in_help(slack)
    slack.swallows = 1
    lost = await refused(sender, reply("Once.", room=IN_HELP, answers=root))
    assert (lost.permanent, lost.tried) == (False, True)
    ref = await sender.send(reply("Once.", room=IN_HELP, answers=root, attempts=2))
    [said] = slack.thread(HELP, root.partition("/")[2])
    assert ref.value == f"{HELP}/{said['ts']}"


async def test_a_direct_message_whose_answer_was_lost_is_found_on_a_later_page(slack: SlackDouble, sender: SlackSender) -> None:
    slack.swallows, slack.page = 1, 2
    await refused(sender, notice(NoticeKind.ACKNOWLEDGEMENT))
    for count in range(5):
        slack.put(DIRECT, f"hello {count}", user=ANN)
    await sender.send(notice(NoticeKind.ACKNOWLEDGEMENT, attempts=2))
    assert len(slack.asked("chat.postMessage")) == 1
    assert len(slack.asked("conversations.history")) == 3


async def test_a_post_that_never_came_is_made_again(slack: SlackDouble, sender: SlackSender) -> None:
    await sender.send(notice(NoticeKind.PROGRESS, id=76))
    slack.lost = 1
    await refused(sender, notice(NoticeKind.ACKNOWLEDGEMENT))
    await sender.send(notice(NoticeKind.ACKNOWLEDGEMENT, attempts=2))
    marks = [text(one["metadata"], "event_payload", "delivery") for one in slack.posted(DIRECT)]
    assert marks == ["76", "77"]


async def test_an_answer_waits_where_slack_cannot_say_whether_it_was_sent(slack: SlackDouble, sender: SlackSender) -> None:
    slack.refuses["conversations.history"] = "internal_error"
    assert not (await refused(sender, notice(NoticeKind.ACKNOWLEDGEMENT, attempts=2))).permanent
    assert not slack.posted(DIRECT)


async def test_a_page_does_not_wait_for_that(slack: SlackDouble, sender: SlackSender) -> None:
    slack.refuses["conversations.history"] = "internal_error"
    await sender.send(notice(NoticeKind.PAGE, attempts=2))
    assert len(slack.posted(DIRECT)) == 1


async def test_files_stand_in_the_thread_of_their_answer(slack: SlackDouble, sender: SlackSender) -> None:
    root = in_help(slack)
    files = (file("guide.txt", b"how to"), file("empty.txt", b""), file("<b>&.pdf", b"%PDF"))
    await sender.send(reply("As attached.", files=files, room=IN_HELP, answers=root))
    said, shared = slack.thread(HELP, root.partition("/")[2])
    assert "As attached." in str(said["text"])
    assert [one["name"] for one in shared["files"]] == ["guide.txt", "<b>&.pdf"]  # type: ignore[attr-defined]
    assert sorted(slack.uploads.values()) == [b"%PDF", b"how to"]


async def test_files_of_a_direct_message_stand_under_it(slack: SlackDouble, sender: SlackSender) -> None:
    ref = await sender.send(reply("word " * 1_000))
    said, shared = slack.posted(DIRECT)
    assert shared["thread_ts"] == said["ts"] == ref.value.partition("/")[2]
    assert shared["files"][0]["name"] == "HD-1042.txt"  # type: ignore[index]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_an_answer_whose_files_failed_is_not_said_twice(slack: SlackDouble, sender: SlackSender, method: str) -> None:
    root = in_help(slack)
    letter = reply("As attached.", files=(file("guide.txt", b"how to"),), room=IN_HELP, answers=root)
    slack.rests[method] = [7]
    waits = await refused(sender, letter)
    assert (waits.permanent, waits.tried, waits.retry_after) == (False, True, 7)
    again = replace(letter, deliveries=(replace(letter.delivery, attempts=2),))
    fresh = sender_to(slack)  # another process: it remembers nothing
    await fresh.send(again)
    await fresh.close()
    assert len(slack.thread(HELP, root.partition("/")[2])) == 2


async def test_files_that_are_there_are_not_sent_again(slack: SlackDouble, sender: SlackSender) -> None:
    root = in_help(slack)
    letter = reply("As attached.", files=(file("guide.txt", b"how to"),), room=IN_HELP, answers=root)
    await sender.send(letter)
    await sender.send(replace(letter, deliveries=(replace(letter.delivery, attempts=2),)))
    assert len(slack.asked("files.completeUploadExternal")) == 1
    assert len(slack.asked("chat.postMessage")) == 1

"""Cards and the news under them: once, in one place, and nowhere where others read."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from channels.slack.outgoing.half_sent import EVENT
from channels.slack.outgoing.send import SlackSender
from intake.domain.notice import NoticeKind
from intake.domain.ticket import State
from tests.slack.ids import DIRECT, GENERAL, HELP, TRIAGE
from tests.slack.outgoing import CARD, IN_HELP, TICKET, mirrored, notice, reply, under
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


async def test_a_card_is_posted_once_and_updated_then(slack: SlackDouble, sender: SlackSender) -> None:
    ref = await sender.send(mirrored())
    shown = replace(CARD, ref=ref.value)
    again = await sender.send(mirrored(ticket=replace(TICKET, assigned_to="Robin", revision=4), mirror=shown, id=78))
    [said] = slack.posted(TRIAGE)
    assert again.value == ref.value == f"{TRIAGE}/{said['ts']}"
    assert "Robin" in str(said["blocks"])
    assert len(slack.asked("conversations.info")) == 1  # remembered


@pytest.mark.parametrize("late", [timedelta(minutes=1), timedelta(seconds=5)])
async def test_a_card_half_posted_by_an_earlier_refresh_is_not_posted_twice(
    slack: SlackDouble, sender: SlackSender, late: timedelta
) -> None:
    """Also where somebody has pressed a button of it while its sender still waited for an answer."""
    slack.swallows = 1
    await refused(sender, mirrored(ticket=replace(TICKET, revision=0)))
    newer = mirrored(ticket=replace(TICKET, assigned_to="Robin", revision=1), id=99, late=late)
    ref = await sender.send(newer)
    [said] = slack.posted(TRIAGE)
    assert ref.value == f"{TRIAGE}/{said['ts']}"
    assert "Robin" in str(said["blocks"])


async def test_a_card_that_somebody_deleted_is_posted_anew(slack: SlackDouble, sender: SlackSender) -> None:
    ref = await sender.send(mirrored(mirror=replace(CARD, ref=f"{TRIAGE}/1.000009")))
    assert [f"{TRIAGE}/{one['ts']}" for one in slack.posted(TRIAGE)] == [ref.value]


async def test_where_a_card_has_left_one_line_stays(slack: SlackDouble, sender: SlackSender) -> None:
    ref = await sender.send(mirrored())
    over = replace(CARD, ref=ref.value, over=True)
    slack.rooms[TRIAGE] = {"is_private": False}  # whoever reads there now, it says nothing more
    moved = mirrored(ticket=replace(TICKET, assignment_group="cio"), mirror=over, id=78)
    assert (await sender.send(moved)).value == ref.value
    [said] = slack.posted(TRIAGE)
    assert "payroll" not in str(said["blocks"])
    assert "is with" in str(said["text"])


async def test_a_card_that_was_never_shown_and_is_over_is_not_shown(slack: SlackDouble, sender: SlackSender) -> None:
    assert (await sender.send(mirrored(mirror=replace(CARD, over=True)))).value == ""
    assert not slack.posted(TRIAGE)


@pytest.mark.parametrize(
    ("room", "says"),
    [
        ({"is_private": False}, "is public"),
        ({"is_private": True, "is_ext_shared": True}, "is shared with another company"),
        ({"is_private": True, "is_pending_ext_shared": True}, "is shared with another company"),
    ],
)
async def test_a_card_is_posted_nowhere_where_others_read(
    slack: SlackDouble, sender: SlackSender, room: dict[str, object], says: str
) -> None:
    slack.rooms[TRIAGE] = room
    fault = await refused(sender, mirrored())
    assert not fault.permanent  # it waits for whoever makes the channel private
    assert says in str(fault)
    fault = await refused(sender, under(NoticeKind.ADDITION, mirror=replace(CARD, ref=f"{TRIAGE}/1.000001"), said="more"))
    assert says in str(fault)
    assert not slack.posted(TRIAGE)


async def test_what_is_internal_is_never_posted_in_a_channel(slack: SlackDouble, sender: SlackSender) -> None:
    fault = await refused(sender, notice(NoticeKind.ADDITION, address=GENERAL, said="secret"))
    assert fault.permanent
    note = await refused(sender, reply("for us", public=False, room=IN_HELP, answers=in_help(slack)))
    assert note.permanent
    assert not slack.asked("chat.postMessage")


async def test_news_to_one_of_the_staff_is_a_direct_message_whatever_it_answers(
    slack: SlackDouble, sender: SlackSender
) -> None:
    await sender.send(notice(NoticeKind.WATCHED, room=IN_HELP, answers=in_help(slack), what="resolved"))
    assert len(slack.posted(HELP)) == 1  # Ann's own
    assert len(slack.posted(DIRECT)) == 1


async def test_news_stand_under_the_card(slack: SlackDouble, sender: SlackSender) -> None:
    ref = await sender.send(mirrored())
    await sender.send(under(NoticeKind.ADDITION, mirror=replace(CARD, ref=ref.value), said="It is worse", by="Ann"))
    [said] = slack.thread(TRIAGE, ref.value.partition("/")[2])
    assert "Ann said more" in str(said["text"])


async def test_news_wait_for_the_card_under_which_they_belong(slack: SlackDouble, sender: SlackSender) -> None:
    waits = await refused(sender, under(NoticeKind.ADDITION, mirror=CARD, said="It is worse"))
    assert (waits.tried, waits.permanent) == (False, False)
    assert not slack.calls


async def test_every_post_carries_its_deliverys_mark(slack: SlackDouble, sender: SlackSender) -> None:
    await sender.send(mirrored(ticket=replace(TICKET, state=State.RESOLVED)))
    [said] = slack.posted(TRIAGE)
    mark = said["metadata"]
    assert isinstance(mark, dict)
    assert mark["event_type"] == EVENT
    assert (mark["event_payload"]["delivery"], mark["event_payload"]["mirror"]) == ("77", "31")

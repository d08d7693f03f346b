"""What requesters read in Slack: nothing of what is between the desk's own people."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channels.slack.outgoing.answer import LONGEST
from channels.slack.outgoing.notices import SAYS
from channels.slack.words.phrases import languages
from intake.desk.outbound import About
from intake.domain.change import Announcement, Change, ChangeKind, Phase, Stage
from intake.domain.chat import Person, Room
from intake.domain.errors import DeliveryError
from intake.domain.label import Kind
from intake.domain.notice import NoticeKind
from intake.domain.ticket import State
from tests.slack.block_checker import texts_of
from tests.slack.ids import TEAM
from tests.slack.outgoing import (
    IN_DIRECT,
    IN_HELP,
    IN_SHARED,
    LETTERHEAD,
    MONDAY,
    ROOT,
    SECRET,
    TICKET,
    URGENT,
    message,
    reply,
)
from tests.slack.outgoing import notice as told
from tests.slack.telling import ENOUGH, INTERNAL, PUBLIC, made, pressable, read


def test_an_acknowledgement_says_number_label_and_when() -> None:
    said = read(told(NoticeKind.ACKNOWLEDGEMENT, room=IN_HELP, answers=ROOT))
    assert "this is *HD-1042*" in said
    assert "an incident (something does not work)" in said
    assert f"{LETTERHEAD.team('support')} looks at it and answers you here by <!date^" in said


def test_a_wrong_label_can_be_put_right() -> None:
    offered = pressable(made(told(NoticeKind.ACKNOWLEDGEMENT, room=IN_HELP, answers=ROOT)))
    assert [(press, pressed.more) for press, pressed in offered] == [
        ("correct_kind", "service_request"),
        ("correct_kind", "enhancement"),
    ]
    assert all((pressed.ticket, pressed.seen) == (1042, 3) for _, pressed in offered)


def test_what_nobody_could_label_is_asked_about() -> None:
    unlabelled = replace(TICKET, kind=Kind.NONE, category=None)
    post = made(told(NoticeKind.ACKNOWLEDGEMENT, ticket=unlabelled))
    assert [pressed.more for _, pressed in pressable(post)] == ["incident", "service_request", "enhancement"]
    assert "is something broken" in post.text


def test_who_reports_something_urgent_is_told_to_call_before_anything_else() -> None:
    post = made(told(NoticeKind.ACKNOWLEDGEMENT, ticket=URGENT, paged="yes"))
    assert texts_of(post.blocks)[0].startswith("*This is urgent: please call us now at +4930901820.*")
    assert "woken" in texts_of(post.blocks)[0]
    assert post.text.startswith("*This is urgent")


def test_links_are_for_direct_messages_alone() -> None:
    for outbound in (told(NoticeKind.ACKNOWLEDGEMENT), reply("Done."), reply("Done.", resolves=True)):
        assert "https://desk.example.com/t/" in read(outbound)
        elsewhere = replace(outbound, answers=told(NoticeKind.ACKNOWLEDGEMENT, answers=ROOT).answers, room=IN_HELP)
        assert "https://desk.example.com" not in read(elsewhere)


def test_a_thread_in_the_direct_messages_is_as_private() -> None:
    assert "https://desk.example.com/t/" in read(reply("Done.", room=IN_DIRECT, answers=f"{IN_DIRECT.id}/1.000001"))


def test_a_room_that_nobody_knows_may_be_anybodys() -> None:
    said = read(told(NoticeKind.ACKNOWLEDGEMENT, answers=ROOT))
    assert "payroll" not in said
    assert "https://desk.example.com" not in said


@pytest.mark.parametrize("kind", PUBLIC)
@pytest.mark.parametrize("phrases", sorted(languages()))
@pytest.mark.parametrize("room", [None, IN_HELP, IN_SHARED])
def test_nothing_internal_is_ever_told_to_requesters(kind: NoticeKind, phrases: str, room: Room | None) -> None:
    """Whatever somebody of the desk wrote for their colleagues alone is tainted, and looked for."""
    ticket = replace(URGENT, on_hold_reason=SECRET, assigned_to=SECRET, label_version=SECRET, mailbox=SECRET)
    internal = {"by": SECRET, "why": SECRET, "tried": SECRET, "step": SECRET, "whom": SECRET, "code": SECRET}
    outbound = told(
        kind,
        ticket=ticket,
        room=room,
        answers=ROOT if room is not None else "",
        person=Person(id="U1", workspace=TEAM, language=phrases),
        more={**ENOUGH, **internal},
    )
    hidden = About(asked=message(SECRET, public=False), said=message(SECRET, public=False, held=True))
    assert SECRET not in read(replace(outbound, about=(hidden,)))


@pytest.mark.parametrize("kind", PUBLIC)
def test_a_room_shared_with_another_company_reads_the_number_and_what_happens(kind: NoticeKind) -> None:
    said = read(told(kind, ticket=URGENT, room=IN_SHARED, answers=ROOT, more=ENOUGH))
    told_apart = ("payroll", "incident (", LETTERHEAD.team("support"), "example.com", "HD-900", "printer")
    assert not [one for one in told_apart if one in said]


def test_in_a_shared_room_a_persons_answer_is_as_they_wrote_it() -> None:
    said = read(reply("Please log in again at https://help.example.com", room=IN_SHARED, answers=ROOT, resolves=True))
    assert "Please log in again at <https://help.example.com>" in said
    assert LETTERHEAD.team("support") not in said


@pytest.mark.parametrize(
    ("ticket", "says"),
    [
        (TICKET, "is with"),
        (replace(TICKET, state=State.IN_PROGRESS, assigned_to="Robin"), "is working on it"),
        (replace(TICKET, state=State.ON_HOLD, on_hold_reason="vendor"), "is on hold for now"),
        (replace(TICKET, state=State.ON_HOLD, on_hold_until=MONDAY + timedelta(days=1)), "is on hold until <!date^"),
        (replace(TICKET, state=State.RESOLVED), "is solved"),
        (replace(TICKET, state=State.CLOSED), "is closed"),
    ],
)
def test_how_it_stands_is_one_line_without_names(ticket: object, says: str) -> None:
    post = made(told(NoticeKind.PROGRESS, ticket=ticket, room=IN_HELP, answers=ROOT))  # type: ignore[arg-type]
    assert says in post.text
    assert len(post.blocks) == 1
    assert "Robin" not in post.text
    assert "vendor" not in post.text


def test_which_ticket_is_asked_with_a_button_for_each() -> None:
    post = made(told(NoticeKind.WHICH_TICKET, more=ENOUGH))
    assert [(press, pressed.more) for press, pressed in pressable(post)] == [
        ("choose_ticket", "7"),
        ("choose_ticket", "9"),
        ("choose_ticket", "1042"),
    ]
    assert "HD-7: the printer" in texts_of(post.blocks)


def test_consent_is_asked_for_with_two_buttons() -> None:
    change = Change(
        ticket=1042,
        kind=ChangeKind.NORMAL,
        stage=Stage.ASSESSMENT,
        since=MONDAY,
        estimate=390,
        round=2,
        agreement="ACME <2026>",
    )
    outbound = replace(told(NoticeKind.CONSENT_WANTED, more=ENOUGH), about=(About(change=change),))
    post = made(outbound)
    assert [(press, pressed.more) for press, pressed in pressable(post)] == [
        ("consent_to_change", "2"),
        ("decline_change", "2"),
    ]
    said = read(outbound)
    assert "6 h 30 min, of the agreement ACME &lt;2026&gt;" in said
    assert "2026-12-01 22:00-23:30 CET (Berlin)" in said
    assert "https://desk.example.com/c/" in said


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("event", ["", "off", "moved", "backed_out"])
def test_announcements_say_what_happens_when(phase: Phase, event: str) -> None:
    planned = Announcement(ticket=1042, position=1, phase=phase, text="Save <your> work")
    more = {**ENOUGH, **({event: "yes"} if event else {})}
    said = read(replace(told(NoticeKind.ANNOUNCEMENT, more=more), about=(About(announcement=planned),)))
    assert "Save &lt;your&gt; work" in said
    assert "2026-12-01 22:00-23:30 CET" in said
    assert "/t/" not in said


def test_a_storm_update_says_how_it_stands_and_when_there_is_more() -> None:
    said = read(told(NoticeKind.STORM_UPDATE, said="We restart it", more=ENOUGH))
    assert "We restart it" in said
    assert "HD-900" in said
    assert "Next update by <!date^" in said


def test_a_long_answer_goes_on_in_a_file() -> None:
    long = "line <of> many words\n" * 400
    post = made(reply(long))
    assert post.whole is not None
    assert post.whole.content.decode() == long
    assert post.whole.name == "HD-1042.txt"
    assert len(texts_of(post.blocks)[0]) <= LONGEST
    assert "HD-1042.txt" in post.blocks[1]["elements"][0]["text"]  # type: ignore[index]


def test_an_answer_that_just_fits_has_no_file() -> None:
    assert made(reply("x" * LONGEST)).whole is None


def test_a_final_response_asks_whether_it_solved_it() -> None:
    post = made(reply("Try again now.", resolves=True))
    assert [press for press, _ in pressable(post)] == ["confirm", "dispute"]
    assert "Did this solve it?" in post.text


def test_what_is_internal_is_not_rendered_for_requesters() -> None:
    for kind in INTERNAL:
        with pytest.raises(DeliveryError) as refused:
            made(told(kind))
        assert refused.value.permanent


def test_there_are_words_for_every_public_notice() -> None:
    assert set(SAYS) == set(PUBLIC)


def test_with_nothing_to_choose_from_nobody_is_asked_which_ticket() -> None:
    alone = told(NoticeKind.WHICH_TICKET)
    shared = told(NoticeKind.WHICH_TICKET, room=IN_SHARED, answers=ROOT, options="HD-7", words="the printer")
    for letter in (alone, shared):
        assert "choose_ticket" not in [press for press, _ in pressable(made(letter))]
        assert "HD-7" not in read(letter)
        assert "one of these" not in read(letter)


def test_whoever_is_asked_which_ticket_hears_first_that_it_is_urgent() -> None:
    post = made(told(NoticeKind.WHICH_TICKET, ticket=URGENT, options="HD-7", words="the printer", paged="yes"))
    assert post.text.startswith("*This is urgent: please call us now")


@pytest.mark.parametrize("kind", [NoticeKind.STORM_UPDATE, NoticeKind.ANNOUNCEMENT])
def test_of_a_long_word_to_many_the_whole_goes_along_as_a_file(kind: NoticeKind) -> None:
    words = "It & that. " * 4_000
    post = made(told(kind, said=words, text=words, storm="HD-900"))
    assert post.whole is not None
    assert post.whole.content.decode() == words
    assert post.whole.name == "HD-1042.txt"
    assert "HD-1042.txt" in "\n".join(texts_of(post.blocks))


def test_what_is_full_of_emoji_is_no_longer_than_what_is_not() -> None:
    """Most of them are two characters to whoever counts as JSON's strings are kept."""
    post = made(reply("\N{FIRE}" * 2_900))
    assert post.whole is not None
    for said in (post.text, *texts_of(post.blocks)):
        assert len(said.encode("utf-16-le")) // 2 <= 3_000


@pytest.mark.parametrize("kind", [NoticeKind.ACKNOWLEDGEMENT, NoticeKind.PROGRESS, NoticeKind.CHANGE_DECIDED])
def test_somebody_of_another_company_alone_with_the_desk_reads_no_more_than_in_a_shared_room(kind: NoticeKind) -> None:
    stranger = Person(id="U0OTHERS", workspace="T0OTHERS", stranger=True)
    said = read(told(kind, person=stranger, address=stranger.id, more=ENOUGH))
    assert "https://desk.example.com" not in said
    assert "payroll" not in said
    assert LETTERHEAD.team(TICKET.assignment_group) not in said

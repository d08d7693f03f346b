"""The desk's own people answer by mail: the address decides what it is, and only a proven author is believed."""

from collections.abc import Mapping
from hashlib import sha256

import pytest

from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import AcceptReply, Merge
from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.message import Attachment, PassedOn, ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from intake.domain.ticket_message import Direction
from tests.desk.at_the_desk import ANN, MALLORY, AtTheDesk, mail
from tests.desk.staff import ADMIN, BEN
from tests.desk.test_trust import DESK_ITSELF, opened, pointing

BEN_WRITES = Address(kind=AddressKind.EMAIL, value="ben@desk.example", name="Ben")
PIA_WRITES = Address(kind=AddressKind.EMAIL, value="pia@desk.example", name="Pia")


def test_an_answer_to_the_reply_address_answers_whoever_asked(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    receipt = staffed.hears(mail("Try the other tray.", author=BEN_WRITES, answers=pointing("reply address", number)))
    story = staffed.story(number)
    assert (receipt.outcome, receipt.ticket) == (Outcome.APPLIED, number)
    assert [(d.address, d.copy) for d in story.deliveries if d.reply] == [(ANN.value, False)]
    answer = story.messages[-1]
    assert (answer.direction, answer.body, answer.author) == (Direction.OUT, "Try the other tray.", BEN_WRITES)
    assert (story.events[-1].kind, story.events[-1].actor) == (EventKind.REPLIED, "Ben")


def test_a_mail_to_the_note_address_is_a_work_note_and_nobody_hears_it(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    before = len(staffed.story(number).deliveries)
    receipt = staffed.hears(mail("Ask facilities.", author=BEN_WRITES, answers=pointing("note address", number)))
    story = staffed.story(number)
    assert receipt.outcome is Outcome.APPLIED
    assert [(note.author, note.text) for note in story.notes] == [("Ben", "Ask facilities.")]
    assert (len(story.messages), len(story.deliveries)) == (1, before)


@pytest.mark.parametrize("how", ["own message-id", "foreign message-id", "subject tag"])
def test_a_colleagues_mail_to_another_address_stays_inside(staffed: AtTheDesk, how: str) -> None:
    number = opened(staffed)
    receipt = staffed.hears(mail("He always does that.", author=BEN_WRITES, answers=pointing(how, number)))
    story = staffed.story(number)
    assert receipt.outcome is Outcome.APPENDED
    assert not story.messages[-1].public
    assert not [d for d in story.deliveries if d.reply]


@pytest.mark.parametrize("how", ["reply address", "note address", "own message-id", "subject tag"])
def test_a_forged_colleague_is_held_and_the_real_one_is_told(staffed: AtTheDesk, how: str) -> None:
    number = opened(staffed)
    forged = mail("Send us your password.", author=BEN_WRITES, authentic=False, answers=pointing(how, number))
    assert staffed.hears(forged).outcome is Outcome.HELD
    story = staffed.story(number)
    assert not [d for d in story.deliveries if d.reply]
    assert not story.notes
    told = [d.address for d in story.deliveries if d.notice and d.notice.kind is not NoticeKind.ACKNOWLEDGEMENT]
    # Without a signature anybody could have sent it a hundred times: that is no news to Ben, only to whoever has the ticket.
    assert told == ["support@localhost", "support@localhost" if how == "subject tag" else "ben@desk.example"]
    staffed.does(AcceptReply(message=story.messages[-1].id), BEN, ticket=number)
    kept = staffed.story(number).messages[-1]
    assert (kept.held, kept.public) == (False, False)


def test_a_colleague_of_another_team_may_not_answer_and_is_told_why(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    receipt = staffed.hears(mail("I know this.", author=PIA_WRITES, answers=pointing("reply address", number)))
    story = staffed.story(number)
    assert receipt.outcome is Outcome.APPENDED
    assert not story.messages[-1].public
    told = [d for d in story.deliveries if d.notice and d.notice.kind is NoticeKind.NOT_PASSED_ON]
    assert [d.address for d in told] == ["pia@desk.example"]
    assert "IT Support" in told[0].notice.fields["why"] if told[0].notice else False


def test_an_answer_that_went_to_the_requester_as_well_is_not_sent_twice(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    both = mail("Try this.", author=BEN_WRITES, recipients=(ANN, DESK_ITSELF), answers=pointing("reply address", number))
    assert staffed.hears(both).outcome is Outcome.APPLIED
    story = staffed.story(number)
    assert (story.messages[-1].direction, story.messages[-1].public) == (Direction.OUT, True)
    assert not [d for d in story.deliveries if d.reply]
    assert story.events[-1].reason == f"answered {ANN.value} directly"


def test_the_requesters_answer_to_a_colleagues_own_mail_finds_the_ticket(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.hears(mail("Try this.", author=BEN_WRITES, name="bens@desk.example", answers=pointing("reply address", number)))
    to_ben = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value="bens@desk.example")
    receipt = staffed.hears(mail("Thanks.", answers=(to_ben,)))
    assert (receipt.outcome, receipt.ticket) == (Outcome.APPENDED, number)


def test_one_of_the_staff_who_asks_is_a_requester_like_anybody(staffed: AtTheDesk) -> None:
    number = opened(staffed, author=BEN_WRITES)
    receipt = staffed.hears(mail("More.", author=BEN_WRITES, answers=pointing("reply address", number)))
    assert (receipt.outcome, staffed.story(number).messages[-1].direction) == (Outcome.APPENDED, Direction.IN)


def test_an_answer_without_words_stays_inside(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    receipt = staffed.hears(mail(" ", author=BEN_WRITES, answers=pointing("reply address", number)))
    assert receipt.outcome is Outcome.APPENDED
    assert not [d for d in staffed.story(number).deliveries if d.reply]


def file(name: str, size: int, *, inline: bool = False, kind: str = "image/png") -> Attachment:
    content = bytes(size)
    digest = sha256(content).hexdigest()
    return Attachment(name=name, content_type=kind, size=size, sha256=digest, inline=inline, content=content)


def test_the_files_of_an_answer_go_along_but_not_the_logo(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    files = (
        file("guide.pdf", 100, kind="application/pdf"),
        file("logo.png", 900, inline=True),
        file("screenshot.png", 90_000, inline=True),
        file("smime.p7s", 900, kind="application/pkcs7-signature"),
    )
    answer = mail("See there.", author=BEN_WRITES, attachments=files, answers=pointing("reply address", number))
    assert staffed.hears(answer).outcome is Outcome.APPLIED
    assert [kept.name for kept in staffed.story(number).messages[-1].attachments] == ["guide.pdf", "screenshot.png"]


def answers_of(desk: AtTheDesk, number: int) -> list[str]:
    """What has gone, or goes, to whoever asked."""
    story = desk.story(number)
    bodies = {message.id: message.body for message in story.messages}
    return [bodies[d.reply] for d in story.deliveries if d.reply is not None]


def test_an_answer_to_a_merged_ticket_reaches_nobody_elses_requester(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    other = staffed.hears(mail("Mine.", author=MALLORY)).ticket
    assert other is not None
    staffed.does(Merge(into=other), ADMIN, ticket=number)
    staffed.hears(mail("Ann, your password is x.", author=BEN_WRITES, answers=pointing("reply address", number)))
    assert (answers_of(staffed, number), answers_of(staffed, other)) == ([], [])
    assert "Ann, your password is x." not in [message.body for message in staffed.story(other).messages]


def test_a_colleagues_old_mail_that_is_sent_again_to_a_reply_address_is_no_answer(staffed: AtTheDesk) -> None:
    """A proof goes with a mail wherever it is sent; only the headers tell what its author meant."""
    number = opened(staffed)
    signed = pointing("reply address", number)
    staffed.hears(mail("Lunch?", author=BEN_WRITES, answers=signed, blind=signed))
    assert answers_of(staffed, number) == []


def test_a_note_that_went_to_the_reply_address_as_well_is_a_note(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    both = (*pointing("reply address", number), *pointing("note address", number))
    staffed.hears(mail("He is difficult.", author=BEN_WRITES, answers=both))
    assert [note.text for note in staffed.story(number).notes] == ["He is difficult."]
    assert answers_of(staffed, number) == []


def test_what_the_desk_told_a_colleague_is_not_passed_on(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    quoting = f"Try this.\n> Why: he is difficult\n> Notes: desk+n.{number}.abc@localhost\nAnd this."
    staffed.hears(mail(quoting, author=BEN_WRITES, answers=pointing("reply address", number)))
    assert answers_of(staffed, number) == ["Try this.\nAnd this."]
    unmarked = f"And that.\n\nFrom: Help desk\nWhy: he is difficult\nNotes: desk+n.{number}.abc@localhost"
    refused = staffed.hears(mail(unmarked, author=BEN_WRITES, answers=pointing("reply address", number)))
    assert "still quotes what the desk told you" in refused.reason
    told = PassedOn(author=DESK_ITSELF, subject="For IT Support", text="Why: he is difficult", remark="Do it like this.")
    forwarded = mail("all", author=BEN_WRITES, passed_on=told, answers=pointing("reply address", number))
    staffed.hears(forwarded)
    assert answers_of(staffed, number)[1:] == ["Do it like this."]


def test_a_teams_own_mailbox_answers_for_its_team(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    team = Address(kind=AddressKind.EMAIL, value="support@localhost")
    receipt = staffed.hears(mail("We look.", author=team, answers=pointing("reply address", number)))
    assert (receipt.outcome, answers_of(staffed, number)) == (Outcome.APPLIED, ["We look."])
    assert staffed.story(number).events[-1].actor == "IT Support"


def test_who_reads_along_hears_an_answer_once_whichever_way(staffed: AtTheDesk) -> None:
    carol = Address(kind=AddressKind.EMAIL, value="carol@partner.example")
    number = opened(staffed, recipients=(DESK_ITSELF, carol))
    staffed.hears(mail("One.", author=BEN_WRITES, recipients=(ANN, DESK_ITSELF), answers=pointing("reply address", number)))
    staffed.hears(mail("Two.", author=BEN_WRITES, recipients=(DESK_ITSELF, carol), answers=pointing("reply address", number)))
    story = staffed.story(number)
    bodies = {message.id: message.body for message in story.messages}
    heard = [(d.address, bodies[d.reply]) for d in story.deliveries if d.reply is not None]
    assert heard == [(carol.value, "One."), (ANN.value, "Two.")]


def of_kind(desk: AtTheDesk, number: int, kind: NoticeKind) -> list[tuple[str, Mapping[str, str]]]:
    return [(d.address, d.notice.fields) for d in desk.story(number).deliveries if d.notice and d.notice.kind is kind]


def test_whoever_has_the_ticket_reads_what_waits_in_a_colleagues_name_and_why(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.clock.advance(hours=1)
    staffed.sends()
    staffed.hears(mail("Send us money.", author=BEN_WRITES, authentic=False, answers=pointing("subject tag", number)))
    staffed.clock.advance(hours=1)
    (letter,) = staffed.sends()
    assert letter.said is not None
    assert letter.said.body == "Send us money."
    assert letter.delivery.notice is not None
    assert letter.delivery.notice.fields["why"] == "nothing proves that it is from Ben"


def test_forged_mail_does_not_use_up_what_a_colleague_may_be_told(staffed: AtTheDesk) -> None:
    """A requester has the reply address, and writes to it in Ben's name, as often as they like."""
    number, other = opened(staffed), staffed.hears(mail()).ticket or 0
    for count in range(40):
        to = pointing("reply address", number if count % 2 else other)
        staffed.hears(mail(f"Pay {count}.", author=BEN_WRITES, authentic=False, answers=to))
    told = [*of_kind(staffed, number, NoticeKind.NOT_PASSED_ON), *of_kind(staffed, other, NoticeKind.NOT_PASSED_ON)]
    assert [address for address, _ in told] == ["ben@desk.example"]
    added = [*of_kind(staffed, number, NoticeKind.ADDITION), *of_kind(staffed, other, NoticeKind.ADDITION)]
    assert {address for address, _ in added} == {"support@localhost"}
    assert len(added) == 39, "what Ben is not told, whoever has the ticket is"
    refused = staffed.hears(mail(" ", author=BEN_WRITES, answers=pointing("reply address", number)))
    assert refused.outcome is Outcome.APPENDED
    newest = [d for d in staffed.story(number).deliveries if d.notice and d.notice.kind is NoticeKind.NOT_PASSED_ON][-1]
    assert newest.state is DeliveryState.QUEUED, "what became of his own mail he is still told"


def test_of_forged_mail_a_colleague_is_told_again_after_a_while_and_each_for_themselves(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    forged = pointing("reply address", number)
    for author, minutes in ((BEN_WRITES, 30), (PIA_WRITES, 31), (BEN_WRITES, 0)):
        staffed.hears(mail("Pay.", author=author, authentic=False, answers=forged))
        staffed.clock.advance(minutes=minutes)
    told = [address for address, _ in of_kind(staffed, number, NoticeKind.NOT_PASSED_ON)]
    assert told == ["ben@desk.example", "pia@desk.example", "ben@desk.example"]


@pytest.mark.parametrize(
    ("author", "how", "text", "authentic"),
    [
        (BEN_WRITES, "reply address", "x", False),
        (BEN_WRITES, "own message-id", "x", True),
        (BEN_WRITES, "reply address", " ", True),
        (PIA_WRITES, "reply address", "x", True),
    ],
)
def test_why_a_mail_was_not_passed_on_does_not_say_once_more_that_it_was_not(
    staffed: AtTheDesk, author: Address, how: str, text: str, *, authentic: bool
) -> None:
    number = opened(staffed)
    staffed.hears(mail(text, author=author, authentic=authentic, answers=pointing(how, number)))
    ((_, fields),) = of_kind(staffed, number, NoticeKind.NOT_PASSED_ON)
    assert fields["why"]
    assert "passed on" not in fields["why"]
    assert "kept" not in fields["why"]

"""What the desk's own people read in Slack, and the words for everybody."""

from collections.abc import Mapping
from dataclasses import replace
from string import Formatter

import pytest

from channels.slack.outgoing.news import news
from channels.slack.presses import Pressed
from channels.slack.words.phrases import languages, phrases_of
from intake.desk.policy_file.chat import RequestRoom
from intake.domain.chat import Person
from intake.domain.label import Category
from intake.domain.mirror import Mirror
from intake.domain.notice import NoticeKind
from intake.domain.page import PageAnswered
from tests.slack.block_checker import check_message, texts_of
from tests.slack.ids import HELP, TEAM
from tests.slack.outgoing import (
    CARD,
    GERMAN,
    IN_HELP,
    LETTERHEAD,
    ROOT,
    TICKET,
    URGENT,
    under,
)
from tests.slack.outgoing import notice as told
from tests.slack.telling import INTERNAL, made, pressable


@pytest.mark.parametrize("kind", INTERNAL)
def test_the_desks_own_people_read_all_of_it_under_the_card(kind: NoticeKind) -> None:
    mirror = Mirror(id=31, ticket=1042, channel=CARD.channel, address=CARD.address, ref="C1/1.000001")
    fields: Mapping[str, str] = {"by": "Robin", "why": "needs <a> cable", "what": "resolved", "storm": "HD-900"}
    if kind is NoticeKind.PAGE_ANSWERED:
        fields = {"what": PageAnswered.OVER.value, "by": "Robin"}
    post = news(
        replace(under(kind, mirror=mirror, said="<!here> it is worse"), deliveries=told(kind, more=fields).deliveries),
        LETTERHEAD,
    )
    check_message(post.text, post.blocks)
    said = "\n".join(texts_of(post.blocks))
    assert "<!here>" not in said
    assert said.strip()


def test_a_held_reply_can_be_decided_on_where_it_is_told_of() -> None:
    mirror = replace(CARD, ref="C1/1.000001")
    post = news(under(NoticeKind.ADDITION, mirror=mirror, said="me too", by="Eve", held="yes"), LETTERHEAD)
    check_message(post.text, post.blocks)
    assert [(press, pressed.more) for press, pressed in pressable(post)] == [("accept_reply", "5"), ("reject_reply", "5")]


def test_a_page_has_one_button_and_says_what_it_is_about() -> None:
    post = news(told(NoticeKind.PAGE, ticket=URGENT, asked="Payroll is down", step="2"), LETTERHEAD)
    check_message(post.text, post.blocks)
    assert pressable(post) == [("acknowledge_page", Pressed(ticket=1042, seen=3, more="77"))]
    assert post.text.startswith("P1 HD-1042: you are needed now")
    assert "Payroll is down" in "\n".join(texts_of(post.blocks))


@pytest.mark.parametrize(
    ("what", "by", "says"),
    [
        (PageAnswered.TAKEN, "", "is yours"),
        (PageAnswered.OVER, "Kim", "Kim has it already"),
        (PageAnswered.PASSED, "", "try others"),
    ],
)
def test_who_answers_a_page_hears_whether_it_counted(what: PageAnswered, by: str, says: str) -> None:
    assert says in news(told(NoticeKind.PAGE_ANSWERED, what=what.value, by=by), LETTERHEAD).text


def test_everybody_is_told_in_their_own_language() -> None:
    assert "Danke" in made(told(NoticeKind.ACKNOWLEDGEMENT, person=GERMAN)).text
    french = Person(id="U1", workspace=TEAM, language="fr-FR")
    assert "Thank you" in made(told(NoticeKind.ACKNOWLEDGEMENT, person=french)).text


def test_a_channel_has_a_language_of_its_own() -> None:
    chat = replace(LETTERHEAD.policy.chat, rooms={HELP: RequestRoom(id=HELP, language="de")})
    there = replace(LETTERHEAD, policy=replace(LETTERHEAD.policy, chat=chat))
    assert "Danke" in made(told(NoticeKind.ACKNOWLEDGEMENT, room=IN_HELP, answers=ROOT), there).text


def test_every_language_says_the_same_with_the_same_places() -> None:
    english = phrases_of("en")
    for language in languages():
        other = phrases_of(language)
        for section in ("told", "card", "news"):
            for name in getattr(english, section).__slots__:
                one, same = getattr(getattr(english, section), name), getattr(getattr(other, section), name)
                assert _places(one) == _places(same), (language, section, name)


def _places(phrase: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


@pytest.mark.parametrize("category", list(Category))
def test_every_label_can_be_said(category: Category) -> None:
    ticket = replace(TICKET, kind=category.kind, category=category)
    assert phrases_of("de").category[category] in made(told(NoticeKind.ACKNOWLEDGEMENT, ticket=ticket, person=GERMAN)).text


def test_many_news_at_once_are_each_whole_and_the_rest_is_counted() -> None:
    """A button to accept stands below the words that it accepts."""
    mirror = replace(CARD, ref="C1/1.000001")
    each = [under(NoticeKind.ADDITION, mirror=mirror, said=f"reply {n} " + "word " * 600, id=n, held="yes") for n in range(40)]
    abouts = tuple(
        replace(one.about[0], said=replace(said, id=500 + n)) for n, one in enumerate(each) if (said := one.said) is not None
    )
    together = replace(each[0], deliveries=tuple(one.delivery for one in each), tickets=(TICKET,) * 40, about=abouts)
    post = news(together, LETTERHEAD)
    check_message(post.text, post.blocks)
    shown = "\n".join(texts_of(post.blocks))
    decided = [int(pressed.more) - 500 for press, pressed in pressable(post) if press == "accept_reply"]
    assert decided
    assert all(f"reply {n} " in shown for n in decided)
    assert f"and {40 - len(decided)} more" in shown

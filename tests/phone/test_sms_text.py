"""What people read in a text message: short, in their language, a link for the rest, and nothing that is not for them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.phone.letterhead import PhoneLetterhead
from channels.phone.texts.fitting import fitted, marked
from channels.phone.texts.gsm7 import is_gsm7, plain, segments, without_pictures
from channels.phone.texts.phrases import languages, phrases_of
from channels.phone.texts.sms_text import render
from intake.domain.errors import DeliveryError
from intake.domain.message import Attachment
from intake.domain.notice import NoticeKind
from tests.phone.outgoing import CALM, LETTERHEAD, TICKET, german, notice, reply
from tests.phone.vendor_double import OURS

LINK = LETTERHEAD.page(notice(NoticeKind.URGENT).delivery)
N = NoticeKind
WINDOW = {"starts": "2026-12-01T21:00:00+00:00", "ends": "2026-12-01T22:30:00+00:00", "time_zone": "Europe/Berlin"}
PUBLIC: dict[NoticeKind, dict[str, str]] = {
    N.ACKNOWLEDGEMENT: {"subject": "Printer", "storm": "HD-900"},
    N.WHICH_TICKET: {"options": "HD-1 HD-2 HD-3", "words": "the printer\nVPN again\n"},
    N.URGENT: {"subject": "Payroll"},
    N.STORM_KNOWN: {"storm": "HD-900", "next": "2026-11-23T10:30:00+00:00"},
    N.STORM_UPDATE: {"storm": "HD-900", "next": "2026-11-24T10:30:00+00:00"},
    N.STORM_DISSOLVED: {"storm": "HD-900"},
    N.CHANGE_DECIDED: {"decision": "scheduled", **WINDOW},
    N.INCIDENT_WANTED: {},
    N.CONSENT_WANTED: {},
    N.ANNOUNCEMENT: {"text": "Payroll is away for ten minutes.", **WINDOW},
}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # an escaped sign is not cut in two
        ("й" * 70, 1),
        ("й" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 67, 3),  # 33 pairs fill 66 of 67 units: no pair is cut in two
    ],
)
def test_segments_are_counted_as_networks_cut_them(text: str, count: int) -> None:
    assert segments(text) == count


def test_typographic_signs_cost_no_alphabet() -> None:
    assert plain("“Café” – está… naïve\u00a0Zoë") == '"Café" - esta... naive Zoe'
    assert is_gsm7(plain("„Größe“ – 5\u202f€"))


def test_other_scripts_keep_their_accents() -> None:
    assert plain("řešení í – ok") == "řešení í - ok"


def test_every_language_says_the_same_things() -> None:
    assert languages() == {"en", "de"}
    assert phrases_of("fr-FR") == phrases_of("en-US")
    assert phrases_of("de-AT") != phrases_of("en-US")


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind.public and kind is not NoticeKind.PROGRESS])
@pytest.mark.parametrize("letterhead", [LETTERHEAD, german()], ids=["en", "de"])
def test_every_public_notice_fits_two_segments(kind: NoticeKind, letterhead: PhoneLetterhead) -> None:
    said = render(notice(kind, said="Working on it. " * 60, more=PUBLIC[kind]), letterhead)
    assert segments(said) <= 2
    assert is_gsm7(said)
    assert "{" not in said
    assert "HD-1042" in said


def test_an_acknowledgement_of_something_urgent_says_whom_to_call() -> None:
    said = render(notice(N.ACKNOWLEDGEMENT, ticket=TICKET, subject="x", paged="yes"), LETTERHEAD)
    assert OURS in said
    assert "woken" in said
    assert said.endswith(LINK)


def test_whoever_called_is_not_told_to_call() -> None:
    said = render(notice(N.ACKNOWLEDGEMENT, ticket=TICKET, subject="x", paged="yes", call="CA1"), LETTERHEAD)
    assert "please call" not in said
    assert "woken" in said


def test_the_question_names_its_options_and_the_new_one_last() -> None:
    said = render(notice(N.WHICH_TICKET, options="HD-1000 HD-1001", words="printer\n"), LETTERHEAD)
    assert said.startswith("Is HD-1042 a new matter? Answer 1 = HD-1000 (printer), 2 = HD-1001, 3 = new.")


def test_long_words_of_an_option_push_no_key_out() -> None:
    words = "\n".join("😀 the very long story of a printer that nobody has ever seen working" for _ in range(3))
    said = render(notice(N.WHICH_TICKET, options="HD-1000 HD-1001 HD-1002", words=words), LETTERHEAD)
    assert segments(said) <= 2
    assert "3 = HD-1002" in said
    assert "4 = new" in said


def test_a_page_tells_how_to_take_it() -> None:
    said = render(notice(N.PAGE, ticket=TICKET, code="1a", step="1"), LETTERHEAD)
    assert said == "P1 HD-1042: Nobody can log in to payroll. Reply 1a: you take it."


def test_a_page_without_a_code_has_the_link() -> None:
    said = render(notice(N.PAGE, ticket=TICKET, step="1"), LETTERHEAD)
    assert said.endswith(LETTERHEAD.acknowledging(notice(N.PAGE).delivery))


def test_a_long_answer_is_cut_at_a_word_and_the_link_has_the_rest() -> None:
    sentence = "Please restart the client and tell me what it says. "
    said = render(reply(sentence * 20), LETTERHEAD)
    assert segments(said) == 2
    assert said.endswith(f"... {LINK}")
    assert said.removesuffix(f"... {LINK}").split()[-1] in sentence.split()


def test_a_short_answer_is_said_in_full_and_asks_whether_it_helped() -> None:
    said = render(reply("Fixed: please log in again.", resolves=True), LETTERHEAD)
    assert said == f"HD-1042: Fixed: please log in again. Solved? Say yes or no there: {LINK}"


def test_files_of_an_answer_are_behind_the_link() -> None:
    file = Attachment(name="how.pdf", content_type="application/pdf", size=1, sha256="", inline=False, content=b"x")
    assert "link" in render(reply("See there.", files=(file,)), LETTERHEAD)


def test_an_answer_in_another_script_keeps_its_link() -> None:
    said = render(reply("Пожалуйста, перезапустите клиент и напишите нам, что он показывает. " * 5), LETTERHEAD)
    assert segments(said) == 2
    assert said.endswith(LINK)


def test_an_emoji_in_a_subject_does_not_halve_the_room() -> None:
    said = render(notice(N.URGENT, subject="🔥🔥 payroll is down 🔥"), LETTERHEAD)
    assert "payroll is down" in said
    assert is_gsm7(said)


def test_a_subject_with_braces_is_quoted_as_it_is() -> None:
    said = render(notice(N.URGENT, subject="{number} {0} %s \x00 {"), LETTERHEAD)
    assert "{number} {0} %s" in said


def test_a_ticket_is_told_in_the_language_of_the_number_that_texts() -> None:
    assert "Danke" in render(notice(N.ACKNOWLEDGEMENT, ticket=CALM, subject="x"), german())


@pytest.mark.parametrize("kind", [N.ARRIVAL, N.OVERDUE, N.APPROVAL_WANTED, N.CHANGE_NEWS, N.NOT_PASSED_ON])
def test_what_is_for_the_desks_own_people_is_not_texted(kind: NoticeKind) -> None:
    with pytest.raises(DeliveryError) as refused:
        render(notice(kind, why="the customer is a pain", tried="everything"), LETTERHEAD)
    assert refused.value.permanent


@given(words=st.text(max_size=600), after=st.sampled_from(["", LINK]))
@settings(max_examples=50)
def test_whatever_people_write_fits(words: str, after: str) -> None:
    said = fitted(marked("HD-1042 ({about}) is urgent now."), words, after)
    assert segments(said) <= 2
    assert said.endswith(after)
    assert "HD-1042" in said
    assert "()" not in said or "()" in words
    assert "\x00" not in said


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_making_a_text_plain_twice_changes_nothing_more(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert plain(without_pictures(text)) is not None


def test_signs_that_turn_the_reading_order_do_not_reach_what_stands_behind_a_strangers_words() -> None:
    about = "\u202eyortne\u2066 \u2028help\u200f"
    said = render(notice(N.PAGE, ticket=replace(TICKET, short_description=about), code="7k", step="1"), LETTERHEAD)
    assert said == "P1 HD-1042: yortne help. Reply 7k: you take it."


@pytest.mark.parametrize(
    ("what", "by", "says"),
    [
        ("taken", "", "HD-1042 is yours."),
        ("passed", "", "HD-1042: we try others."),
        ("over", "Kim", "HD-1042: Kim has it already. Thank you."),
        ("over", "", "HD-1042: nobody is needed any more. Thank you."),
    ],
)
def test_whoever_answers_a_page_by_text_hears_whether_it_counted(what: str, by: str, says: str) -> None:
    assert render(notice(N.PAGE_ANSWERED, what=what, by=by), LETTERHEAD) == says

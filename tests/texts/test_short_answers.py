"""What very short texts say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.desk.texting.page_code import LETTERS, codes_in, next_code
from intake.desk.texting.short_answers import NEW, answer_in, is_thanks, names_in, refers_back, refuses, same_words


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("1", {1}),
        (" 2 ", {2}),
        ("1.", {1}),
        ("(1)", {1}),
        ("#2", {2}),
        ("Nr. 1", {1}),
        ("no. 3", {3}),
        ("number 2 please", {2}),
        ("1, thanks", {1}),
        ("2️⃣", {2}),
        ("１", {1}),
        ("one", {1}),
        ("the first one", {1}),
        ("2nd", {2}),
        ("die zweite bitte", {2}),
        ("new", {NEW}),
        ("NEW!", {NEW}),
        ("it's a new one", {NEW}),
        ("neu", {NEW}),
        ("yes", {NEW}),
        ("Ja", {NEW}),
        ("3 - new", {3, NEW}),
        ("1 and 2", {1, 2}),
        ("7", {7}),
        ("no", set()),
    ],
)
def test_an_answer_is_understood_however_it_is_dressed(text: str, options: set[int]) -> None:
    answer = answer_in(text)
    assert answer is not None
    assert answer.options == options


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "hello",
        "ok",
        "1 of our 2 scanners",
        "not 1",
        "I have 1 laptop",
        "my new laptop is broken",
        "room 12345",
        "1a",
        "1" * 900,
    ],
)
def test_what_says_more_or_less_than_an_answer_is_none(text: str) -> None:
    assert answer_in(text) is None


def test_an_answer_may_name_the_ticket() -> None:
    answer = answer_in("HD-1042 please")
    assert answer is not None
    assert answer.names == {1042}
    assert not answer.options


@pytest.mark.parametrize(
    ("text", "sure", "perhaps"),
    [
        ("about HD-1042", (1042,), ()),
        ("hd1042, hd 1043", (1042, 1043), ()),
        ("#1042", (), (1042,)),
        ("invoice # 77", (), (77,)),
        ("AHD-1042 or HD-1042x or me@hd-1.example", (), ()),
        ("&#1042; and ##12", (), ()),
    ],
)
def test_tickets_are_named_by_their_numbers(text: str, sure: tuple[int, ...], perhaps: tuple[int, ...]) -> None:
    names = names_in(text)
    assert (names.sure, names.perhaps) == (sure, perhaps)


@pytest.mark.parametrize(
    "text", ["Thanks", "thank you so much!", "👍", "Danke, geht wieder", "ok", "works now, thanks", "Perfect 🙏"]
)
def test_thanks_are_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize(
    "text", ["", "is it fixed?", "thanks but it is still broken", "no", "it does not work", "😱", "great, now VPN fails"]
)
def test_what_asks_for_something_is_no_thanks(text: str) -> None:
    assert not is_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "still broken",
        "it doesn't work",
        "No, same problem again",
        "any news?",
        "geht immer noch nicht",
        "😱",
        "since this morning",
        "yes, since Monday",
        "third floor, room 4.12",
        "it is black",
        "I restarted it twice",
        "seit heute morgen",
        "im dritten Stock",
        "at 3pm",
    ],
)
def test_words_that_only_refer_back_are_known(text: str) -> None:
    assert refers_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "VPN is down again",
        "nothing works",
        "now my laptop too",
        "The printer is broken",
        "floor 2 is dark",
        "Office is down",
        "my badge is lost",
    ],
)
def test_a_word_of_its_own_makes_a_matter(text: str) -> None:
    assert not refers_back(text)


def test_the_same_words_are_the_same_whatever_their_signs() -> None:
    assert same_words("Printer broken!", "printer  broken")
    assert not same_words("Printer broken", "Printer broken too")
    assert not same_words("😱", "😱😱")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("1a", ["1a"]),
        ("1A.", ["1a"]),
        ("1 a", ["1a"]),
        ("01a", ["1a"]),
        ("ok 12b", ["12b"]),
        ("3c on my way, please restart the database meanwhile", ["3c"]),
        ("I am on it, code 3c", ["3c"]),
        ("we sit in room 3c on the second floor of the old house", []),
        ("1", []),
        ("a1", []),
        ("100a", []),
        ("1ab", []),
        ("", []),
    ],
)
def test_a_code_is_found_where_a_code_stands(text: str, codes: list[str]) -> None:
    assert list(codes_in(text)) == codes


def test_whoever_declines_does_not_take_it() -> None:
    assert refuses("can't take 1a")
    assert refuses("1a nein, bin im Urlaub")
    assert not refuses("1a")
    assert not refuses("1a on my way")


def test_codes_differ_in_both_signs_as_long_as_there_are_any() -> None:
    used: set[str] = set()
    while len(used) < 23:
        code = next_code(used)
        assert code[:-1] not in {one[:-1] for one in used}
        assert code[-1] not in {one[-1] for one in used}
        used.add(code)
    again = next_code(used)
    assert again
    assert again not in used
    every = {f"{number}{letter}" for number in range(1, 100) for letter in LETTERS}
    assert next_code(every - {"42k"}) == "42k"
    assert next_code(every) == ""


def test_a_long_number_may_be_a_tickets_and_is_no_option() -> None:
    answer = answer_in("it's 1042")
    assert answer is not None
    assert (answer.options, answer.names, answer.named) == (frozenset(), frozenset(), frozenset({1042}))


def test_nobody_can_guess_which_code_comes_next() -> None:
    assert len({next_code(()) for _ in range(200)}) > 50


@settings(max_examples=50)
@given(st.text(max_size=1_700))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    answer_in(text)
    names_in(text)
    codes_in(text)
    is_thanks(text)
    refers_back(text)
    refuses(text)
    assert same_words(text, text) or not any(character.isalnum() for character in text)

"""`intake classify`."""

import json
import re
from collections.abc import Iterator

import pytest

from channels.cli.classify import Reader, classified_lines, marked
from channels.cli.settings import read_desk_settings
from channels.cli.store import store_file
from classifier.classify import TextClassifier
from intake.desk.policy_file.whole import parse_policy, read_policy
from intake.domain.label import Evidence
from tests.cli.at_the_prompt import Prompt, Record, the_classifier
from tests.desk.test_policy_file import SHIPPED

KEYS = {
    "id",
    "kind",
    "category",
    "impact",
    "urgency",
    "priority",
    "confidence",
    "abstained",
    "doubt",
    "kinds",
    "evidence",
}
DOWN = "The VPN is down for the whole office, nobody can work."


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(the_classifier(), read_policy(None))


def answers(reader: Reader, *lines: bytes | dict[str, object]) -> list[Record]:
    def given() -> Iterator[bytes]:
        for line in lines:
            yield line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n"

    return list(classified_lines(given(), reader))


def test_each_line_is_answered_under_its_id(reader: Reader) -> None:
    first, second = answers(reader, {"id": "a", "text": DOWN, "channel": "email"}, {"id": 2, "text": "lorem ipsum"})
    assert first.keys() >= KEYS
    assert (first["id"], first["kind"], first["priority"], first["abstained"]) == ("a", "incident", "P1", False)
    assert (second["id"], second["kind"], second["category"], second["abstained"]) == (2, "none", None, True)


def test_evidence_quotes_the_text_it_was_found_in(reader: Reader) -> None:
    (answer,) = answers(reader, {"id": 1, "subject": "Trouble", "body": DOWN})
    text, evidence = f"Trouble\n{DOWN}", answer["evidence"]
    assert isinstance(evidence, list)
    assert len(evidence) > 1
    assert all(text[item["start"] : item["end"]] == item["text"] for item in evidence)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{broken\n", "not a JSON object"),
        (b"[1, 2]\n", "not a JSON object"),
        (b"\xff\xfe\n", "not a JSON object"),
        (b"[" * 100_000 + b"\n", "not a JSON object"),
        (b'{"text": 5}\n', "text must be a string"),
        (b'{"channel": "email"}\n', "needs text"),
        (b'{"id": {}, "text": "x"}\n', "id must be"),
    ],
)
def test_a_bad_line_is_answered_and_the_next_one_too(reader: Reader, line: bytes, says: str) -> None:
    bad, good = answers(reader, line, b"\n", {"id": 2, "text": DOWN})
    assert bad["id"] is None
    assert says in str(bad["error"])
    assert good["kind"] == "incident"


def test_a_bad_line_with_an_id_is_answered_under_it(reader: Reader) -> None:
    (bad,) = answers(reader, {"id": "x-1"})
    assert bad["id"] == "x-1"


def test_a_person_sees_the_words_that_counted(intake: Prompt) -> None:
    out = intake("classify", DOWN).out
    assert out.startswith("incident/unavailable  P1 (impact 1, urgency 1)")
    assert "«VPN is down»" in out
    assert "→ category=unavailable" in out


def test_a_person_sees_what_else_it_could_be(intake: Prompt) -> None:
    lines = intake("classify", DOWN).out.splitlines()
    assert lines[0].endswith("% sure")
    assert re.fullmatch(r"Next likeliest: (service_request|enhancement|chatter) \(\d+%\)\.", lines[1])


def test_a_person_sees_who_holds_each_reason(intake: Prompt) -> None:
    reasons = [line for line in intake("classify", DOWN).out.splitlines() if "→" in line]
    assert reasons
    assert all(re.search(r"\((lexicon|model)", line) for line in reasons)


def test_a_person_hears_why_nothing_was_found(intake: Prompt) -> None:
    assert "default route" in intake("classify", "lorem ipsum").out


def test_a_text_without_words_is_said_to_have_none(intake: Prompt) -> None:
    out = intake("classify", "?!").out
    assert out.startswith("none: a person decides")
    assert "There are no words in it to go by." in out
    assert "best guess" not in out


def test_a_person_hears_what_it_would_have_guessed_and_what_was_missing(capsys: pytest.CaptureFixture[str]) -> None:
    demanding = Reader(TextClassifier(abstain_below=1.0), read_policy(None))
    demanding.show("The printer makes odd noises")
    out = capsys.readouterr().out
    assert "No kind is likely enough: 100% is needed to say so. The default route takes it." in out
    assert re.search(r"The best guess would have been \w+ \(\d+%\), then \w+ \(\d+%\)\.", out)


def test_a_program_gets_the_probability_of_each_kind(reader: Reader) -> None:
    sure, silent = answers(reader, {"id": 1, "text": DOWN}, {"id": 2, "text": ""})
    kinds = sure["kinds"]
    assert isinstance(kinds, dict)
    assert set(kinds) == {"incident", "service_request", "enhancement", "none"}
    assert sum(kinds.values()) == pytest.approx(1, abs=0.002)
    assert (kinds["incident"], sure["doubt"], silent["doubt"]) == (sure["confidence"], None, "no_words")


def test_a_hostile_text_cannot_drive_the_terminal(intake: Prompt) -> None:
    out = intake("classify", f"\x1b[2J\u202e{DOWN}\x1b]0;owned\x07 «\x9b31m»").out
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", out)


def test_a_text_can_be_classified_for_a_program(intake: Prompt) -> None:
    assert intake("classify", DOWN, "--json").record["kind"] == "incident"


def test_passages_that_touch_are_marked_as_one() -> None:
    spans = [(0, 3), (2, 6), (6, 7), (8, 9), (-1, -1)]
    evidence = [Evidence(source="lexicon", says="x", start=start, end=end) for start, end in spans]
    assert marked("abcdefghij", evidence) == "«abcdefg»h«i»j"


def test_what_the_site_calls_critical_is_shown_as_the_desk_would_take_it() -> None:
    policy = parse_policy(SHIPPED + '[[service]]\nname = "Kestrel"\n', "desk.toml")
    text = "Kestrel is not reachable for all users since eight."
    (answer,) = answers(Reader(the_classifier(), policy), {"id": 1, "text": text})
    assert (answer["impact"], answer["kind"]) == (1, "incident")
    (plain,) = answers(Reader(the_classifier(), policy), {"id": 1, "text": "Could I get access to Kestrel?"})
    assert plain["impact"] == 3


def test_a_store_that_cannot_be_asked_is_complained_of(intake: Prompt) -> None:
    file = store_file(read_desk_settings())
    assert file is not None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"no database at all" * 100)
    ran = intake("classify", DOWN, "--json")
    assert (ran.code, ran.record["kind"]) == (0, "incident")
    assert "warning: the store cannot be asked (" in ran.err
    assert "): the shipped model alone" in ran.err


def test_where_no_store_was_set_up_yet_nothing_is_complained_of(intake: Prompt) -> None:
    assert intake("classify", DOWN, "--json").err == ""
    file = store_file(read_desk_settings())
    assert file is not None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    assert intake("classify", DOWN, "--json").err == ""

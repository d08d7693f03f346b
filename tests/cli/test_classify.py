"""`intake classify`."""

import json
from collections.abc import Iterator

import pytest

from channels.cli.classify import Reader, classified_lines, marked
from intake.desk.policy_file import read_policy
from intake.domain.label import Evidence
from tests.cli.at_the_prompt import Prompt, Record, the_classifier

KEYS = {
    "id",
    "kind",
    "category",
    "impact",
    "urgency",
    "priority",
    "confidence",
    "abstained",
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


def test_a_person_hears_why_nothing_was_found(intake: Prompt) -> None:
    assert "default route" in intake("classify", "lorem ipsum").out


def test_a_text_can_be_classified_for_a_program(intake: Prompt) -> None:
    assert intake("classify", DOWN, "--json").record["kind"] == "incident"


def test_passages_that_touch_are_marked_as_one() -> None:
    spans = [(0, 3), (2, 6), (6, 7), (8, 9), (-1, -1)]
    evidence = [Evidence(source="lexicon", says="x", start=start, end=end) for start, end in spans]
    assert marked("abcdefghij", evidence) == "«abcdefg»h«i»j"

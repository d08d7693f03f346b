"""What words stand for, whoever hears of them first."""

from pathlib import Path

import pytest

from classifier.reader import Reader
from classifier.signs import SIGN, Signs
from intake.domain.errors import ConfigError

READER = Reader()


def signs(text: str) -> set[str]:
    return {one for one in READER.read(text).units.findings if one.startswith(SIGN)}


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Nobody gets in", "@!whole"),
        ("nessuno riesce a lavorare", "@!whole"),
        ("Keiner kommt rein", "@!whole"),
        ("the lines are idle", "@!production"),
        ("40 people cannot work", "@!tens"),
        ("all three printers", "@!few"),
        ("300 employees are waiting", "@!hundreds"),
        ("must be sent by 16:30", "@!clock"),
    ],
)
def test_a_word_bears_its_sign_in_any_language(text: str, sign: str) -> None:
    assert sign in signs(text)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("order 4711 is wrong", "@!hundreds"),
        ("in 3 days", "@!few"),
        ("version 16 of the manual", "@!clock"),
        ("99999999999999 people", "@!hundreds"),
        ("25:99", "@!clock"),
    ],
)
def test_a_number_that_counts_nobody_has_none(text: str, sign: str) -> None:
    assert sign not in signs(text)


def test_what_the_first_words_say_is_told_apart() -> None:
    late = READER.read("The report has an odd colour. " * 5 + "Nobody cares.").units.findings
    early = READER.read("Nobody cares. " + "The report has an odd colour. " * 5).units.findings
    assert "@!whole" in late
    assert "@!whole^" not in late
    assert {"@!whole", "@!whole^"} <= set(early)


@pytest.mark.parametrize("content", ["", "[signs", "[signs]\nwhole = 3", '[signs]\nwhole = ["all"]'])
def test_a_damaged_table_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "signs.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigError, match=r"signs\.toml"):
        Signs(path)

"""A site's names are found as people write them, and nowhere else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.desk.names_in_text import LONGEST_READ, NamesInText

NAMES = NamesInText({name: name for name in ("ERP", "Web Shop", "Gdańsk", "Plant 2300", "erp-prod-01", "Łódź", "MES", "Teams")})


@pytest.mark.parametrize(
    ("text", "name", "quoted"),
    [
        ("our erp is down", "ERP", "erp"),
        ("Both ERPs are down", "ERP", "ERPs"),
        ("the ERP's login page", "ERP", "ERP's"),
        ("(ERP)", "ERP", "ERP"),
        ("the web-shop is slow", "Web Shop", "web-shop"),
        ("the webshop is slow", "Web Shop", "webshop"),
        ("all WEB  SHOPS", "Web Shop", "WEB  SHOPS"),
        ("all WEB SHOPS", "Web Shop", "WEB SHOPS"),
        ("the web\nshop", "Web Shop", "web\nshop"),
        ("nobody in Gdansk", "Gdańsk", "Gdansk"),
        ("nobody in GDAŃSK", "Gdańsk", "GDAŃSK"),
        ("no power in Lodz", "Łódź", "Lodz"),
        ("plant-2300 offline", "Plant 2300", "plant-2300"),
        ("CRITICAL: erp-prod-01 DOWN", "erp-prod-01", "erp-prod-01"),
        ("We are enterprise customers", None, None),
        ("the interpreter", None, None),
        ("it told me so", None, None),
        ("me s", None, None),
        ("our team is blocked", None, None),
        ("the web. Shop is open", None, None),
        ("plant 23001", None, None),
        ("", None, None),
    ],
)
def test_a_name_is_found_as_whole_words(text: str, name: str | None, quoted: str | None) -> None:
    found = NAMES.find(text)
    assert [one.what for one in found] == ([name] if name else [])
    assert [text[one.start : one.end] for one in found] == ([quoted] if quoted else [])


def test_of_names_that_overlap_the_longest_counts() -> None:
    names = NamesInText({"ERP": 1, "ERP Brazil": 2, "Brazil": 3})
    assert [found.what for found in names.find("The ERP Brazil is down, the ERP and Brazil are up")] == [2, 1, 3]


def test_no_more_is_read_than_is_classified() -> None:
    assert NAMES.find(" " * 1_000_000 + "ERP")
    assert not NAMES.find("x" * LONGEST_READ + " ERP")
    assert NAMES.find("a " * 500_000) == []


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from(["ERP", "web-shop", "Łódź"]), st.text(max_size=50))
def test_a_name_between_blanks_is_always_found_and_quoted(before: str, name: str, after: str) -> None:
    text = f"{before} ! {name} ! {after}"
    found = NAMES.find(text)
    assert name in [text[one.start : one.end] for one in found]


@settings(deadline=None)
@given(st.text(alphabet="erp web shop-\n.İßﬁ\u0301'", max_size=80))
def test_any_text_is_searched(text: str) -> None:
    for found in NAMES.find(text):
        assert 0 <= found.start < found.end <= len(text)

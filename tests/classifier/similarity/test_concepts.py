"""The table of concepts: shipped and read whole, and its faults named."""

import pytest

from classifier.similarity.concepts import Meaning, load, parse
from classifier.similarity.sketch import Nature
from classifier.similarity.spelling import Slips
from intake.domain.errors import ConfigError


def test_every_symptom_in_the_shipped_table_is_a_nature() -> None:
    concepts = load()
    meanings = [meaning for table in (concepts.stems, concepts.phrases) for found in table.values() for meaning in found]
    assert {name for section, name in meanings if section == "symptom"} <= {nature.value for nature in Nature}
    assert concepts.passing <= {name for section, name in meanings if section == "subject"}


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"[subjects]\nvpn = ['vpn']", "unknown table 'subjects'"),
        (b"[subject]\nvpn = 'vpn'", "subject.vpn must be a list"),
        (b"[subject]\nvpn = ['!!']", "subject.vpn '!!'"),
        (b"[subject]\nvpn = ['ab*']", "subject.vpn 'ab\\*'"),
        (b"[subject]\nvpn = ['one two three four five six']", "one to 5 words"),
        (b"subject = 3", "must be a table"),
        (b"[subject", "not valid TOML"),
    ],
)
def test_a_wrong_entry_is_named(raw: bytes, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        parse(raw)


def test_beginnings_ends_and_very_forms_are_found() -> None:
    concepts = parse(b"[subject]\nlohn = ['lohn*']\ndruck = ['*drucker']\nteams = ['=teams']\ncalls = ['phone call']")
    assert concepts.of_word("lohnportal", "lohnportal") == (Meaning("subject", "lohn"),)
    assert concepts.of_word("etikettendrucker", "etikettendrucker") == (Meaning("subject", "druck"),)
    assert concepts.of_word("teams", "team") == (Meaning("subject", "teams"),)
    assert concepts.of_word("team", "team") == ()
    assert concepts.phrases["phon", "call"] == (Meaning("subject", "calls"),)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ouutlook", "outlook"),
        ("outlok", "outlook"),
        ("ourlook", "outlook"),
        ("uotlook", "outlook"),
        ("vnp", "vpn"),
        ("vppn", "vpn"),
        ("wofi", "wifi"),
        ("vpm", "vpm"),
        ("table", "table"),
        ("kestrel", "kestrel"),
    ],
)
def test_a_slip_of_the_keyboard_is_forgiven(typed: str, meant: str) -> None:
    assert Slips({"outlook": 0, "vpn": 0, "wifi": 0, "cable": 1}, frozenset({"table"})).correct(typed)[0] == meant

"""Which two reports tell of one thing."""

import pytest

from tests.classifier.similarity.shared import ALIKE, found, likes, remembering, score

ONE_OUTAGE = (
    ("vpn down", "AnyConnect cannot reach the gateway"),
    ("vpn down", "Seit heute früh keine VPN-Verbindung möglich"),
    ("Outlook shows disconnected", "nobody in our office receives any e-mail"),
    ("SAP nicht erreichbar", "The ERP does not respond, we cannot post anything"),
    ("no wifi in building B", "WLAN im Gebäude B ausgefallen"),
    ("All printers in Lyon are offline", "Impossible d'imprimer à Lyon, imprimantes hors ligne"),
    ("the shared drive is gone", "Netzlaufwerk nicht erreichbar"),
    ("phones dead", "we can't make or receive any calls"),
    ("VPN is very slow today", "the vpn tunnel takes forever"),
    ("Kestrel doesn't start any more", "kestrel hangs for everyone"),
    ("Kestrel doesn't start any more", "kesterl offline"),
    ("Outlok donw", "outlook is down"),
)
TWO_THINGS = (
    ("vpn down", "outlook down"),
    ("vpn down", "I forgot my VPN password, please reset it"),
    ("vpn down", "Please create a VPN account for our new colleague"),
    ("vpn down", "VPN works again, thank you"),
    ("vpn down", "only my vpn does not work, colleagues are fine"),
    ("Printers in Lyon are offline", "Printers in Porto are offline"),
    ("Printers in Lyon are offline", "the printer in Lyon needs toner"),
    ("no wifi in building B", "no wifi in building C"),
    ("no wifi in building A", "no wifi in building C"),
    ("please help not working", "please help it doesn't work"),
    ("nothing works", "it does not work"),
    ("Please give Kim access to the share", "Please give Toni access to the intranet"),
    ("Kestrel doesn't start any more", "Merlin doesn't start any more"),
)


@pytest.mark.parametrize(("one", "other"), ONE_OUTAGE)
def test_one_outage_in_other_words_is_alike(one: str, other: str) -> None:
    assert score(one, other) >= ALIKE


@pytest.mark.parametrize(("one", "other"), TWO_THINGS)
def test_near_misses_are_not_alike(one: str, other: str) -> None:
    assert score(one, other) < ALIKE


def test_who_names_no_site_may_belong_to_any() -> None:
    window = remembering("All printers in Lyon are offline", "All printers in Porto are offline")
    assert set(found(window, "all the printers are offline")) == {1, 2}


def test_naming_the_same_site_counts_for_more_than_naming_none() -> None:
    assert score("printing down in Lyon", "nobody can print, Lyon") > score("printing down in Lyon", "nobody can print, sorry")


def test_the_evidence_is_what_both_say_the_most_telling_first() -> None:
    window = remembering("The label printers in Lyon are offline, pallets wait")
    like = likes(window, "no printers in Lyon, all pallets are waiting")[0]
    assert like.shared[0] == "printers"
    assert "Lyon" in {word.title() for word in like.shared}
    assert "pallets" in like.shared


def test_pleas_without_a_matter_are_like_nobody() -> None:
    window = remembering("please help not working", "Help please, urgent!", "Hello", "", "???", "it doesn't work")
    assert found(window, "please help not working", alike=0.3) == []


def test_requests_about_one_service_are_alike_only_in_the_same_words() -> None:
    assert score("New VPN account for Kim please", "Extend the remote access of Toni until June") < ALIKE
    assert score("I forgot my VPN password", "I forgot my VPN password!!") == 1

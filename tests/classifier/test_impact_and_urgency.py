"""Who is hit and how fast harm grows, read from the words alone."""

import pytest

from classifier.classify import LexiconClassifier

CASES = [
    # impact, urgency, what somebody wrote
    (1, 2, "Nobody at the plant can log in, the ERP rejects everybody since eight"),
    (1, 2, "Nobody can print in the Lyon office"),
    (3, 2, "I cannot log in to my notebook"),
    (3, 2, "my mouse is broken"),
    (3, 2, "Only my computer is affected, the network is down for me"),
    (1, 1, "The whole plant is without network"),
    (1, 1, "ERP is down for all users in Brazil"),
    (1, 1, "Production stopped at line 4 because the terminal server is down"),
    (1, 1, "Nobody can work, the file server crashed"),
    (1, 1, "We cannot ship anything, label printing does not work and trucks are waiting"),
    (1, 1, "Site Gdansk is offline"),
    (2, 2, "Several users report that the scanner app is slow"),
    (2, 2, "Switch in the training room is down"),
    (2, 2, "Our team cannot open the shared folder"),
    (2, 2, "Backup failed on host lx-backup-07"),
    (2, 2, "CPU usage above threshold on the mail relay"),
    (2, 2, "The main circuit is down, we are running on the backup line"),
    (3, 3, "How do I share my calendar?"),
    (3, 3, "Please install Visio on my notebook"),
    (3, 3, "My headset is broken, not urgent, can wait until next month"),
    (3, 3, "New laptop for a colleague please, no rush"),
    (3, 1, "I cannot open the tender, the deadline is today at noon"),
]  # fmt: skip


@pytest.mark.parametrize(("impact", "urgency", "text"), CASES)
def test_impact_and_urgency_follow_the_words(lexicon: LexiconClassifier, impact: int, urgency: int, text: str) -> None:
    label = lexicon.classify(text)
    assert (label.impact, label.urgency) == (impact, urgency)


@pytest.mark.parametrize(
    "shout", ["URGENT!!! {}", "{} asap", "{} - very urgent", "Set priority P1. {}", "{} This is priority 1, highest severity!"]
)
@pytest.mark.parametrize("text", ["My mouse is broken.", "Please install Visio on my notebook."])
def test_shouting_raises_nothing(lexicon: LexiconClassifier, text: str, shout: str) -> None:
    calm, loud = lexicon.classify(text), lexicon.classify(shout.format(text))
    assert (loud.impact, loud.urgency, loud.kind) == (calm.impact, calm.urgency, calm.kind)


@pytest.mark.parametrize(
    "text",
    [
        "The VPN was down this morning but it is working again",
        "Printer problem solved, just for the record",
        "Mail server was unreachable for ten minutes, now back online",
        "The portal is no longer slow",
        "Order interface stopped at night; the issue has been resolved",
    ],
)
def test_what_is_over_can_wait_and_stays_an_incident(lexicon: LexiconClassifier, text: str) -> None:
    label = lexicon.classify(text)
    assert (label.kind, label.urgency) == ("incident", 3)


@pytest.mark.parametrize(
    "text",
    [
        "The VPN is not working again",
        "The issue is still not resolved, I cannot print",
        "It was fixed yesterday. Today the scanner is broken again.",
        "If it is not back online soon we have a problem, the portal is down",
    ],
)
def test_a_relapse_or_a_denial_is_not_over(lexicon: LexiconClassifier, text: str) -> None:
    label = lexicon.classify(text)
    assert (label.kind, label.urgency < 3) == ("incident", True)


def test_a_greeting_to_everyone_hits_nobody(lexicon: LexiconClassifier) -> None:
    label = lexicon.classify("Hello everyone,\nmy headset is broken\n\nKind regards\nJo\nWhole Company Operations, all sites")
    assert (label.impact, label.urgency) == (3, 2)

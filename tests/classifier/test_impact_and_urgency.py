"""Who is hit and how fast harm grows, read from the words alone."""

import pytest

from classifier.classify import TextClassifier
from intake.domain.label import Kind

MAJOR = {(1, 1), (1, 2), (2, 1)}
CASES = [
    # impact, urgency, what somebody wrote
    (1, 1, "Nobody at the plant can log in, the ERP rejects everybody since eight"),
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


def test_two_of_three_are_right_about_impact_and_urgency_and_none_is_far_off(classifier: TextClassifier) -> None:
    said = [(impact, urgency, classifier.classify(text), text) for impact, urgency, text in CASES]
    wrong = [
        f"{label.impact.value}/{label.urgency.value}, not {impact}/{urgency}: {text}"
        for impact, urgency, label, text in said
        if (label.impact, label.urgency) != (impact, urgency)
    ]
    assert len(wrong) <= len(CASES) / 3, wrong
    assert all(abs(label.impact - impact) < 2 and abs(label.urgency - urgency) < 2 for impact, urgency, label, _ in said)


def test_what_stops_a_site_wakes_somebody_and_what_stops_one_person_does_not(classifier: TextClassifier) -> None:
    for impact, urgency, text in CASES:
        label = classifier.classify(text)
        if (impact, urgency) == (1, 1) or impact == 3:
            assert ((label.impact, label.urgency) in MAJOR) is (impact == 1), text


@pytest.mark.parametrize(
    "shout", ["URGENT!!! {}", "{} asap", "{} - very urgent", "Set priority P1. {}", "{} This is priority 1, highest severity!"]
)
@pytest.mark.parametrize("text", ["My mouse is broken.", "Please install Visio on my notebook."])
def test_shouting_raises_nothing(classifier: TextClassifier, text: str, shout: str) -> None:
    calm, loud = classifier.classify(text), classifier.classify(shout.format(text))
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
def test_what_is_over_can_wait_and_stays_an_incident(classifier: TextClassifier, text: str) -> None:
    label = classifier.classify(text)
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
def test_a_relapse_or_a_denial_is_not_over(classifier: TextClassifier, text: str) -> None:
    label = classifier.classify(text)
    assert label.kind == "incident"
    assert not [ground.text for ground in label.evidence if ground.source == "lexicon" and ground.says == "urgency=3"]


@pytest.mark.parametrize(
    "text", ["Nothing works here.", "Nothing is working since the update", "Bei mir geht nichts mehr", "Hier steht alles still"]
)
def test_that_nothing_works_is_no_chatter(classifier: TextClassifier, text: str) -> None:
    assert classifier.classify(text).kind is Kind.INCIDENT


@pytest.mark.parametrize("word", ["dringend", "bitte dringend", "urgent"])
def test_a_word_of_haste_alone_raises_nothing(classifier: TextClassifier, word: str) -> None:
    calm, loud = classifier.classify("Meine Maus ist defekt"), classifier.classify(f"{word}: Meine Maus ist defekt")
    assert loud.impact >= calm.impact
    assert loud.urgency >= calm.urgency


def test_a_greeting_to_everyone_hits_nobody(classifier: TextClassifier) -> None:
    label = classifier.classify(
        "Hello everyone,\nmy headset is broken\n\nKind regards\nJo\nWhole Company Operations, all sites"
    )
    assert (label.impact, label.urgency) == (3, 2)

"""The classifier that the desk runs with knows the site's own names, and asks from where desk.toml says."""

from channels.serve.compose import site_classifier
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import parse_policy
from intake.domain.label import Kind, Level
from tests.desk.test_policy_file import SHIPPED


def policy(added: str = "", ask_below: str = "ask = true") -> Policy:
    return parse_policy(SHIPPED.replace("ask = true", ask_below) + added, "desk.toml")


NAMED = '[[service]]\nname = "Kestrel"\n[[site]]\nname = "Gdansk"\n'


def test_a_critical_service_that_fails_is_raised_over_what_the_words_alone_say() -> None:
    plain, named = site_classifier(policy()), site_classifier(policy(NAMED))
    text = "Kestrel is not reachable since eight o'clock."
    assert plain.classify(text).impact > Level.HIGH
    label = named.classify(text)
    assert (label.kind, label.impact) == (Kind.INCIDENT, Level.HIGH)
    reason = next(one for one in label.evidence if one.source == "policy")
    assert (reason.says, text[reason.start : reason.end]) == ("impact=1", "Kestrel")


def test_one_person_stays_one_person_and_a_wish_stays_a_wish() -> None:
    named = site_classifier(policy(NAMED))
    for text in (
        "I cannot log in to Kestrel, my password has expired.",
        "My laptop in Gdansk is dead.",
        "The printer in Gdansk does not print.",
        "Please give me access to Kestrel.",
        "It would be good if Kestrel showed the delivery date.",
        "Kestrel was down this morning but works again.",
    ):
        assert not [one for one in named.classify(text).evidence if one.source == "policy"], text


def test_the_threshold_of_desk_toml_decides_what_is_left_to_a_person() -> None:
    text = "Kestrel thing, the usual"
    assert site_classifier(policy(ask_below="ask_below = 1.0")).classify(text).abstained
    bold = site_classifier(policy(ask_below="ask_below = 0.0")).classify("the usual thing with the printer")
    assert not bold.abstained

"""What a site's corrections may change, and what they may not."""

import zlib

import pytest

from classifier.classify import TextClassifier
from classifier.labelled import LabelledText
from classifier.learning import learn
from classifier.site_layer import MOST_FEATURES, teach
from intake.domain.errors import ConfigError, PolicyViolation
from intake.domain.label import Category, Kind, Level

THINGS = ["kiosk", "gantry", "oven", "turnstile", "loom", "kiln", "press", "sorter", "lathe", "mixer", "boiler", "crusher"]
WHEN = ["since dawn", "after lunch", "in bay six", "near the gate", "for the night shift"]


def said(text: str, category: Category, impact: Level | None = None, urgency: Level | None = None) -> LabelledText:
    return LabelledText(text=text, kind=category.kind, category=category, impact=impact, urgency=urgency)


def passes() -> list[LabelledText]:
    """At this site a "green slip" is asked for, not broken; its other tickets stay what they are."""
    slips = [said(f"green slip {thing} {when}", Category.USER_REQUEST) for thing in THINGS for when in WHEN]
    faults = [said(f"the {thing} does not start {when}", Category.UNAVAILABLE) for thing in THINGS for when in WHEN]
    return [one for pair in zip(slips, faults, strict=True) for one in pair]


def test_what_a_site_means_by_its_own_words_is_learnt(classifier: TextClassifier) -> None:
    lesson = learn(passes(), classifier)
    taught = classifier.with_layer(lesson.layer)
    assert lesson.better
    assert lesson.gained > lesson.lost
    label = taught.classify("green slip for the dryer please")
    assert label.category is Category.USER_REQUEST
    assert taught.classify("the dryer does not start").kind is Kind.INCIDENT
    assert label.version == f"{classifier.version}+{lesson.version}"


def test_the_words_that_were_learnt_are_shown(classifier: TextClassifier) -> None:
    taught = classifier.with_layer(learn(passes(), classifier).layer)
    text = "one green slip for the dryer"
    learnt = [evidence for evidence in taught.classify(text).evidence if evidence.source == "learnt here"]
    assert {text[evidence.start : evidence.end] for evidence in learnt} & {"green", "slip"}


def test_the_same_corrections_give_the_same_layer(classifier: TextClassifier) -> None:
    assert learn(passes(), classifier).layer == learn(passes(), classifier).layer


def test_one_message_corrected_many_times_counts_once(classifier: TextClassifier) -> None:
    others = passes()[:60]
    copies = [said("database server db02 is down, disk unavailable", Category.USER_REQUEST)] * 40
    assert learn([*others, *copies], classifier).learnt_from == len(others) + 1


def test_a_category_alone_is_worth_learning(classifier: TextClassifier) -> None:
    stuck = [said(f"{thing} amber lamp {when}", Category.DATA_PROBLEM) for thing in THINGS for when in WHEN]
    asked = [said(f"please install a new {thing} {when}", Category.USER_REQUEST) for thing in THINGS for when in WHEN]
    lesson = learn([*stuck, *asked], classifier)
    assert lesson.better
    assert classifier.with_layer(lesson.layer).classify("sieve amber lamp after lunch").category is Category.DATA_PROBLEM


def test_a_right_kind_with_a_wrong_category_is_not_right(classifier: TextClassifier) -> None:
    """What was learnt of categories counts as well: here the kind was right before, and stays so."""
    before = [said(f"the {thing} does not start {when}", Category.DATA_PROBLEM) for thing in THINGS for when in WHEN]
    asked = [said(f"please install a new {thing} {when}", Category.USER_REQUEST) for thing in THINGS for when in WHEN]
    lesson = learn([*before, *asked], classifier)
    assert (lesson.before, lesson.after) == (1.0, 1.0)
    assert lesson.gained > len(before) / 2


def test_levels_that_make_it_worse_are_not_learnt(classifier: TextClassifier) -> None:
    """Half of the outages were lowered, at random: nothing can be learnt from that but to sleep through the next."""
    outages = [
        said(f"no {thing} works at any site, production stands still {when}", Category.UNAVAILABLE, level, level)
        for place, (thing, when) in enumerate((thing, when) for thing in THINGS for when in WHEN)
        for level in [Level.LOW if place % 5 == 0 else Level.HIGH]
    ]
    slips = [one for one in passes() if one.kind is Kind.SERVICE_REQUEST]
    taught = classifier.with_layer(learn([*outages, *slips], classifier).layer)
    text = "no dryer works at any site, production stands still"
    assert taught.opinion(text).major == classifier.opinion(text).major


def test_kinds_alone_never_change_whom_the_desk_wakes(classifier: TextClassifier) -> None:
    taught = classifier.with_layer(learn(passes(), classifier).layer)
    for text in ("The whole site has no network, production stands still", "my mouse is broken", "green slip oven since dawn"):
        before, after = classifier.opinion(text), taught.opinion(text)
        assert (before.impact, before.urgency, before.major) == (after.impact, after.urgency, after.major)


def test_too_few_or_all_alike_teach_nothing(classifier: TextClassifier) -> None:
    with pytest.raises(PolicyViolation, match="too few"):
        learn(passes()[:10], classifier)
    with pytest.raises(PolicyViolation, match="of two kinds"):
        learn([one for one in passes() if one.kind is Kind.INCIDENT], classifier)


def test_a_site_with_any_number_of_words_gets_a_layer_that_can_be_read(classifier: TextClassifier) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [f"q{one}{two}{three}x" for one in letters for two in letters for three in letters][:16_500]
    pages = [" ".join(words[start : start + 150]) for start in range(0, len(words), 150)]
    examples = [
        classifier.example(said(page, Category.HOW_TO if place % 2 else Category.UNAVAILABLE))
        for place, page in enumerate(pages)
    ]
    layer = teach(examples)
    features = zlib.decompress(layer.partition(b"\n")[2]).partition(b"\0")[0].split(b"\n")
    assert sum(not feature.startswith(b"@") for feature in features) == MOST_FEATURES
    assert classifier.with_layer(layer).classify(pages[0]).version.startswith("desk-")


@pytest.mark.parametrize("raw", [b"{}", b"nonsense", b'{"columns": []}\nxx', b"\0" * 100])
def test_a_damaged_layer_is_refused(classifier: TextClassifier, raw: bytes) -> None:
    with pytest.raises(ConfigError, match="damaged"):
        classifier.with_layer(raw)

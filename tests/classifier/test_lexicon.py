"""The lexicon is data that people edit: a wrong entry must be named, and a right one must work at once."""

import threading
from pathlib import Path

import pytest

from classifier.classify import TextClassifier
from classifier.lexicon import SHIPPED, load, parse
from classifier.reader import Reader
from intake.desk.ports import Classifier
from intake.domain.errors import ConfigError
from intake.domain.label import Category, Label

GOOD = """
[classes]
broken = ["broken", "out of order"]
[[phrase]]
text = "teleporter {broken}"
kind = "incident"
category = "unavailable"
weight = 3
"""

AN_OUTAGE = '\nkind = "incident"\ncategory = "unavailable"'
FAULTS = [
    ("[[phrase", "not valid TOML"),
    ("", r"holds no \[\[phrase\]\]"),
    ("[[frase]]", "unknown table 'frase'"),
    ("phrase = 3", r"\[\[phrase\]\] with two brackets"),
    ("phrase = [3]", "phrase 1 must be a table"),
    ('[[phrase]]\ntext = "beamer dead"\nkind = "incident"\ncategory = "sad"', r"1 \('beamer dead'\): category 'sad' must be"),
    ('[[phrase]]\ntext = "beamer dead"\nkind = "incident"\ncategory = "how_to"', "'beamer dead'.*belongs to 'service_request'"),
    ('[[phrase]]\ntext = "beamer dead"\ncategory = "how_to"', "'beamer dead'.*kind None must be one of"),
    ('[[phrase]]' + AN_OUTAGE, "phrase 1.*text must be a phrase"),
    ('[[phrase]]\ntext = ["beamer dead", "Beamer"]' + AN_OUTAGE, "'Beamer' must be lower-case"),
    ('[[phrase]]\ntext = "beamer dead"' + AN_OUTAGE + '\nweight = 99', "'beamer dead'.*weight 99"),
    ('[[phrase]]\ntext = "beamer dead"' + AN_OUTAGE + '\nwait = 1', "'beamer dead'.*unknown key 'wait'"),
    ('[[phrase]]\ntext = "beamer {ded}"' + AN_OUTAGE, "'beamer {ded}' names the class 'ded'"),
    ('[[phrase]]\ntext = "a b c d e f g h"' + AN_OUTAGE, "more than 6 words"),
    ('[[phrase]]\ntext = "..."' + AN_OUTAGE, "'...' has no word in it"),
    ('[[impact]]\ntext = "all moons"\nlevel = 4', r"impact 1 \('all moons'\): level 4"),
    ('[[impact]]\ntext = "all moons"\nlevel = 1\nkinds = ["moon"]', "'all moons'.*kinds 'moon'"),
    ('[[urgency]]\ntext = "today"', r"urgency 1 \('today'\): level 0"),
    ('[[cue]]\ntext = "hardly"\neffect = "doubt"', r"cue 1 \('hardly'\): effect 'doubt' must be one of negate"),
    ('[classes]\nx = ["{y}"]', "'{y}' names another class"),
]  # fmt: skip


@pytest.mark.parametrize(("toml", "complaint"), FAULTS)
def test_a_wrong_entry_is_named(toml: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        parse(toml.encode())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml cannot be read"):
        load(tmp_path / "nowhere.toml")


def test_a_new_line_of_data_is_understood_at_once(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(GOOD)
    reader = Reader(path)
    assert reader.read("Our teleporter is out of order").weighed.category is Category.UNAVAILABLE
    assert reader.read("Telepotrer broken").weighed.category is Category.UNAVAILABLE
    assert reader.read("Our kettle is out of order").weighed.category is None


def test_the_version_tells_one_lexicon_from_another() -> None:
    assert parse(GOOD.encode()).version == parse(GOOD.encode()).version
    assert parse(GOOD.encode()).version != parse(GOOD.encode() + b"#").version


def test_the_shipped_lexicon_is_sound_and_says_nothing_twice() -> None:
    rules = load(SHIPPED).rules
    said = [(type(rule), rule.text, getattr(rule, "category", getattr(rule, "axis", None))) for rule in rules]
    assert not {entry for entry in said if said.count(entry) > 1 and entry[0].__name__ == "Phrase"}
    assert {rule.category for rule in rules if hasattr(rule, "category")} == set(Category)


def test_a_label_explains_itself(classifier: TextClassifier) -> None:
    text = "Hello team,\nthe whole plant is without network."
    evidence = classifier.classify(text).evidence
    assert {"category=unavailable", "impact=1"} <= {ground.says for ground in evidence}
    assert {ground.source for ground in evidence} <= {"lexicon", "model"}
    assert all(ground.weight > 0 and ground.text in text for ground in evidence)


def test_threads_share_one_classifier(classifier: TextClassifier) -> None:
    port: Classifier = classifier
    texts = [f"printer {number} is not wroking, request {number}" for number in range(200)]
    alone = [port.classify(text) for text in texts]
    together: dict[int, list[Label]] = {}

    def work(worker: int) -> None:
        together[worker] = [port.classify(text) for text in texts]

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(labels == alone for labels in together.values())
    assert len(together) == 4

"""What is critical at a site is checked at the start, and every fault is named with its line."""

import pytest

from intake.desk.policy import Policy
from intake.desk.policy_file.site import CriticalService, Site
from intake.desk.policy_file.whole import parse_policy, read_policy
from intake.domain.errors import ConfigError
from intake.domain.label import Category, Level
from tests.desk.test_policy_file import SHIPPED


def policy(added: str) -> Policy:
    return parse_policy(f"{SHIPPED}\n{added}\n", "desk.toml")


FAULTS = [
    # what stands in desk.toml, the line that is named, what is wrong with it
    ('[[service]]\naliases = ["x1"]', "[[service]]", "[[service]] needs name"),
    ('[[service]]\nname = "ERP"\nimpact = 3', "impact = 3", "impact must be 1 or 2"),
    ('[[service]]\nname = "ERP"\nimpact = "1"', 'impact = "1"', "impact must be 1 or 2"),
    ('[[service]]\nname = "ERP"\nimpact = true', "impact = true", "impact must be 1 or 2"),
    ('[[service]]\nname = "ERP"\ncategories = ["how_to"]', "categories", "'how_to' is not a category of incidents"),
    ('[[service]]\nname = "ERP"\ncategories = []', "categories", "categories must be a list of at least one"),
    ('[[service]]\nname = "ERP"\naliases = "SAP"', "aliases", "aliases must be a list"),
    ('[[service]]\nname = "ERP"\naliases = ["e-r-p"]', "aliases", "'e-r-p' cannot be told apart from 'ERP'"),
    ('[[service]]\nname = "ERP"\nteam = "cio"', 'team = "cio"', "unknown key 'team' in [[service]]"),
    ('[[service]]\nname = "!"', 'name = "!"', "must be a name of 2 to 80 characters"),
    ('[[service]]\nname = "a b c d e f g h i"', 'name = "a b', "at most 8 words"),
    ('[[service]]\nname = "ERP"\n[[site]]\nname = "erp"', 'name = "erp"', "'erp' cannot be told apart from 'ERP'"),
    ('[[site]]\nname = "Lyon"\ncategories = ["unavailable"]', "categories", "unknown key 'categories' in [[site]]"),
    ('[site]\nname = "Lyon"', "[site]", "[[site]] needs two brackets"),
    ('[[vip]]\nimpact = 2', "[[vip]]", "addresses must be a list of at least one"),
    ('[[vip]]\naddresses = ["the boss"]', "addresses", "'the boss' is neither a mail address nor a domain"),
    ('[[vip]]\naddresses = ["a@b.example", "A@b.example"]', "addresses", "'A@b.example' is there twice"),
    ('[[vip]]\naddresses = ["a@b.example"]\nimpact = 0', "impact = 0", "impact must be 1 or 2"),
]  # fmt: skip


@pytest.mark.parametrize(("added", "line", "fault"), FAULTS)
def test_a_fault_is_named_with_its_line(added: str, line: str, fault: str) -> None:
    with pytest.raises(ConfigError) as raised:
        policy(added)
    lines = f"{SHIPPED}\n{added}\n".splitlines()
    number = max(at for at, text in enumerate(lines, 1) if text.startswith(line))
    assert f"desk.toml:{number}: " in str(raised.value)
    assert fault in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("ask = true", "ask = 'no'", "ask must be true or false"),
        ("ask = true", "ask_below = 1.5", "ask_below must be a number from 0"),
        ("ask = true", "ask_below = true", "ask_below must be a number from 0"),
        ("ask = true", "below = 1", "unknown key 'below' in [classifier]"),
    ],
)
def test_a_fault_of_the_classifier_is_named(old: str, new: str, fault: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_policy(SHIPPED.replace(old, new), "desk.toml")
    line = next(at for at, text in enumerate(SHIPPED.splitlines(), 1) if text.startswith(old))
    assert f"desk.toml:{line}: {fault}" in str(raised.value)


def test_as_shipped_nothing_is_critical_and_the_desk_asks_as_the_model_was_measured() -> None:
    shipped = read_policy(None)
    assert (dict(shipped.site.names), dict(shipped.site.vips)) == ({}, {})
    assert (shipped.classifier.ask_below, shipped.classifier.ask) == (None, True)
    assert parse_policy(SHIPPED.replace("# ask_below", "ask_below"), "desk.toml").classifier.ask_below == 0.45


def test_what_is_left_out_is_as_people_expect_it() -> None:
    site = policy(
        '[[service]]\nname = "ERP"\naliases = ["SAP"]\n[[site]]\nname = "Lyon"\n[[vip]]\naddresses = ["@Board.example"]'
    ).site
    service = site.names["SAP"]
    assert isinstance(service, CriticalService)
    assert service is site.names["ERP"]
    assert service.categories == {Category.UNAVAILABLE, Category.PERFORMANCE_INTERFACE, Category.ERROR_MESSAGE}
    assert (service.impact, site.names["Lyon"]) == (Level.HIGH, Site(name="Lyon", impact=Level.HIGH))
    assert site.vips == {"@board.example": Level.MEDIUM}


def test_the_examples_in_the_shipped_file_are_sound() -> None:
    start = SHIPPED.index("# [[service]]")
    lines = SHIPPED[start : SHIPPED.index("[classifier]")].splitlines()
    examples = "\n".join(
        line.removeprefix("# ") for line in lines if line.startswith(("# [[", "# name", "# aliases", "# addr"))
    )
    assert {"ERP", "SAP", "Gdansk"} <= policy(examples).site.names.keys()

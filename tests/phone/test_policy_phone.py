"""[phone] and [[line]] in desk.toml: every fault is named, and a file from before the phone means the shipped values."""

from datetime import timedelta
from importlib import resources

import pytest

from intake.desk.policy_file.phone import Line, PhonePolicy
from intake.desk.policy_file.whole import parse_policy
from intake.domain.errors import ConfigError

SHIPPED = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
BEFORE, _, _REST = SHIPPED.partition("[phone]\n")
WITHOUT = BEFORE + _REST[_REST.index("\n[") :]


def phone(text: str) -> PhonePolicy:
    return parse_policy(f"{WITHOUT}\n{text}", "desk.toml").phone


def test_a_file_from_before_the_phone_means_the_shipped_values() -> None:
    assert phone("") == parse_policy(SHIPPED, "desk.toml").phone == PhonePolicy()


def test_every_key_is_read() -> None:
    text = """
[phone]
company = " Example Works "
connect = "in_order"
ring_seconds = 35
open_after_silence_minutes = 3
calls_per_number_per_hour = 5
texts_per_number_per_hour = 6

[[line]]
number = "+4930901820"
language = "de-DE"
voice = "Polly.Vicki-Neural"

[[line]]
number = "+14155550100"
"""
    assert phone(text) == PhonePolicy(
        company="Example Works",
        together=False,
        ring=timedelta(seconds=35),
        silence=timedelta(minutes=3),
        calls_per_hour=5,
        texts_per_hour=6,
        lines={
            "+4930901820": Line(number="+4930901820", language="de-DE", voice="Polly.Vicki-Neural"),
            "+14155550100": Line(number="+14155550100"),
        },
    )


def test_a_number_without_a_block_is_spoken_in_english() -> None:
    assert phone("").line("+4930901820") == Line(number="+4930901820", language="en-US", voice="")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[phone]\nconnect = "all"', 'connect must be "together" or "in_order"'),
        ("[phone]\nconnect = [1]", 'connect must be "together" or "in_order"'),
        ("[phone]\nring_seconds = 4", "ring_seconds must be a whole number from 5 to 60"),
        ("[phone]\nring_seconds = true", "ring_seconds must be a whole number from 5 to 60"),
        ("[phone]\nopen_after_silence_minutes = 0", "open_after_silence_minutes must be a whole number from 1 to 1440"),
        ("[phone]\ncalls_per_number_per_hour = 0", "calls_per_number_per_hour must be a whole number from 1"),
        ("[phone]\ncompany = 7", "company must be a name of at most 80 characters"),
        ('[phone]\ncompany = "a\\nb"', "company must be a name of at most 80 characters"),
        ("[phone]\nrings = 3", "unknown key 'rings' in [phone]"),
        ('[[line]]\nnumber = "030 901820"', "'030 901820' is not a phone number"),
        ('[[line]]\nnumber = "+4930901820"\nlanguage = "German"', "'German' is not a language such as de-DE"),
        ('[[line]]\nnumber = "+4930901820"\nvoice = "<Say>"', "'<Say>' is not the vendor's name of a voice"),
        ('[[line]]\nnumber = "+4930901820"\n[[line]]\nnumber = "+4930901820"', "the line +4930901820 is there twice"),
        ('[line]\nnumber = "+4930901820"', "[[line]] needs two brackets"),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as fault:
        phone(text)
    line, _, said = str(fault.value).removeprefix("desk.toml:").partition(": ")
    assert says in said
    assert int(line) > WITHOUT.count("\n")

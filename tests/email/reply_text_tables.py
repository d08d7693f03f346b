"""The tables of mails that lie beside the tests of reply text, one file for each test module."""

import tomllib
from collections.abc import Mapping
from pathlib import Path


def table(test: str, name: str) -> Mapping[str, str]:
    """`test` is the test module's `__file__`; its tables lie beside it under the same name."""
    return {key: text for key, text in _tables(test)[name].items() if isinstance(text, str)}


def pairs(test: str, name: str) -> Mapping[str, tuple[str, str]]:
    return {key: (texts[0], texts[1]) for key, texts in _tables(test)[name].items()}


def _tables(test: str) -> Mapping[str, Mapping[str, str | list[str]]]:
    return tomllib.loads(Path(test).with_suffix(".toml").read_text("utf-8"))

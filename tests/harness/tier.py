"""The programs of a tier are there, or its tests say loudly what they need; where CI runs, that is a failure."""

import os
import shutil
from collections.abc import Sequence
from typing import NoReturn

import pytest


def ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


def demand(programs: Sequence[str], *, remedy: str, in_ci: bool) -> None:
    """Skips the test if one of `programs` is missing, and fails it `in_ci`; `remedy` says how to get them."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        refuse(f"{', '.join(missing)} missing: {remedy}", in_ci=in_ci)


def refuse(reason: str, *, in_ci: bool) -> NoReturn:
    if in_ci:
        pytest.fail(f"{reason} (CI=true: nothing is skipped)", pytrace=False)
    pytest.skip(reason)

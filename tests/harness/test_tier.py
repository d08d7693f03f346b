"""What happens where a program of this tier is missing. No mark: this needs none of them."""

import pytest

from tests.harness.tier import demand

REMEDY = "apt-get install what-is-missing"


def test_what_is_there_is_no_reason_to_skip() -> None:
    demand(["sh"], remedy=REMEDY, in_ci=True)


def test_on_a_desk_of_a_developer_a_missing_program_skips_and_says_how_to_get_it() -> None:
    with pytest.raises(pytest.skip.Exception, match=f"no-such-program missing: {REMEDY}"):
        demand(["sh", "no-such-program"], remedy=REMEDY, in_ci=False)


def test_in_ci_a_missing_program_is_a_failure() -> None:
    with pytest.raises(pytest.fail.Exception, match=f"no-such-program missing: {REMEDY}"):
        demand(["sh", "no-such-program"], remedy=REMEDY, in_ci=True)

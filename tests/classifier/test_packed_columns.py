"""Columns that are packed into one number add up as if each stood alone."""

from hypothesis import given
from hypothesis import strategies as st

from classifier.linear import BITS, unpacker

COLUMNS = 5
ROW = st.lists(st.integers(-(10**6), 10**6), min_size=COLUMNS, max_size=COLUMNS)


@given(st.lists(ROW, max_size=20))
def test_sums_of_packed_rows_unpack_to_the_sums_of_their_columns(rows: list[list[int]]) -> None:
    told = sum(sum(value << (BITS * column) for column, value in enumerate(row)) for row in rows)
    assert unpacker(COLUMNS)(told) == tuple(sum(row[column] for row in rows) for column in range(COLUMNS))

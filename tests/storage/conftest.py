"""The stores that these tests run on."""

from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

"""Many pairs of numbers as a table, handed to a statement as one JSON object.

A statement that is run once a pair wakes the connection's thread once a pair, and the event loop waits each time.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, cast
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class _JsonEach(GenericFunction[Any]):
    """The members of an object, as SQLite calls them; PostgreSQL has another name for the same."""

    name = "json_each"
    inherit_cache = True


@compiles(_JsonEach, "postgresql")
def _in_postgresql(element: _JsonEach, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"json_each_text(CAST({compiler.process(element.clauses, **options)} AS JSON))"


def pairs(parameter: str) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Return both columns of the pairs that a statement is given in this parameter, as `written_pairs`."""
    table = _JsonEach(bindparam(parameter, type_=Text)).table_valued("key", "value", name=parameter)
    return cast(table.c.key, BigInteger), cast(table.c.value, BigInteger)


def written_pairs(numbers: Mapping[int, int | None]) -> str:
    """Write pairs as a parameter."""
    return json.dumps(numbers)

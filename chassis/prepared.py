"""Statements of hot paths: put into words once, then run straight on the driver.

They are written in SQLAlchemy like all others and share the session's transaction. What they leave
out is all that SQLAlchemy does anew for each execution, which costs several times the query itself,
and what PostgreSQL does anew, which keeps them (see ``chassis.kept``).
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Engine, PoolProxiedConnection, Select, exc, orm
from sqlalchemy.sql.compiler import SQLCompiler

from chassis.kept import Kept, make_known, type_for

Result = TypeVar("Result")
Convert = Callable[[Any], Any] | None


@dataclass
class _Plan:
    """A statement in the words of one kind of database. ``converters`` are known after its first run."""

    sql: str
    kept: tuple[Kept, ...]
    order: list[str] | None
    defaults: dict[str, Any]
    binders: dict[str, Convert]
    columns: tuple[Any, ...]
    row: type[Any]
    in_transaction: bool
    converters: list[Convert] | None = None

    @classmethod
    def of(cls, statement: Select[*tuple[Any, ...]], dialect: Dialect, *, writes: bool) -> "_Plan":
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        if compiled.post_compile_params:
            raise TypeError("a prepared statement has a fixed text; use = ANY(...) in place of IN (...)")
        binders: dict[str, Convert] = {
            name: parameter.type.dialect_impl(dialect).bind_processor(dialect)
            for parameter, name in compiled.bind_names.items()
        }
        columns = tuple(statement.selected_columns)
        row = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
        inside = writes or statement._for_update_arg is not None
        kept = _kept(compiled, dialect) if dialect.name == "postgresql" else None
        sql, names = (kept.execute if kept else str(compiled)), compiled.positiontup
        known = (kept,) if kept else ()
        return cls(sql, known, names, dict(compiled.params), binders, columns, row, inside)

    def bound(self, values: dict[str, Any]) -> Any:
        """The parameters as the driver takes them. Raises TypeError for one that is not in the statement."""
        if unknown := values.keys() - self.defaults.keys():
            raise TypeError(f"the statement has no parameter {', '.join(sorted(unknown))}")
        given = {**self.defaults, **values}
        for name, bind in self.binders.items():
            if bind is not None:
                given[name] = bind(given[name])
        return given if self.order is None else tuple(given[name] for name in self.order)

    def rows(self, cursor: Any, dialect: Dialect) -> list[Any]:
        """What the cursor has found, with the types of the selected columns."""
        if self.converters is None:
            self.converters = [
                column.type.dialect_impl(dialect).result_processor(dialect, found[1])
                for column, found in zip(self.columns, cursor.description, strict=True)
            ]
        converters, row = self.converters, self.row
        return [
            row(
                *[
                    value if convert is None else convert(value)
                    for convert, value in zip(converters, values, strict=True)
                ]
            )
            for values in cursor.fetchall()
        ]


class Prepared:
    """A SELECT whose values are named by ``bindparam``; rows have the columns' keys as attributes.

    Rows that wait to be entered (see ``entering.enter``) are not seen; other changes of the session are.
    On PostgreSQL it does not begin the session's transaction, in which it would see the same, unless it
    ``writes``: a SELECT over an UPDATE or INSERT in its WITH clause.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]], *, writes: bool = False) -> None:
        self.statement = statement
        self._writes = writes
        self._plans: dict[str, _Plan] = {}

    def all(self, session: orm.Session, **values: Any) -> list[Any]:
        """Every row. Raises what SQLAlchemy raises when the database cannot answer."""
        session.flush()
        engine: Engine = session.info["database"].engine
        dialect = engine.dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _Plan.of(self.statement, dialect, writes=self._writes)
        if plan.in_transaction or session.in_transaction() or not session.info["database"].one_message:
            connection = session.connection()
            pooled = connection.connection
            return run(connection, pooled, plan.sql, plan.bound(values), read=plan.rows, kept=plan.kept)
        with session.info["database"].connection() as pooled:
            return run(engine, pooled, plan.sql, plan.bound(values), read=plan.rows, kept=plan.kept)

    def first(self, session: orm.Session, **values: Any) -> Any:
        """The first row, or None."""
        rows = self.all(session, **values)
        return rows[0] if rows else None


def _kept(compiled: SQLCompiler, dialect: Dialect) -> Kept:
    types = {name: type_for(parameter.type, dialect) for parameter, name in compiled.bind_names.items()}
    places = {name: f"${number}" for number, name in enumerate(types, start=1)}
    values = [f"%({name})s" for name in types]
    return Kept.of(str(compiled) % places, types=list(types.values()), values=values)


def run(
    owner: Connection | Engine,
    pooled: PoolProxiedConnection,
    sql: str,
    parameters: Any,
    *,
    read: Callable[[Any, Dialect], Result],
    kept: Sequence[Kept] = (),
) -> Result:
    """Run ``sql``, which is in the driver's own words, on a connection of the pool, and ``read`` its cursor.

    The connection is made to know the statements ``kept``, which ``sql`` runs, first. Errors are
    SQLAlchemy's, and who listens at ``owner`` for ``before_cursor_execute`` hears it too.
    """
    dialect = owner.dialect
    cursor = pooled.cursor()
    try:
        for listener in owner.dispatch.before_cursor_execute:
            listener(owner, cursor, sql, parameters, None, False)
        if kept:
            make_known(pooled, cursor, kept, dialect)
        dialect.do_execute(cursor, sql, parameters)
        return read(cursor, dialect)
    except dialect.loaded_dbapi.Error as error:
        gone = dialect.is_disconnect(error, pooled, None)
        if gone:
            (owner if isinstance(owner, Connection) else pooled).invalidate(error)
        base = dialect.loaded_dbapi.Error
        raise exc.DBAPIError.instance(sql, parameters, error, base, connection_invalidated=gone) from error
    finally:
        cursor.close()

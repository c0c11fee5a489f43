"""Connections of the embedded adapter: one chDB handle per dbt thread, one process at a time."""

from dataclasses import dataclass
from pathlib import Path

from clickhouse_connect.datatypes.registry import get_from_name
from dbt.adapters.clickhouse import ClickHouseColumn
from dbt.adapters.clickhouse.connections import ClickHouseConnectionManager
from dbt.adapters.clickhouse.credentials import ClickHouseCredentials
from dbt.adapters.clickhouse.httpclient import ChHttpClient
from dbt.adapters.clickhouse.logger import logger

from orchestration.warehouse.embedded import kill_running_queries, open_embedded
from orchestration.warehouse.leftovers import drop_leftovers

__all__ = ["ChdbConnectionManager", "ChdbCredentials"]


@dataclass
class ChdbCredentials(ClickHouseCredentials):
    """Profile fields of the adapter: dbt-clickhouse's, and the data directory."""

    path: str = "clickhouse"

    @property
    def type(self):
        """Return the name of the adapter in profiles."""
        return "chdb"

    @property
    def unique_field(self):
        """Return a field that identifies the warehouse."""
        return self.path

    def _connection_keys(self):
        # Without the path: these keys are part of the key of dbt's parse cache, and parsing does
        # not depend on where the data is.
        return ("schema", "custom_settings", "use_lw_deletes", "check_exchange")


class ChdbHandle(ChHttpClient):
    """dbt-clickhouse's client over clickhouse-connect, on chDB instead of HTTP."""

    def _create_client(self, credentials):
        # chDB has no HTTP sessions: settings belong to the handle.
        self._conn_settings.pop("session_id", None)
        self._session = open_embedded(Path(credentials.path), self._conn_settings)
        try:
            if self._session.lease.first:
                for table in drop_leftovers(self._session.client):
                    logger.info(f"Dropped {table}, left over from an interrupted run")
        except BaseException:
            self._session.close()
            raise
        return self._session.client

    def _ensure_database(self, database_engine, cluster_name):
        # The database that this process saw before may have been another directory's.
        self.database_dropped(self.database)
        super()._ensure_database(database_engine, cluster_name)

    def columns_in_query(self, sql, **kwargs):
        """Return the columns that a query has.

        Parameters
        ----------
        sql : str
            The query.
        **kwargs
            Arguments of the client's query, such as settings.

        Returns
        -------
        list of ClickHouseColumn
            In the query's order.

        Raises
        ------
        DbtDatabaseError
            If the engine does not understand the query.
        """
        # dbt-clickhouse runs the query without rows; to describe it, the engine need not plan it.
        described = self.query(
            f"describe table (\n{sql}\n) settings print_pretty_type_names = 0", **kwargs
        )
        return [
            # The client's names of types are those that contracts are written in.
            ClickHouseColumn.create(name, get_from_name(engine_type).name)
            for name, engine_type, *_ in described.result_rows
        ]

    def close(self):
        """Close the handle; the last one releases the directory."""
        self._session.close()


class ChdbConnectionManager(ClickHouseConnectionManager):
    """dbt-clickhouse's connection manager, opening chDB."""

    TYPE = "chdb"

    @classmethod
    def open(cls, connection):
        """Open a connection; a busy directory fails with one sentence.

        Parameters
        ----------
        connection : Connection
            dbt's connection, opened in place.

        Returns
        -------
        Connection
            The same connection.
        """
        if connection.state == "open":
            return connection
        return cls.retry_connection(
            connection,
            connect=lambda: ChdbHandle(connection.credentials),
            logger=logger,
            retryable_exceptions=[],
        )

    def cancel(self, connection):
        """Stop the connection's query: closing alone would wait for it to finish.

        Parameters
        ----------
        connection : Connection
            A connection of another dbt thread.
        """
        kill_running_queries(Path(connection.credentials.path))
        super().cancel(connection)

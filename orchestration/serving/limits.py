"""How much one query and one server may use, from the var ``serving_limits``."""

import os
from dataclasses import dataclass

from orchestration import settings

__all__ = ["KEEP_ALIVE_SECONDS", "Limits"]

KEEP_ALIVE_SECONDS = 10
"""How long an idle connection stays open, as the header says; ClickHouse says the same."""

_PARTS_OF_MEMORY = 4


@dataclass(frozen=True)
class Limits:
    """Limits of queries and of the server.

    Attributes
    ----------
    seconds, memory_bytes, result_rows, threads : int
        Of one query. Clients may ask for less, not for more.
    body_bytes : int
        Of a request.
    running_queries, waiting_queries, waiting_seconds : int
        How many run at once, how many wait for their turn, and how long.
    session_seconds : int
        How long a session without a request is remembered at most.
    answer_bytes : int
        How much of the page's and the endpoints' answers is kept for who asks the same again.
    """

    seconds: int
    memory_bytes: int
    result_rows: int
    threads: int
    body_bytes: int
    running_queries: int
    waiting_queries: int
    waiting_seconds: int
    session_seconds: int
    answer_bytes: int

    @classmethod
    def of_project(cls) -> "Limits":
        """Return the limits of ``dbt_project.yml`` on this machine.

        A query has half of the cores, and no more than a quarter of the memory.
        """
        given = settings.project_vars()["serving_limits"]
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        return cls(
            **{**given, "memory_bytes": min(given["memory_bytes"], memory // _PARTS_OF_MEMORY)},
            threads=max(1, (os.cpu_count() or 1) // 2),
        )

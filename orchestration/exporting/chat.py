"""Document E's answers as one JSON document: what its endpoints say by default."""

import json
from typing import Any

from orchestration import settings
from orchestration.exporting.series import Export

__all__ = ["chat_document"]

_PREFIX = "/api/analytics/"


def chat_document(client: Any) -> Export:
    """Return the answers of all of document E's endpoints, by the end of their paths.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    """
    from orchestration.serving.chat import CHAT_ENDPOINTS

    answers, count = {}, 0
    database = client.database
    client.database = settings.database("marts")
    try:
        for endpoint in CHAT_ENDPOINTS:
            found = client.query(endpoint.sql, parameters=endpoint.bound({}))
            rows = list(found.named_results())
            count += len(rows)
            answers[endpoint.path.removeprefix(_PREFIX)] = endpoint.shape(rows)["data"]
    finally:
        client.database = database
    text = json.dumps(answers, ensure_ascii=False, indent=2, default=str)
    return Export(f"{text}\n".encode(), count)

"""What is known of the cascades: their totals and their faults, for the truth table."""

from collections import Counter
from collections.abc import Collection
from decimal import Decimal

from orchestration.demo.company.truth import Truth
from orchestration.demo.events import Session
from orchestration.demo.faults import FaultBook
from orchestration.demo.models import MODELS

__all__ = ["count_calls", "write_down_faults"]


def count_calls(truth: Truth, session: Session) -> int:
    """Count a session's calls into the totals of the cascades; return how many there are."""
    calls = [row for _, row in session.rows if row["model"] is not None]
    for row in calls:
        tokens, cost, model = (row["tokens_in"], row["tokens_out"]), row["cost"], row["model"]
        if cost is None and model in MODELS:
            cost = MODELS[model].list_cost(*tokens)
        truth.of("cascade").add(session.session_id, *tokens, Decimal(str(cost or 0)))
    return len(calls)


def write_down_faults(truth: Truth, book: FaultBook, labels: Collection[dict[str, str]]) -> None:
    """Add the cascades' faults to the truth table."""
    affected = Counter(label["fault_id"] for label in labels if label["run_id"])
    for fault in book.faults:
        truth.add(
            "fault",
            f"cascade/{fault.fault_id}",
            "cascade",
            ("workflow", fault.workflow_id),
            ("run_count", "count"),
            logged=affected[fault.fault_id],
            span=(fault.starts_ms, fault.ends_ms),
            signal="" if fault.expected_signal == "none" else fault.expected_signal,
            detail=fault.detail,
        )

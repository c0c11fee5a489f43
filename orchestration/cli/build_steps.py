"""The progress of a build, node by node."""

from typing import Any

from orchestration.cli.progress import ShownProgress

__all__ = ["BuildSteps"]


class BuildSteps:
    """Shows how far a build is, by dbt's events.

    Parameters
    ----------
    show : ShownProgress
        What it is shown by.
    """

    def __init__(self, show: ShownProgress):
        self._show = show
        self._done = 0
        self._total = 0

    def __call__(self, event: dict[str, Any]) -> None:
        """Show what an event says, if it is a step.

        Parameters
        ----------
        event : dict
            One of dbt's events, or of the process that builds.
        """
        from orchestration.transformation.events import (
            CALLS_PRICED,
            NODE_LEFT_OUT,
            NODES_PLANNED,
            TEST_PASSED,
            node_step,
        )

        name, message = event["info"]["name"], event["info"]["msg"]
        if name == CALLS_PRICED and message:
            self._show.line(f"\n{message}\n")
        if name == NODES_PLANNED:
            self._total = self._done + int(message)
        if name == NODE_LEFT_OUT:
            # A table that stays as it was saves what reads it: the number falls as it goes on.
            self._total -= 1
        if name == TEST_PASSED:
            self._done += 1
        if name in (NODE_LEFT_OUT, TEST_PASSED):
            self._show(self._done, self._total)
        step = node_step(event)
        if step is None:
            return
        self._total = self._total or step.total
        self._done += step.is_finished
        if step.is_failed:
            self._show.line(f"failed: {step.name}")
        self._show(self._done, self._total)

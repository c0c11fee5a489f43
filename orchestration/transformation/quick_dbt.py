"""dbt without what takes it time and changes nothing, as it builds for the product."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.transformation.debug_events import no_debug_events
from orchestration.transformation.macro_lookup import macros_when_called
from orchestration.transformation.templates import kept_templates

__all__ = ["quick_dbt"]

# How many new objects Python waits for before it searches them for garbage. With its own number, of
# hundreds, an eighth of a build went into searching dbt's million of objects, which all stay.
_NEW_OBJECTS = 100_000


@contextmanager
def quick_dbt(templates: Path) -> Iterator[None]:
    """Let dbt of this process be quick for the length of a ``with`` block.

    Parameters
    ----------
    templates : Path
        The file that keeps translated templates from one build to the next.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS)
    try:
        with no_debug_events(), macros_when_called(), kept_templates(templates):
            yield
    finally:
        gc.set_threshold(*thresholds)

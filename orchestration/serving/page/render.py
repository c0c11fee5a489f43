"""Render the templates, and gather what they show."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from orchestration.serving.page import figures
from orchestration.serving.page.choice import Choice
from orchestration.serving.page.queries import AS_OF, questions
from orchestration.serving.page.runs import RUN, RUN_CALLS, RUN_SPANS, where_the_time_went
from orchestration.serving.page.view import view

__all__ = ["STATIC", "Ask", "page", "render", "report_styles", "run_page"]

Ask = Callable[[str, dict[str, str]], Awaitable[list[dict[str, Any]]]]
"""Asks a query with bound parameters, and returns its rows."""

STATIC = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"
_NAME = re.compile(r"<bdi\b[^>]*>[^<]+")
_PART_OF_NAME = re.compile(r"(?<=[^\W_]_)(?=[^\W_])")
_NOTHING = "Nothing is loaded yet: run `tokenhouse run PATH` on logs of yours, or `tokenhouse run`."


async def page(ask: Ask, choice: Choice, **shown: Any) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    ask : callable
        Asks queries.
    choice : Choice
        What the reader chose.
    **shown
        Further values for the template.
    """
    (as_of,) = await ask(AS_OF, {})
    if not as_of["call_count"] or not as_of["last_date"]:
        return render("empty.html", sentence=_NOTHING, **shown)
    last = date.fromisoformat(as_of["last_date"])
    choice, last = choice.resolved(date.fromisoformat(as_of["first_date"]), last).ended(last)
    params = choice.params(last)
    queries = questions(choice)
    asked = [
        ask(sql, {key: params[key] for key in params if f"{{{key}:" in sql})
        for sql in queries.values()
    ]
    answers = dict(zip(queries, await asyncio.gather(*asked), strict=True))
    return render("page.html", **view(choice, last, as_of, answers), **shown)


async def run_page(ask: Ask, run_id: str, **shown: Any) -> str | None:
    """Return the page of a run as HTML; None if there is no such run.

    Parameters
    ----------
    ask : callable
        Asks queries.
    run_id : str
        The run.
    **shown
        Further values for the template.
    """
    rows = await ask(RUN, {"run_id": run_id})
    if not rows:
        return None
    calls, spans = await asyncio.gather(
        ask(RUN_CALLS, {"run_id": run_id}), ask(RUN_SPANS, {"run_id": run_id})
    )
    time = where_the_time_went(spans, calls)
    return render("run.html", run=rows[0], calls=calls, time=time, **shown)


def render(template: str, **shown: Any) -> str:
    """Return a template with values; whatever is in them appears as text."""
    text = _environment().get_template(template).render(**shown)
    # On a narrow screen long names go on behind an underscore, not within a word.
    return _NAME.sub(lambda name: _PART_OF_NAME.sub("<wbr>", name[0]), text)


def report_styles() -> str:
    """Return the style sheets, for a file that asks nothing of anybody."""
    return "\n".join((STATIC / name).read_text() for name in ("tokens.css", "page.css"))


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(styles="", snapshot="")
    environment.filters.update(
        dollars=figures.dollars,
        signed_dollars=figures.signed_dollars,
        decimals=lambda value: "unknown" if value is None else f"{float(value):.2f}",
        number=figures.number,
        share=figures.share,
        duration=figures.duration,
        moment=figures.moment,
        day=figures.day,
        axis=lambda value: f"{value:,.6f}".rstrip("0").rstrip("."),
        percent=lambda value: f"{value:+.0f}%",
        words=lambda value: str(value).replace("_", " "),
        iso=lambda value: datetime.fromisoformat(str(value)).replace(tzinfo=UTC).isoformat(),
        run_url=lambda value: "/runs/" + quote(str(value), safe=""),
    )
    return environment

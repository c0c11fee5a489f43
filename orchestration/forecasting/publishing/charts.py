"""Chart of a metric's forecast: history, intervals, and the accuracy of the methods."""

import io
from typing import Any

import numpy as np
import pandas as pd

from orchestration.forecasting.publishing.publish import Published

__all__ = ["chart"]

_UNITS = {"cost_usd": "US dollars a day", "run_count": "runs a day", "total_tokens": "tokens a day"}
_COLUMNS = {
    "mase": "MASE",
    "relative_mase": "relative",
    "wape": "WAPE",
    "total_error": "30-day total",
    "coverage_80": "in 80%",
    "coverage_95": "in 95%",
}
_WIDTH, _HEIGHT, _DPI = 8, 5, 72


def chart(published: Published) -> bytes:
    """Draw the total's history and forecast, above the back-tests of all series together.

    Parameters
    ----------
    published : Published
        As :func:`orchestration.forecasting.publishing.publish.publish` returns it.

    Returns
    -------
    bytes
        A PNG of some 40 KB.
    """
    # Not pyplot: it keeps figures in memory, and needs a display.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=_DPI, layout="constrained")
    above, below = figure.subplots(2, 1, height_ratios=[3, 1.3])
    _draw_days(above, published)
    _draw_table(below, published)
    picture = io.BytesIO()
    FigureCanvasAgg(figure).print_png(picture)
    return picture.getvalue()


def _draw_days(axes: Any, published: Published) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    fit = published.fit
    total = fit.forecasts[fit.forecasts["unique_id"] == "total"]
    axes.plot(published.recent["ds"], published.recent["y"], color="black", lw=1, label="total")
    for level, alpha in ((95, 0.15), (80, 0.25)):
        axes.fill_between(
            total["ds"],
            total[f"lo_{level}"],
            total[f"hi_{level}"],
            color="tab:blue",
            alpha=alpha,
            lw=0,
            label=f"{level}% interval",
        )
    axes.plot(total["ds"], total["expected"], color="tab:blue", lw=1.5, label="forecast")
    axes.axvline(pd.Timestamp(fit.cutoff), color="grey", lw=0.8, ls=":")
    state = "" if fit.choice.is_published else " — NOT published: worse than naive"
    axes.set_title(f"{published.metric}: {fit.choice.method}{state}", loc="left", fontsize=11)
    axes.set_ylabel(_UNITS.get(published.metric, published.metric))
    axes.set_ylim(bottom=0)
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper left", fontsize=8, frameon=False, ncols=4)


def _draw_table(axes: Any, published: Published) -> None:
    axes.axis("off")
    scores = published.fit.scores
    if scores.empty:
        axes.text(0, 0.5, "No back-test yet: the history is too short.", va="center")
        return
    overall = scores[scores["scope"] == "overall"].sort_values("mase")
    cells = [
        [row["method"], *("" if np.isnan(row[name]) else f"{row[name]:.2f}" for name in _COLUMNS)]
        for _, row in overall.iterrows()
    ]
    table = axes.table(cells, colLabels=["back-test", *_COLUMNS.values()], loc="center")
    table.auto_set_font_size(False)
    table.set_fontsize(8)
    for (row, _), cell in table.get_celld().items():
        cell.set_linewidth(0.3)
        if row and cells[row - 1][0] == published.fit.choice.method:
            cell.set_text_props(weight="bold")

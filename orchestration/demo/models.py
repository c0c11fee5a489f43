"""The models that the demo's workflows call: list price, speed and how good their answers are."""

from dataclasses import dataclass

__all__ = ["CANDIDATE_POOLS", "EVALUATOR", "MODELS", "PAIRS", "UNMAPPED", "Model"]


@dataclass(frozen=True)
class Model:
    """One model as the generator sees it.

    Attributes
    ----------
    name, provider : str
        As they appear in the logs.
    input_usd, output_usd : float or None
        List price per million tokens, as in ``seeds/model_prices.csv``; None if it is unknown.
    tokens_per_second : float
        Median output speed.
    quality : float
        Mean evaluator score of its answers, 0 to 1.
    """

    name: str
    provider: str
    input_usd: float | None
    output_usd: float | None
    tokens_per_second: float
    quality: float

    def list_cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """Return what a call costs at list price.

        Parameters
        ----------
        tokens_in, tokens_out : int
            Token counts of the call.

        Returns
        -------
        float or None
            USD, rounded to 9 decimals; None without a price.
        """
        if self.input_usd is None or self.output_usd is None:
            return None
        return round((tokens_in * self.input_usd + tokens_out * self.output_usd) / 1e6, 9)


_ALL = (
    Model("claude-opus-4-5-20251101", "anthropic", 5.0, 25.0, 45.0, 0.87),
    Model("claude-sonnet-4-5-20250929", "anthropic", 3.0, 15.0, 65.0, 0.82),
    Model("claude-haiku-4-5-20251001", "anthropic", 1.0, 5.0, 120.0, 0.74),
    Model("gpt-4.1", "openai", 2.0, 8.0, 75.0, 0.78),
    Model("gpt-4o", "openai", 2.5, 10.0, 80.0, 0.74),
    Model("gpt-4o-mini", "openai", 0.15, 0.6, 110.0, 0.64),
    Model("gemini-2.5-pro", "google", 1.25, 10.0, 85.0, 0.81),
    Model("gemini-2.5-flash", "google", 0.3, 2.5, 160.0, 0.70),
)

MODELS = {model.name: model for model in _ALL}

UNMAPPED = Model("acme-router-mini", "acme", None, None, 200.0, 0.55)
"""A model without a list price, whose calls report no cost either."""

EVALUATOR = MODELS["gpt-4o-mini"]
"""The evaluator of answers in every workflow that has one."""

PAIRS = (
    ("claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"),
    ("claude-haiku-4-5-20251001", "claude-sonnet-4-5-20250929"),
    ("claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929"),
    ("gpt-4.1", "gpt-4o"),
    ("gpt-4o", "gpt-4o-mini"),
    ("gpt-4o-mini", "gpt-4o"),
    ("gemini-2.5-flash", "gpt-4o-mini"),
)
"""Main and fallback models. gemini-2.5-pro is left to the workflows whose price changes."""

CANDIDATE_POOLS = (
    ("claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001", "gpt-4o"),
    ("claude-opus-4-5-20251101", "gpt-4.1", "gpt-4o-mini"),
    ("claude-haiku-4-5-20251001", "gpt-4.1", "gemini-2.5-flash", "gpt-4o-mini"),
    ("gpt-4o", "gpt-4.1", "claude-sonnet-4-5-20250929"),
)
"""Models that compete for the same answer; in each pool at least one is dominated."""

"""Names of models and providers: LiteLLM's, ours, and how a logged name finds its price."""

import re

__all__ = ["matching_names", "model_name", "provider_name"]

# LiteLLM names the interface where we name who sends the bill.
PROVIDER_NAMES = {
    "azure_ai": "azure",
    "azure_text": "azure",
    "amazon_nova": "amazon",
    "bedrock_converse": "bedrock",
    "cohere_chat": "cohere",
    "gemini": "google",
    "text-completion-openai": "openai",
}

DATE_SUFFIX = re.compile(r"(-\d{8}|-\d{4}-\d{2}-\d{2}|@\d{8}|@default)$")


def provider_name(litellm_provider: str) -> str:
    """Return this project's name of a LiteLLM provider.

    Arguments
    ---------
    litellm_provider : str
        Such as ``bedrock_converse``, ``vertex_ai-anthropic_models`` or ``openai``.

    Returns
    -------
    str
        Who sends the bill: ``bedrock``, ``vertex_ai``, ``openai``. LiteLLM's part behind a ``-``
        says which models, not who bills.
    """
    if litellm_provider in PROVIDER_NAMES:
        return PROVIDER_NAMES[litellm_provider]
    for family in ("vertex_ai", "fireworks_ai"):
        if litellm_provider.startswith(f"{family}-"):
            return family
    return litellm_provider


def model_name(litellm_model: str, litellm_provider: str) -> str:
    """Return the model's name as its provider gives it.

    Arguments
    ---------
    litellm_model : str
        LiteLLM's name, often with the provider in front (``gemini/gemini-2.5-pro``).
    litellm_provider : str
        LiteLLM's provider of the same entry.

    Returns
    -------
    str
        The name without the provider; anything behind it stays (``groq/openai/gpt-oss-20b`` is
        Groq's ``openai/gpt-oss-20b``).
    """
    prefix, slash, rest = litellm_model.partition("/")
    names = {litellm_provider, litellm_provider.replace("_", "-"), provider_name(litellm_provider)}
    return rest if slash and rest and prefix in names else litellm_model


def matching_names(model: str) -> list[str]:
    """List the names under which a logged model is looked up, best first.

    Arguments
    ---------
    model : str
        The model as the log names it.

    Returns
    -------
    list of str
        The name itself, the name without its provider prefixes, then the same without a date suffix
        (``-20250929``, ``-2024-08-06``, ``@20250929``).
    """
    parts = model.split("/")
    exact = ["/".join(parts[start:]) for start in range(len(parts))]
    undated = [DATE_SUFFIX.sub("", name) for name in exact]
    return list(dict.fromkeys(exact + undated))

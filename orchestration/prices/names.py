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


def matching_names(model: str, *, date_suffix: str) -> list[str]:
    """List the names under which a logged model is looked up, best first.

    Arguments
    ---------
    model : str
        The model as the log names it.
    date_suffix : str
        Pattern of a release date at the end of a name (the var ``model_date_suffix``).

    Returns
    -------
    list of str
        In lower case: the name itself, the name with ever fewer prefixes, then the bare name
        without its date.
    """
    parts = model.lower().split("/")
    names = ["/".join(parts[start:]) for start in range(len(parts))]
    return list(dict.fromkeys([*names, re.sub(date_suffix, "", names[-1])]))

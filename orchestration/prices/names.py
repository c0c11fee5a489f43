"""Names of models and providers in LiteLLM's table, as this project has them.

How a logged name finds its price is SQL's to say (``int_model_matches``); here is only what a
price file needs. Both read the names of providers from the vars of ``dbt_project.yml``.
"""

import functools
import re

import yaml

from orchestration import settings

__all__ = ["has_cache_in_input", "model_name", "project_vars", "provider_name"]


@functools.cache
def project_vars() -> dict:
    """Return the vars of ``dbt_project.yml``."""
    project = settings.project_dir() / "dbt_project.yml"
    return yaml.safe_load(project.read_text(encoding="utf-8"))["vars"]


def provider_name(litellm_provider: str) -> str:
    """Return this project's name of a provider: who sends the bill.

    Parameters
    ----------
    litellm_provider : str
        Such as ``bedrock_converse``, ``vertex_ai-anthropic_models`` or ``openai``.

    Returns
    -------
    str
        ``bedrock``, ``vertex_ai``, ``openai``.
    """
    name = litellm_provider.lower()
    family = re.sub(project_vars()["provider_name_suffix"], r"\1", name)
    return project_vars()["provider_names"].get(family, family)


def model_name(litellm_model: str, litellm_provider: str) -> str:
    """Return the model's name as its provider gives it.

    Parameters
    ----------
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


def has_cache_in_input(model: str, provider: str) -> bool:
    """Tell whether a provider's input tokens include the cached ones.

    Parameters
    ----------
    model : str
        Name of the model.
    provider : str
        Who bills the call, as this project names it.

    Returns
    -------
    bool
        False for Anthropic, for Bedrock (its API counts cached tokens apart for every model) and
        for Claude on Vertex AI and Azure, which speak Anthropic's API; True elsewhere.
    """
    if provider in ("anthropic", "bedrock", "bedrock_mantle"):
        return False
    return not (provider in ("vertex_ai", "azure", "azure_ai") and "claude" in model)

"""User agents as families of a closed list: what may be said of a client in clear."""

from __future__ import annotations

from typing import Final

from stillwatch.core.vocabulary import CLIENTS

_MARKS: Final = (
    # the first mark that a lower-cased user agent holds decides; frameworks stand before the libraries they use
    ("litellm", "litellm"),
    ("langchain", "langchain"),
    ("llamaindex", "llamaindex"),
    ("llama-index", "llamaindex"),
    ("openrouter", "router"),
    ("one-api", "router"),
    ("claude-cli", "coding-agent"),
    ("claude-code", "coding-agent"),
    ("codex", "coding-agent"),
    ("aider", "coding-agent"),
    ("cursor", "coding-agent"),
    ("google-genai", "google-genai"),
    ("anthropic/python", "anthropic-python"),
    ("asyncanthropic/python", "anthropic-python"),
    ("anthropic/js", "anthropic-typescript"),
    ("anthropic-typescript", "anthropic-typescript"),
    ("anthropic/java", "anthropic-java"),
    ("openai/python", "openai-python"),
    ("openai-python", "openai-python"),
    ("openai/js", "openai-node"),
    ("openai-node", "openai-node"),
    ("openai/go", "openai-go"),
    ("openai-go", "openai-go"),
    ("openai/java", "openai-java"),
    ("openai-java", "openai-java"),
    ("azsdk-", "azure-sdk"),
    ("boto3", "aws-sdk"),
    ("aws-sdk", "aws-sdk"),
    ("ai-sdk", "vercel-ai-sdk"),
    ("python-httpx", "python-httpx"),
    ("python-requests", "python-requests"),
    ("aiohttp", "aiohttp"),
    ("axios", "axios"),
    ("node-fetch", "node-fetch"),
    ("undici", "node-fetch"),
    ("go-http-client", "go-http"),
    ("okhttp", "java-http"),
    ("apache-httpclient", "java-http"),
    ("java/", "java-http"),
    ("reqwest", "rust-http"),
    ("hyper/", "rust-http"),
    ("curl/", "curl"),
    ("mozilla/", "browser"),
)
assert {family for _, family in _MARKS} <= set(CLIENTS)


def family_of(user_agent: str) -> str | None:
    """The family of a user agent; None where it is of none that is listed."""
    lowered = user_agent.lower()
    return next((family for mark, family in _MARKS if mark in lowered), None)

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.core.decision import Limits
from stillwatch.enforcement.gateways.acting.smaller import reduce, wants_hidden_model

CAP = Limits(max_tokens=2000)


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/v1/chat/completions", {"messages": []}, {"messages": [], "max_tokens": 2000}),
        ("/v1/chat/completions", {"max_completion_tokens": 9000}, {"max_completion_tokens": 2000}),
        ("/v1/chat/completions", {"max_tokens": 10}, {"max_tokens": 10}),
        ("/v1/chat/completions", {"max_tokens": None, "messages": []}, {"max_tokens": 2000, "messages": []}),
        ("/v1/chat/completions", {"max_tokens": True}, {"max_tokens": 2000}),
        ("/v1/responses", {"input": "x"}, {"input": "x", "max_output_tokens": 2000}),
        ("/v1/embeddings", {"input": "x"}, {"input": "x"}),
        (
            "/v1/messages",
            {"max_tokens": 9000, "thinking": {"type": "enabled", "budget_tokens": 8000}},
            {"max_tokens": 2000, "thinking": {"type": "enabled", "budget_tokens": 1999}},
        ),
    ],
)
def test_the_cap_has_the_name_of_the_dialect(
    path: str, body: dict[str, Any], expected: dict[str, Any]
) -> None:
    reduce(body, CAP, path)
    assert body == expected


def test_thinking_goes_where_the_cap_leaves_no_room_for_it() -> None:
    body: dict[str, Any] = {"max_tokens": 9000, "thinking": {"type": "enabled", "budget_tokens": 8000}}
    assert reduce(body, Limits(max_tokens=100), "/v1/messages")
    assert body == {"max_tokens": 100}


def test_probabilities_are_not_even_asked_for() -> None:
    body = {"logprobs": True, "top_logprobs": 5, "include": ["message.output_text.logprobs", "other"]}
    assert reduce(body, Limits(hide_logprobs=True), "/v1/responses")
    assert body == {"include": ["other"]}


def test_a_request_within_its_limits_stays_as_it_is() -> None:
    body = {"max_tokens": 5, "messages": []}
    assert not reduce(body, CAP, "/v1/chat/completions")
    assert not wants_hidden_model({"model": "small"}, Limits(hide_models=("large",)))
    assert wants_hidden_model({"model": "large"}, Limits(hide_models=("large",)))

"""Logs of real gateways read completely; the samples lie beside a checkout, not in it."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.reading import LineReader

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "log_samples"
FROZEN = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
EXCHANGES = {
    "azure_apim_gateway": 1,
    "gcp_vertex_request_response": 1,
    "helicone_request_response_rmt": 1,
    "kong_ai_log": 2,
    "langfuse_observations": 1,
    "portkey_log_export": 1,
    "anthropic_messages_exchange": 1,
    "aws_bedrock_invocation": 2,
    "envoy_ai_gateway_access": 1,
    "litellm_spend_logs": 1,
    "litellm_standard_logging_payload": 18,
    "openai_batch_output": 1,
    "openai_chat_exchange": 1,
    "openai_responses_exchange": 1,
    "otel_genai_otlp_logs": 1,
    "otel_genai_otlp_spans": 1,
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the log samples are not part of the repository")
@pytest.mark.parametrize("name", EXCHANGES)
def test_every_record_of_the_sample_is_read(name: str) -> None:
    reader = LineReader(ReadOptions(account="acct-named"), clock=lambda: FROZEN)
    exchanges = 0
    for number, line in enumerate((SAMPLES / f"{name}.jsonl").read_bytes().splitlines(), 1):
        good, rejects = reader.convert(line, name, number)
        assert rejects == []
        exchanges += len(good)
    assert exchanges == EXCHANGES[name]

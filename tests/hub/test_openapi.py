"""The OpenAPI document tells the truth: requests made from it are answered as it says."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from tests.hub import stix

from stillwatch.hub.api import routes

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]


@pytest.fixture(scope="module")
def operations(hub):
    """The endpoints of the running hub's own document."""
    hub.post("tool-1", [stix.indicator(hub.members["tool-1"]) for _ in range(5)])
    document = schemathesis.openapi.from_url(f"{hub.url}/openapi.json")
    return [found.ok() for found in document.get_all_operations()]


def test_every_endpoint_answers_as_described(hub, operations):
    headers = {"Authorization": f"Bearer {hub.members['tool-1'].token}"}
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def answers(case):
            case.call_and_validate(headers=headers, checks=CHECKS)

        answers()
    assert len(operations) == len(routes()) - 1  # all but the document itself


def test_wrong_requests_are_refused(hub, operations):
    headers = {"Authorization": f"Bearer {hub.members['tool-1'].token}"}
    for operation in operations:
        if not operation.query and not operation.body:
            continue

        @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
        @settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def refuses(case):
            case.call_and_validate(headers=headers, checks=CHECKS)

        refuses()

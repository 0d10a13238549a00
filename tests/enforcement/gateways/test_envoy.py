from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.small_node import decision
from stillwatch.core.decision import Action, Limits, Scope
from stillwatch.enforcement.gateways import registry
from stillwatch.enforcement.gateways.acting.judge import Judge
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.link import Link
from stillwatch.enforcement.gateways.identity import HeaderIdentity
from stillwatch.enforcement.gateways.sidecar.envoy_grpc import Authorization
from stillwatch.enforcement.gateways.site import Site
from stillwatch.enforcement.snapshot import Snapshot
from stillwatch.errors import StillwatchError

grpc = pytest.importorskip("grpc", reason="the extra envoy is not installed")
external_auth_pb2 = pytest.importorskip("envoy.service.auth.v3.external_auth_pb2")

METHOD = "/envoy.service.auth.v3.Authorization/Check"


@pytest.fixture
def check(tmp_path: Path) -> Iterator[Any]:
    client = GatewayClient(Link("http://127.0.0.1:9", "envoy"), None)
    limits = Limits(hide_reasoning=True, profile="dull")
    client._put(
        Snapshot.build(
            1,
            [
                decision("bad"),
                decision("who", Action.VERIFY),
                decision("slow", Action.THROTTLE, limits=Limits(rate_per_minute=1)),
                decision("less", Action.DEGRADE, limits=limits),
                decision("192.0.2.0/24", scope=Scope.ADDRESS),
            ],
        )
    )
    where = f"unix:{tmp_path}/envoy.sock"
    server = Authorization(Judge(client), HeaderIdentity()).serve(where)
    with grpc.insecure_channel(where) as channel:
        call = channel.unary_unary(
            METHOD,
            request_serializer=external_auth_pb2.CheckRequest.SerializeToString,
            response_deserializer=external_auth_pb2.CheckResponse.FromString,
        )

        def ask(account: str, path: str = "/v1/chat/completions", address: str = "198.51.100.1") -> Any:
            request = external_auth_pb2.CheckRequest()
            request.attributes.source.address.socket_address.address = address
            http = request.attributes.request.http
            http.method, http.path = "POST", path
            http.headers["x-account-id"] = account
            return call(request, timeout=5)

        yield ask
    server.stop(None)


def headers_of(response: Any) -> dict[str, str]:
    return {option.header.key.lower(): option.header.value for option in response.headers}


def test_honest_requests_are_authorised(check: Any) -> None:
    answer = check("honest")
    assert answer.status.code == 0
    assert not answer.HasField("denied_response")


@pytest.mark.parametrize(("account", "code"), [("bad", "account_blocked"), ("who", "verification_required")])
def test_refused_requests_are_denied_with_a_body(check: Any, account: str, code: str) -> None:
    answer = check(account)
    assert answer.status.code == 7
    assert answer.denied_response.status.code == 403
    assert json.loads(answer.denied_response.body)["error"]["code"] == code
    assert headers_of(answer.denied_response)["x-stillwatch-decision"].startswith("dec-")
    assert json.loads(check(account, "/v1/messages?beta=1").denied_response.body)["type"] == "error"


def test_a_throttled_account_gets_429_and_retry_after(check: Any) -> None:
    assert check("slow").status.code == 0
    answer = check("slow")
    assert answer.denied_response.status.code == 429
    assert int(headers_of(answer.denied_response)["retry-after"]) > 30


def test_a_degraded_account_passes_with_headers_for_the_server(check: Any) -> None:
    told = headers_of(check("less").ok_response)
    assert told["x-stillwatch-action"] == "degrade"
    assert json.loads(told["x-stillwatch-limits"])["hide_reasoning"] is True
    assert told["x-stillwatch-profile"] == "dull"


def test_networks_are_told_by_the_peer_that_envoy_saw(check: Any) -> None:
    assert check("honest", address="192.0.2.200").denied_response.status.code == 403


def test_an_address_that_nothing_can_listen_at_is_said(tmp_path: Path) -> None:
    client = GatewayClient(Link("http://127.0.0.1:9", "envoy"), None)
    with pytest.raises(StillwatchError, match="nothing can listen"):
        Authorization(Judge(client), HeaderIdentity()).serve("192.0.2.1:1")


@pytest.mark.parametrize("socket", ["unix:/run/stillwatch/envoy.sock", "127.0.0.1:9001"])
def test_its_configuration_is_yaml_that_names_the_sidecar(socket: str) -> None:
    files = registry.get("envoy").render(Site(socket=socket))
    cluster = yaml.safe_load(files["cluster.yaml"])[0]
    address = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]["address"]
    assert address in (
        {"pipe": {"path": "/run/stillwatch/envoy.sock"}},
        {"socket_address": {"address": "127.0.0.1", "port_value": 9001}},
    )
    grpc_filter = yaml.safe_load(files["filter-grpc.yaml"])[0]["typed_config"]
    assert grpc_filter["failure_mode_allow"] is True
    http_filter = yaml.safe_load(files["filter-http.yaml"])[0]["typed_config"]["http_service"]
    assert http_filter["path_prefix"] == "/auth"
    allowed = http_filter["authorization_request"]["allowed_headers"]["patterns"]
    assert {"exact": "x-account-id"} in allowed


def test_envoys_own_messages_take_its_configuration() -> None:
    from envoy.config.cluster.v3 import cluster_pb2
    from envoy.extensions.filters.http.ext_authz.v3 import ext_authz_pb2
    from envoy.extensions.filters.network.http_connection_manager.v3 import http_connection_manager_pb2
    from envoy.extensions.upstreams.http.v3 import http_protocol_options_pb2
    from google.protobuf import json_format

    files = registry.get("envoy").render(Site())
    for name in ("filter-grpc.yaml", "filter-http.yaml"):
        read = json_format.ParseDict(yaml.safe_load(files[name])[0], http_connection_manager_pb2.HttpFilter())
        inner = ext_authz_pb2.ExtAuthz()
        assert read.typed_config.Unpack(inner)
        assert inner.failure_mode_allow
    cluster = json_format.ParseDict(yaml.safe_load(files["cluster.yaml"])[0], cluster_pb2.Cluster())
    options = http_protocol_options_pb2.HttpProtocolOptions()
    assert next(iter(cluster.typed_extension_protocol_options.values())).Unpack(options)

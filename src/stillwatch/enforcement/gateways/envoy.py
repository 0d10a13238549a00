"""Envoy: external authorisation, by gRPC or by HTTP, answered by the sidecar.

Envoy has no table of its own for a sidecar that does not answer: ``failure_mode_allow`` is the operator's choice, and
follows ``unknown`` of the site. While only the node is away the sidecar answers from the last known decisions. By HTTP
the sidecar learns no address unless a header is named for it; by gRPC Envoy tells the peer's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.gateways.contract import Abilities, Defaults

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.site import Site


class _Envoy(Defaults):
    """A filter for the listener and a cluster for the sidecar."""

    name = "envoy"
    title = "Envoy with external authorisation (gRPC or HTTP)"
    renames_headers = False
    can = Abilities(
        actions={
            Action.ALLOW: "passed on",
            Action.THROTTLE: "429 with Retry-After beyond the rate",
            Action.VERIFY: "403 with the code verification_required",
            Action.DEGRADE: "passed on with headers that tell the inference server what to leave out",
            Action.BLOCK: "403",
        },
        limits=frozenset(("rate_per_minute", "profile")),
        scopes=frozenset(scope for scope in Scope if scope is not Scope.CAMPAIGN),
    )

    def render(self, site: Site) -> dict[str, str]:
        """The filter in both forms (take one) and the cluster."""
        allow = "false" if site.unknown == "deny" else "true"
        headers = [name for name in _headers(site) if name]
        patterns = "".join(f"            - {{ exact: {name} }}\n" for name in headers)
        return {
            "filter-grpc.yaml": _GRPC.format(allow=allow),
            "filter-http.yaml": _HTTP.format(allow=allow, patterns=patterns),
            "cluster.yaml": _CLUSTER.format(endpoint=_endpoint(site)),
        }


def _headers(site: Site) -> list[str]:
    identity = site.identity
    named = [identity.account, identity.organization, identity.api_key, identity.address, identity.asn]
    return [
        *named,
        identity.country,
        *(["authorization", "x-api-key"] if identity.key_in_authorization else []),
    ]


def _endpoint(site: Site) -> str:
    if site.socket.startswith("unix:"):
        return f"pipe: {{ path: {site.socket.removeprefix('unix:')} }}"
    address, _, port = site.socket.rpartition(":")
    return f"socket_address: {{ address: {address}, port_value: {port} }}"


_GRPC: Final = """\
# Goes before the router in http_filters; start the sidecar with `stillwatch gateways run envoy --grpc`.
- name: envoy.filters.http.ext_authz
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
    transport_api_version: V3
    failure_mode_allow: {allow}
    include_peer_certificate: false
    grpc_service:
      envoy_grpc: {{ cluster_name: stillwatch }}
      timeout: 0.25s
"""

_HTTP: Final = """\
# Goes before the router in http_filters, instead of the gRPC form.
- name: envoy.filters.http.ext_authz
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
    transport_api_version: V3
    failure_mode_allow: {allow}
    http_service:
      path_prefix: /auth
      server_uri: {{ uri: "http://stillwatch", cluster: stillwatch, timeout: 0.25s }}
      authorization_request:
        allowed_headers:
          patterns:
{patterns}      authorization_response:
        allowed_upstream_headers:
          patterns:
            - {{ prefix: x-stillwatch- }}
        allowed_client_headers:
          patterns:
            - {{ prefix: x-stillwatch- }}
            - {{ exact: retry-after }}
            - {{ exact: content-type }}
"""

_CLUSTER: Final = """\
- name: stillwatch
  type: STATIC
  connect_timeout: 0.1s
  # The gRPC form needs HTTP/2; leave this out for the HTTP form.
  typed_extension_protocol_options:
    envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
      "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
      explicit_http_config: {{ http2_protocol_options: {{}} }}
  load_assignment:
    cluster_name: stillwatch
    endpoints:
      - lb_endpoints:
          - endpoint:
              address: {{ {endpoint} }}
"""

GATEWAY = _Envoy()

"""Envoy's external authorisation over gRPC: its question read, its answer written. Needs the extra ``envoy``."""

from __future__ import annotations

from concurrent import futures
from typing import TYPE_CHECKING, Any

from stillwatch.enforcement.gateways.acting.judge import FREE, Judge
from stillwatch.enforcement.gateways.acting.refusals import refusal, upstream_headers
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.answers import Subject
    from stillwatch.enforcement.gateways.identity import HeaderIdentity

_WORKERS = 8
_SERVICE = "envoy.service.auth.v3.Authorization"


class Authorization:
    """Answers checks.

    Args:
        judge: that decides.
        identity: names the headers that say whose request it is. The address is Envoy's own view of the peer, unless a
            header is named for it.

    Raises:
        StillwatchError: gRPC or Envoy's messages are not installed.
    """

    def __init__(self, judge: Judge, identity: HeaderIdentity) -> None:
        try:
            from envoy.config.core.v3 import base_pb2
            from envoy.service.auth.v3 import external_auth_pb2
            from envoy.type.v3 import http_status_pb2
            from google.rpc import status_pb2
        except ImportError as error:
            raise _not_installed() from error
        self._judge = judge
        self._identity = identity
        self._core: Any = base_pb2
        self._auth: Any = external_auth_pb2
        self._http: Any = http_status_pb2
        self._rpc: Any = status_pb2

    def check(self, request: Any, context: object) -> Any:  # noqa: ARG002 - gRPC passes it
        """``CheckRequest`` to ``CheckResponse``."""
        judgement = self._judge.judge(lambda: self._subject(request))
        if judgement is FREE:
            return self._auth.CheckResponse()
        if judgement.words is None:
            told = self._options(upstream_headers(judgement.answer))
            return self._auth.CheckResponse(ok_response=self._auth.OkHttpResponse(headers=told))
        path = request.attributes.request.http.path.partition("?")[0]
        refused = refusal(judgement.words, judgement.answer, wait_s=judgement.wait_s, path=path)
        denied = self._auth.DeniedHttpResponse(
            status=self._http.HttpStatus(code=refused.status),
            headers=self._options(refused.headers),
            body=refused.body.decode(),
        )
        return self._auth.CheckResponse(status=self._rpc.Status(code=7), denied_response=denied)

    def _subject(self, request: Any) -> Subject:
        http = request.attributes.request.http
        peer = request.attributes.source.address.socket_address.address

        def header(name: str) -> str:
            return str(http.headers.get(name, ""))

        return self._identity.subject(header, peer)

    def _options(self, headers: Any) -> list[Any]:
        core = self._core
        overwrite = core.HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD
        return [
            core.HeaderValueOption(header=core.HeaderValue(key=name, value=value), append_action=overwrite)
            for name, value in headers
        ]

    def serve(self, where: str) -> Any:
        """A running gRPC server.

        Args:
            where: ``unix:PATH`` or ``ADDRESS:PORT`` of this machine.

        Raises:
            StillwatchError: nothing can listen there.
        """
        import grpc

        handler = grpc.unary_unary_rpc_method_handler(
            self.check,
            request_deserializer=self._auth.CheckRequest.FromString,
            response_serializer=self._auth.CheckResponse.SerializeToString,
        )
        server = grpc.server(futures.ThreadPoolExecutor(_WORKERS), options=[("grpc.so_reuseport", 0)])
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE, {"Check": handler}),))
        try:
            bound = server.add_insecure_port(where)
        except RuntimeError:
            bound = 0
        if not bound and not where.startswith("unix:"):
            raise StillwatchError(
                f"nothing can listen at '{where}'",
                code="SW-GW-12",
                where="socket",
                exit_code=ExitCode.UNREADABLE,
            )
        server.start()
        return server


def _not_installed() -> StillwatchError:
    return StillwatchError(
        "Envoy's messages are not installed",
        code="SW-GW-15",
        hint="install the extra: pip install 'stillwatch[envoy]'",
    )

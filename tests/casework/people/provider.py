"""A small OpenID Connect provider on loopback: discovery, keys that change, codes with PKCE, tokens signed for real."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT, SECRET = "stillwatch", "a secret of two"


class Provider:
    """Logs everybody in who comes, as ``claims`` says.

    Args:
        host: by which name it is known.

    Attributes:
        claims: what its ID tokens say besides the usual.
        spoil: what is done to the claims before they are signed.
        sign: how a token is signed; the present key unless a test does otherwise.
        method: how clients show their secret.
        discovery: what its discovery document says besides.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._get(self)

            def do_POST(self) -> None:
                provider._post(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://{host}:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.claims: dict[str, Any] = {"sub": "s-1", "preferred_username": "analyst-1", "groups": ["desk"]}
        self.spoil: Callable[[dict[str, Any]], object] = lambda claims: None
        self.sign: Callable[[dict[str, Any]], str] = self._sign
        self.method = "client_secret_basic"
        self.discovery: dict[str, Any] = {}
        self.key_asked = 0
        self._codes: dict[str, dict[str, str]] = {}
        self.new_key()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def new_key(self, kind: str = "rsa") -> None:
        """Sign with another key from now on, and forget the old one."""
        kid = secrets.token_hex(4)
        parameters = {"kid": kid, "use": "sig"}
        self.key = (
            RSAKey.generate_key(2048, parameters)
            if kind == "rsa"
            else ECKey.generate_key("P-256", parameters)
        )
        self.algorithm = "RS256" if kind == "rsa" else "ES256"

    def visit(self, url: str) -> dict[str, str]:
        """What a browser would come back with."""
        import httpx

        answer = httpx.get(url, trust_env=False)
        assert answer.status_code == 302, answer.text
        return {
            name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()
        }

    def _sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, claims, self.key)

    def _get(self, call: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(call.path)
        match parts.path:
            case "/.well-known/openid-configuration":
                self._answer(
                    call,
                    {
                        "issuer": self.issuer,
                        "authorization_endpoint": f"{self.issuer}/authorize",
                        "token_endpoint": f"{self.issuer}/token",
                        "jwks_uri": f"{self.issuer}/keys",
                        "token_endpoint_auth_methods_supported": [self.method],
                        **self.discovery,
                    },
                )
            case "/keys":
                self.key_asked += 1
                shared = OctKey.import_key("shared" * 4, {"kid": "shared"}).as_dict(private=True)
                self._answer(call, {"keys": [self.key.as_dict(private=False), shared]})
            case "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                assert asked["client_id"] == CLIENT
                assert asked["response_type"] == "code"
                assert asked["code_challenge_method"] == "S256"
                assert "openid" in asked["scope"].split()
                code = secrets.token_urlsafe(16)
                self._codes[code] = asked
                back = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
                call.send_response(302)
                call.send_header("Location", f"{asked['redirect_uri']}?{back}")
                call.end_headers()
            case "/moved":
                call.send_response(302)
                call.send_header("Location", f"{self.issuer}/keys")
                call.end_headers()
            case _:
                call.send_error(404)

    def _post(self, call: BaseHTTPRequestHandler) -> None:
        body = call.rfile.read(int(call.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if not self._knows(call, form):
            self._answer(call, {"error": "invalid_client"}, 401)
        elif (
            asked is None
            or asked["redirect_uri"] != form["redirect_uri"]
            or base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]
        ):
            self._answer(call, {"error": "invalid_grant"}, 400)
        else:
            now = int(time.time())
            claims = {
                "iss": self.issuer,
                "aud": CLIENT,
                "iat": now,
                "exp": now + 300,
                "nonce": asked["nonce"],
                **self.claims,
            }
            self.spoil(claims)
            self._answer(call, {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(claims)})

    def _knows(self, call: BaseHTTPRequestHandler, form: dict[str, str]) -> bool:
        if self.method == "client_secret_post":
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if self.method == "none":
            return form.get("client_id") == CLIENT
        pair = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '%20')}".encode()).decode()
        return call.headers.get("Authorization") == f"Basic {pair}"

    @staticmethod
    def _answer(call: BaseHTTPRequestHandler, content: object, status: int = 200) -> None:
        data = json.dumps(content).encode()
        call.send_response(status)
        call.send_header("Content-Type", "application/json")
        call.send_header("Content-Length", str(len(data)))
        call.end_headers()
        call.wfile.write(data)

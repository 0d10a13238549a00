"""What is asked of a login provider: where its endpoints are, its keys, and a person's token for a code."""

from __future__ import annotations

import base64
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, Final, NoReturn
from urllib.parse import quote, urlencode, urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from stillwatch.casework.people.oidc_settings import OidcSettings, is_loopback, is_safe
from stillwatch.errors import ExitCode, StillwatchError

_SECONDS: Final = 10.0
_LARGEST: Final = 1 << 20
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class OidcProvider:
    """A provider, asked when something is needed and not before.

    Args:
        settings: whose, and as whom.
    """

    def __init__(self, settings: OidcSettings) -> None:
        self.settings = settings
        self._said: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None

    def authorization_url(self, **asked: str) -> str:
        """Where to send somebody's browser.

        Args:
            asked: the parameters of the request.

        Raises:
            StillwatchError: SW-PPL-41, the provider cannot be reached or gives no usable answer.
        """
        endpoint = str(self._discovered()["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked, quote_via=quote)}"

    def id_token(self, code: str, verifier: str, redirect_uri: str) -> str:
        """The ID token for a code (RFC 6749, section 4.1.3, with RFC 7636).

        Raises:
            StillwatchError: SW-PPL-41 the provider cannot be reached, SW-PPL-42 it refuses the code.
        """
        said = self._discovered()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
            "client_id": self.settings.client_id,
        }
        headers = {}
        if self.settings.client_secret:
            methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            if "client_secret_basic" in methods:
                pair = (
                    f"{quote(self.settings.client_id, safe='')}:{quote(self.settings.client_secret, safe='')}"
                )
                headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
            else:
                form["client_secret"] = self.settings.client_secret
        answer = self._ask(
            str(said["token_endpoint"]), urlencode(form).encode(), headers, refusal=self._refusal()
        )
        token = answer.get("id_token")
        if not isinstance(token, str):
            self._unusable("it gave no ID token")
        return token

    def keys(self, *, anew: bool = False) -> KeySet:
        """The keys that sign its tokens.

        Args:
            anew: ask again, because a key is not among those that are known.

        Raises:
            StillwatchError: SW-PPL-41, the provider cannot be reached or gives no usable answer.
        """
        if self._keys is None or anew:
            found = self._ask(str(self._discovered()["jwks_uri"]))
            try:
                usable = [
                    key for key in found["keys"] if key.get("use", "sig") == "sig" and key.get("kty") != "oct"
                ]
                self._keys = KeySet.import_key_set({"keys": usable})
            except (KeyError, TypeError, ValueError, AttributeError, JoseError) as error:
                raise self._error("its keys cannot be read") from error
        return self._keys

    def _discovered(self) -> Mapping[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0)."""
        if self._said is None:
            issuer = self.settings.issuer
            said = self._ask(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if said.get("issuer") != issuer:
                self._unusable("it calls itself by another name")
            if any(
                not isinstance(said.get(name), str) or not is_safe(str(said[name])) for name in _ENDPOINTS
            ):
                self._unusable("it names no endpoint that may be asked")
            self._said = said
        return self._said

    def _ask(
        self,
        url: str,
        form: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        refusal: StillwatchError | None = None,
    ) -> Mapping[str, Any]:
        """One question: no redirects, not for long, and no answer of more than a mebibyte."""
        if not is_safe(url):
            self._unusable("it would have to be asked without TLS")
        asked = {"Accept": "application/json", **(headers or {})}
        request = urllib.request.Request(url, data=form, headers=asked)  # noqa: S310 - the scheme was looked at above
        handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
        if is_loopback(urlsplit(url).hostname or ""):
            handlers.append(urllib.request.ProxyHandler({}))
        try:
            with urllib.request.build_opener(*handlers).open(request, timeout=_SECONDS) as answer:
                found = json.loads(answer.read(_LARGEST))
        except urllib.error.HTTPError as error:
            if refusal is not None and error.code in (400, 401):
                raise refusal from error
            raise self._error(f"it answers with status {error.code}") from error
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            raise self._error("it cannot be reached, or gives no JSON") from error
        if not isinstance(found, dict):
            self._unusable("it gives no JSON object")
        return found

    def _refusal(self) -> StillwatchError:
        return StillwatchError(
            "the login provider refuses this login",
            code="SW-PPL-42",
            where=self.settings.issuer,
            hint="begin again; if it stays so, compare client_id, secret and redirect_uri with its settings",
            exit_code=ExitCode.REMOTE_FAILED,
        )

    def _unusable(self, why: str) -> NoReturn:
        raise self._error(why)

    def _error(self, why: str) -> StillwatchError:
        return StillwatchError(
            f"the login provider cannot be used: {why}",
            code="SW-PPL-41",
            where=self.settings.issuer,
            exit_code=ExitCode.REMOTE_FAILED,
        )


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Takes no hint to ask somebody else."""

    def redirect_request(self, *_: Any) -> None:
        """None makes the redirect an error."""

"""What opens addresses over HTTP for whoever asks somebody with a token: it follows no redirect."""

from __future__ import annotations

import urllib.request
from typing import Any


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Takes no hint to ask somebody else, who could be anybody and would be handed the token and the question."""

    def redirect_request(self, *_: Any) -> None:
        """None makes the redirect an error."""


def opener(*handlers: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    """An opener for which a redirect is an `urllib.error.HTTPError`.

    Args:
        handlers: further ones, such as one for TLS.
    """
    return urllib.request.build_opener(_NoRedirect(), *handlers)

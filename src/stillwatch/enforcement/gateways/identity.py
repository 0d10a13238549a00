"""Whose request it is, read off headers that the operator's own authentication sets."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable

from stillwatch.enforcement.answers import Subject, subject_of_words


@dataclasses.dataclass(frozen=True, slots=True)
class HeaderIdentity:
    """Names of headers, in lower case; empty where there is none.

    A header counts only if the edge overwrites what the client sent under its name. The address is no header: it is
    the peer's, unless ``address`` names one that a trusted proxy sets; of a list there the last counts, which is that
    proxy's own.

    Attributes:
        key_in_authorization: the API key is the bearer token or ``x-api-key``, and decisions name its SHA-256.
    """

    account: str = "x-account-id"
    organization: str = ""
    api_key: str = ""
    address: str = ""
    asn: str = ""
    country: str = ""
    key_in_authorization: bool = False

    def subject(self, header: Callable[[str], str], peer: str = "") -> Subject:
        """The subject of a request.

        Args:
            header: gives a header's value by its name in lower case, empty where it is missing.
            peer: the address of whoever is connected.
        """
        return subject_of_words(
            account=header(self.account) if self.account else "",
            organization=header(self.organization) if self.organization else "",
            api_key=self._key(header),
            address=header(self.address).rpartition(",")[2].strip() if self.address else peer,
            asn=header(self.asn) if self.asn else "",
            country=header(self.country) if self.country else "",
        )

    def _key(self, header: Callable[[str], str]) -> str:
        if self.api_key:
            return header(self.api_key)
        if not self.key_in_authorization:
            return ""
        key = header("authorization").removeprefix("Bearer ").strip() or header("x-api-key")
        return hashlib.sha256(key.encode()).hexdigest() if key else ""


def is_known(subject: Subject) -> bool:
    """Whether anything tells whose request it is."""
    return bool(subject.account or subject.api_key or subject.organization)


def lookup(headers: Iterable[tuple[bytes, bytes]]) -> Callable[[str], str]:
    """Look-ups in headers as ASGI has them; of a repeated one the last counts, which the nearest proxy wrote."""
    found = dict(headers)

    def header(name: str) -> str:
        return found.get(name.encode("latin-1"), b"").decode("latin-1")

    return header

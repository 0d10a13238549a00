"""Logging in with an organisation's own login: authorization code with PKCE, then a session token of ours.

A login that was begun is kept with the digest of its state only, can be finished once, and within ten minutes.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import secrets
from typing import TYPE_CHECKING, Any, Final

from blake3 import blake3
from sqlalchemy import delete, insert, select

from stillwatch import clock
from stillwatch.casework.people.id_token import claims_of
from stillwatch.casework.people.people import NAME, People
from stillwatch.casework.people.register import iso
from stillwatch.casework.people.roles import Person
from stillwatch.casework.tables import people as tables
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.people.oidc_provider import OidcProvider

_WITHIN: Final = datetime.timedelta(minutes=10)


class Logins:
    """Logins through one provider.

    Args:
        people: who logs in becomes a person there, with the roles that their groups have.
        provider: whose word is taken.
        now: the clock.
    """

    def __init__(self, people: People, provider: OidcProvider, *, now: clock.Clock = clock.now) -> None:
        self._people = people
        self._provider = provider
        self._now = now

    def begin(self, redirect_uri: str = "") -> str:
        """The address to send somebody's browser to.

        Args:
            redirect_uri: where the provider sends them back to; that of the settings unless given.

        Raises:
            StillwatchError: the provider cannot be reached.
        """
        settings = self._provider.settings
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        url = self._provider.authorization_url(
            response_type="code",
            client_id=settings.client_id,
            redirect_uri=redirect_uri or settings.redirect_uri,
            scope=" ".join(settings.scopes),
            state=state,
            nonce=nonce,
            code_challenge=challenge,
            code_challenge_method="S256",
        )
        now = self._now()
        with self._people.database.write() as connection:
            connection.execute(delete(tables.logins).where(tables.logins.c.expires <= iso(now)))
            row = {
                "state": _digest(state),
                "nonce": nonce,
                "verifier": verifier,
                "expires": iso(now + _WITHIN),
            }
            connection.execute(insert(tables.logins), row)
        return url

    def finish(self, state: str, code: str, redirect_uri: str = "", iss: str = "") -> tuple[Person, str]:
        """Finish a login with what the provider sent back with the browser.

        Args:
            state: the parameter of that name.
            code: likewise.
            redirect_uri: the same as at the beginning.
            iss: likewise, where the provider sends it (RFC 9207).

        Returns:
            Who it is, and a token of their session, to be shown as any other.

        Raises:
            StillwatchError: SW-PPL-45 no such login was begun, or too long ago; 41 to 44 the provider or its token is
                not right; 46 none of their groups has a role; 47 the name belongs to somebody else, or to nobody's use.
        """
        settings = self._provider.settings
        begun = self._taken(state)
        if begun is None or (iss and iss != settings.issuer):
            raise StillwatchError(
                "no such login was begun, or too long ago", code="SW-PPL-45", hint="begin again"
            )
        token = self._provider.id_token(code, begun.verifier, redirect_uri or settings.redirect_uri)
        claims = claims_of(token, self._provider, begun.nonce, self._now())
        roles = settings.roles_of(claims)
        name = str(claims.get(settings.name_claim, ""))
        if not NAME.fullmatch(name):
            raise StillwatchError(
                f"the claim {settings.name_claim} holds no usable name",
                code="SW-PPL-47",
                hint="choose another one with name_claim",
            )
        if not roles:
            raise StillwatchError(
                f"none of the groups of {name} has a role here",
                code="SW-PPL-46",
                hint=f"the claim {settings.role_claim} and [roles] in the settings of the login decide that",
            )
        person = Person(name, roles, f"{settings.issuer} {claims['sub']}")
        return person, self._people.open_session(person, settings.session_hours)

    def _taken(self, state: str) -> Any:
        """What was kept of a login; from now on nobody else can finish it."""
        table, digest = tables.logins, _digest(state)
        with self._people.database.write() as connection:
            row = connection.execute(select(table).where(table.c.state == digest).with_for_update()).first()
            gone = connection.execute(delete(table).where(table.c.state == digest)).rowcount
        return row if gone and row is not None and row.expires > iso(self._now()) else None


def _digest(state: str) -> str:
    return blake3(state.encode()).hexdigest()

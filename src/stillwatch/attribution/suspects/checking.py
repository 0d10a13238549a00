"""Looking whether a suspect is still the known version: one short question, and what the answer says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.querying.client import Client
from stillwatch.attribution.querying.failures import UnansweredError
from stillwatch.attribution.querying.question import Question
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.attribution.suspects.register import SuspectRegister
    from stillwatch.attribution.suspects.suspect import Suspect, Version
    from stillwatch.casework.people import Person

_QUESTION: Final = Question.of("check", "Which day follows Monday?", max_tokens=8, temperature=0.0)


def check(
    register: SuspectRegister, suspect: Suspect, person: Person, client: Client | None = None
) -> Version | None:
    """Ask a suspect what it is, and note a version that was never seen; None where it is a known one.

    Raises:
        StillwatchError: SW-ATT-51, 52 and 54 it cannot be asked; 58 it does not answer.
    """
    try:
        reply = (client or Client(suspect.endpoint, tries=2)).ask(_QUESTION)
    except UnansweredError as error:
        raise StillwatchError(
            f"the suspect does not answer: {error.trouble} ({error.detail})",
            code="SW-ATT-58",
            where=suspect.suspect_id,
            hint="check its address, and try again later",
            exit_code=ExitCode.REMOTE_FAILED,
        ) from error
    parts = [
        reply.served or suspect.model,
        *([reply.fingerprint] if reply.fingerprint else []),
        *(f"{name}={value}" for name, value in reply.headers),
    ]
    return register.seen(suspect.suspect_id, " · ".join(parts), "what it says of itself", person)

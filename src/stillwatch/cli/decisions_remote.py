"""Where the command line looks at decisions and changes them: a node that runs, over its HTTP API."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.core.decision import Decision
from stillwatch.enforcement.moments import moment_of, seconds_of
from stillwatch.enforcement.proposals import Proposal
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.cli.decisions_desk import Selection
    from stillwatch.enforcement.answers import Subject
    from stillwatch.enforcement.drafts import Draft

_SECONDS: Final = 30.0
_ALL: Final = 10_000_000
_ADDED: Final = (
    *("scope", "value", "action", "reason", "by", "mode"),
    *("limits", "campaign_id", "priority", "grounds"),
)


class RemoteDesk:
    """A node.

    Args:
        url: such as ``http://127.0.0.1:8440``.
        token_file: a file with the token; None where the node asks for none.

    Raises:
        StillwatchError: the address or the file is no such thing.
    """

    def __init__(self, url: str, token_file: Path | None) -> None:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise StillwatchError(
                f"'{url}' is no address of a node", code="SW-DEC-60", hint="write it as https://host:8440"
            )
        self._url = url.rstrip("/")
        self._headers = {"Content-Type": "application/json"}
        if token_file is not None:
            self._headers["Authorization"] = f"Bearer {_token(token_file)}"

    def active(self) -> list[Decision]:
        """Decisions in force, simulated ones among them."""
        return self._decisions("GET", f"/v1/decisions?limit={_ALL}")

    def covering(self, subjects: Sequence[Subject]) -> list[Decision]:
        """Decisions that cover any of these, the winner first."""
        found: dict[str, Decision] = {}
        for subject in subjects:
            known = {
                name: str(value)
                for name in ("account", "organization", "api_key", "address", "asn", "country")
                if (value := getattr(subject, name))
            }
            path = f"/v1/decisions/for?{urllib.parse.urlencode(known)}"
            found |= {each.decision_id: each for each in self._decisions("GET", path)}
        return list(found.values())

    def add(self, draft: Draft) -> Decision | Proposal:
        """Take a decision; a permanent block is proposed."""
        body = {name: getattr(draft, name) for name in _ADDED}
        ttl = "permanent" if draft.ttl is None else f"{int(draft.ttl)}s"
        answer = self._call("POST", "/v1/decisions", body | {"ttl": ttl})
        if "proposal" in answer:
            return msgspec.convert(answer["proposal"], Proposal)
        return msgspec.convert(answer["decision"], Decision)

    def liftable(self, selection: Selection) -> list[Decision]:
        """What would be lifted."""
        return [
            each
            for each in self.active()
            if selection.decision_id in (None, each.decision_id)
            and selection.rule in (None, each.rule)
            and (selection.since is None or seconds_of(each.created_ts) >= selection.since)
        ]

    def lift(self, selection: Selection, *, by: str, reason: str) -> list[str]:
        """Lift; returns the ids."""
        body: dict[str, Any] = {"by": by, "reason": reason}
        if selection.decision_id is not None:
            path = f"/v1/decisions/{urllib.parse.quote(selection.decision_id, safe='')}/lift"
            return list(self._call("POST", path, body)["lifted"])
        if selection.rule is not None:
            body["rule"] = selection.rule
        if selection.since is not None:
            body["since"] = moment_of(selection.since)
        return list(self._call("POST", "/v1/decisions/lift", body)["lifted"])

    def proposals(self) -> list[Proposal]:
        """What waits for a second person."""
        return msgspec.convert(self._call("GET", "/v1/proposals")["proposals"], list[Proposal])

    def approve(self, proposal_id: str, *, by: str, reason: str) -> list[Decision]:
        """Take what was proposed."""
        name = urllib.parse.quote(proposal_id, safe="")
        return self._decisions("POST", f"/v1/proposals/{name}/approve", {"by": by, "reason": reason})

    def refuse(self, proposal_id: str, *, by: str, reason: str) -> None:
        """Drop what was proposed."""
        name = urllib.parse.quote(proposal_id, safe="")
        self._call("POST", f"/v1/proposals/{name}/refuse", {"by": by, "reason": reason})

    def close(self) -> None:
        """Nothing is held open between two questions."""

    def _decisions(self, method: str, path: str, body: dict[str, Any] | None = None) -> list[Decision]:
        return msgspec.convert(self._call(method, path, body)["decisions"], list[Decision])

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The node's answer.

        Raises:
            StillwatchError: the node cannot be reached, or says no.
        """
        data = None if body is None else msgspec.json.encode(body)
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            self._url + path, data, self._headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as response:  # noqa: S310 - as above
                answer = json.loads(response.read())
        except urllib.error.HTTPError as error:
            raise _refusal(error, self._url + path) from error
        except (OSError, ValueError) as error:
            raise StillwatchError(
                f"the node does not answer: {getattr(error, 'reason', error)}",
                code="SW-DEC-61",
                where=self._url,
                hint="check the address, and that the node runs",
                exit_code=ExitCode.REMOTE_FAILED,
            ) from error
        return dict(answer)


def _token(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StillwatchError(
            "the token cannot be read",
            code="SW-DEC-62",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error


def _refusal(error: urllib.error.HTTPError, where: str) -> StillwatchError:
    """What the node said, as it said it."""
    exit_code = ExitCode.REMOTE_FAILED if error.code >= 500 else ExitCode.USAGE
    try:
        said = json.loads(error.read())["error"]
        message, code, hint = str(said["message"]), str(said["code"]), str(said.get("hint", ""))
    except (OSError, ValueError, KeyError, TypeError):
        return StillwatchError(
            f"the node answered with status {error.code}", code="SW-DEC-63", where=where, exit_code=exit_code
        )
    return StillwatchError(message, code=code, where=where, hint=hint, exit_code=exit_code)

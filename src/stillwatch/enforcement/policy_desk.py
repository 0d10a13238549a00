"""Where people change the policy: drafts, saving, and letting a rule act, which takes two.

Whatever is saved is checked first, and a rule that was changed is in shadow again, so saving alone lets no rule act.
Each change is an entry in the ledger, and what a policy said before is kept by its digest.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch import clock
from stillwatch.casework.people import Act, Approval, ApprovalKind, ApprovalState, may
from stillwatch.core.decision import Mode
from stillwatch.enforcement.moments import moment_of
from stillwatch.enforcement.policy import Policy
from stillwatch.enforcement.policy_check import check
from stillwatch.enforcement.policy_files import PolicyFiles, digest_of, put, read
from stillwatch.enforcement.promotion import promoted, write
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from stillwatch.casework.records import Records
    from stillwatch.enforcement.located import Mistake
    from stillwatch.enforcement.rulebook import Rulebook

SUBJECT: Final = "policy"
ROOM: Final = "policy"
"""The folder in a node's for drafts and for what the policy said before."""


@dataclasses.dataclass(frozen=True, slots=True)
class Promotable:
    """A rule that somebody asked to let act.

    Attributes:
        as_it_stands: whether the rule still says what was asked about; if not, nobody can agree to it.
    """

    approval: Approval
    rule_id: str
    as_it_stands: bool


class PolicyDesk(PolicyFiles):
    """A policy file and everything that is done to it.

    Args:
        path: the file; it need not be there yet.
        room: folder for drafts and for what the policy said before; made when needed.
        records: with people, approvals and the ledger.
        now: the clock.
    """

    def __init__(self, path: Path, room: Path, records: Records, *, now: clock.Clock = clock.now) -> None:
        super().__init__(path, room)
        self._records = records
        self._now = now

    def checked(self, by: str) -> tuple[Rulebook, list[Mistake]]:
        """Somebody's draft, or the policy, and everything that is wrong with it.

        Raises:
            StillwatchError: it cannot be read as YAML at all.
        """
        return check(self.draft_file(by))

    def save(self, text: str, seen: str, *, by: str, reason: str) -> str:
        """Put a text in place of the policy.

        Args:
            text: the new policy.
            seen: digest of the policy that it was written from.
            by: who answers for it.
            reason: why.

        Returns:
            The digest of what the policy said before.

        Raises:
            StillwatchError: SW-POL-70, somebody else has changed it meanwhile; the person may not; it cannot be used.
        """
        may(self._records.people.get(by), Act.DECIDE_CASES)
        before = self.text()
        if digest_of(before) != seen:
            raise StillwatchError(
                "the policy was changed since you began",
                code="SW-POL-70",
                where=self.path.name,
                hint="your draft is kept; look at what differs, then save it again",
            )
        text = text.replace("\r\n", "\n")
        put(self.earlier(digest_of(before)), before)
        if not before:
            put(self.path, text)
        write(self.path, text)
        self._enter(
            "policy-saved", by, {"before": digest_of(before), "after": digest_of(text), "reason": reason}
        )
        self.drop(by)
        return digest_of(before)

    def restore(self, digest: str, seen: str, *, by: str, reason: str) -> str:
        """Put back what the policy said before; returns the digest of what it said until now.

        Raises:
            StillwatchError: SW-POL-73, that is not kept; or as ``save``.
        """
        path = self.earlier(digest)
        if not path.is_file():
            raise StillwatchError(
                "what the policy said then is not kept", code="SW-POL-73", where=digest[:16]
            )
        return self.save(read(path), seen, by=by, reason=reason)

    def ask(self, rule_id: str, *, by: str, reason: str) -> str:
        """Ask that a rule may act as it now stands; returns the approval's id.

        Raises:
            StillwatchError: there is no such rule, it acts already or was asked for already, or the person may not.
        """
        policy = Policy.load(self.path)
        text = promoted(self.path, rule_id, Mode.ENFORCE, by=by, at=self._moment())  # refuses what cannot be
        if text == self.text() or policy.rule(rule_id) is None:
            raise StillwatchError(f"rule `{rule_id}` acts already", code="SW-POL-74")
        if any(each.rule_id == rule_id and each.as_it_stands for each in self.asked()):
            raise StillwatchError(
                f"rule `{rule_id}` waits for a second person already", code="SW-POL-75", hint="ask a reviewer"
            )
        payload = payload_of(policy, rule_id)
        with self._records.database.write() as connection:
            approval = self._records.approvals.ask(
                connection, ApprovalKind.RULE_PROMOTION, f"rule:{rule_id}", payload, by
            )
            entry = Entry("policy-promotion-asked", SUBJECT, by, self._now().isoformat(), {
                "rule": rule_id, "digest": payload, "approval": approval, "reason": reason,
            })  # fmt: skip
            self._records.ledger.append(connection, [entry])
        return approval

    def asked(self) -> list[Promotable]:
        """What waits for a second person."""
        policy = None
        with contextlib.suppress(StillwatchError):
            policy = Policy.load(self.path)
        found = []
        for approval in self._records.approvals.list(ApprovalState.WAITING):
            if approval.kind is ApprovalKind.RULE_PROMOTION:
                rule_id = approval.subject.removeprefix("rule:")
                stands = (
                    policy is not None
                    and policy.rule(rule_id) is not None
                    and payload_of(policy, rule_id) == approval.payload_digest
                )
                found.append(Promotable(approval, rule_id, stands))
        return found

    def agree(self, approval_id: str, *, by: str, reason: str) -> str:
        """Let a rule act, as the second person; returns the rule.

        Raises:
            StillwatchError: SW-POL-76, the rule says something else by now; nobody waits for that; the person may not.
        """
        waiting = {each.approval.approval_id: each for each in self.asked()}
        one = waiting.get(approval_id)
        if one is None or not one.as_it_stands:
            raise StillwatchError(
                "the rule is not what was asked about any more",
                code="SW-POL-76",
                where=one.rule_id if one else approval_id[:60],
                hint="refuse it; whoever wants the rule to act asks again",
            )
        with self._records.database.write() as connection:
            self._records.approvals.approve(connection, approval_id, by, reason)
            first = one.approval.asked_by
            text = promoted(self.path, one.rule_id, Mode.ENFORCE, by=first, at=self._moment())
            entry = Entry("policy-promoted", SUBJECT, by, self._now().isoformat(), {
                "rule": one.rule_id, "asked_by": first, "approval": approval_id, "after": digest_of(text),
            })  # fmt: skip
            self._records.ledger.append(connection, [entry])
            write(self.path, text)
        return one.rule_id

    def refuse(self, approval_id: str, *, by: str, reason: str) -> None:
        """Turn down what was asked for.

        Raises:
            StillwatchError: nobody waits for that, or the person may not.
        """
        with self._records.database.write() as connection:
            self._records.approvals.refuse(connection, approval_id, by, reason)

    def demote(self, rule_id: str, *, by: str, reason: str) -> None:
        """Put a rule back into shadow; one person is enough, since nobody is hit by it.

        Raises:
            StillwatchError: there is no such rule, or the person may not.
        """
        may(self._records.people.get(by), Act.DECIDE_CASES)
        text = promoted(self.path, rule_id, Mode.SHADOW, by=by, at=self._moment())
        write(self.path, text)
        self._enter("policy-demoted", by, {"rule": rule_id, "reason": reason, "after": digest_of(text)})

    def _enter(self, kind: str, by: str, details: dict[str, object]) -> None:
        with self._records.database.write() as connection:
            entry = Entry(kind, SUBJECT, by, self._now().isoformat(), details)
            self._records.ledger.append(connection, [entry])

    def _moment(self) -> str:
        return moment_of(self._now().timestamp())


def payload_of(policy: Policy, rule_id: str) -> str:
    """What is approved: that exactly this rule, as it is worded, acts."""
    rule = policy.rule(rule_id)
    return digest_of(json.dumps([rule_id, rule.digest if rule else "", Mode.ENFORCE.value]))

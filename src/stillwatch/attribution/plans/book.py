"""The book of committed plans: what was settled, by whom and when, before the suspect was asked anything."""

from __future__ import annotations

import dataclasses
import difflib
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import insert, select

from stillwatch import clock
from stillwatch.attribution.plans.plan import Plan, read_plan
from stillwatch.casework.people import Act, may
from stillwatch.casework.tables import attribution as tables
from stillwatch.casework.times import written
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.casework.people import Person
    from stillwatch.casework.records import Records

COMMITTED = "attribution-plan-committed"


@dataclasses.dataclass(frozen=True, slots=True)
class Commitment:
    """A plan that stands in the ledger."""

    plan: Plan
    digest: str
    committed: str
    committed_by: str


class PlanBook:
    """Committed plans.

    Args:
        records: the open casework database.
        now: the clock.
    """

    def __init__(self, records: Records, *, now: clock.Clock = clock.now) -> None:
        self._records = records
        self._now = now

    def commit(self, plan: Plan, person: Person) -> Commitment:
        """Enter a plan in the ledger; the same plan again changes nothing.

        Raises:
            StillwatchError: the person may not; SW-ATT-76, another plan of that name is committed.
        """
        may(person, Act.WORK_CASES)
        body, digest, ts = plan.body(), plan.digest, written(self._now())
        table = tables.plans
        with self._records.database.write() as connection:
            before = connection.execute(select(table).where(table.c.plan_id == plan.plan_id)).first()
            if before is not None:
                if before.digest == digest:
                    return _commitment(before)
                raise altered(read_plan(bytes(before.body), plan.plan_id), plan)
            row = {
                "plan_id": plan.plan_id,
                "digest": digest,
                "body": body,
                "committed": ts,
                "committed_by": person.name,
            }
            connection.execute(insert(table), row)
            details = {
                "plan": digest,
                "prompts": len(plan.prompts),
                "models": len(plan.models),
                "tests": list(plan.tests),
                "keys": len(plan.material.keys),
            }
            self._records.ledger.append(
                connection, [Entry(COMMITTED, plan.plan_id, person.name, ts, details)]
            )
        return Commitment(plan, digest, ts, person.name)

    def get(self, plan_id: str) -> Commitment:
        """A committed plan.

        Raises:
            StillwatchError: SW-ATT-77, there is none of that name; the nearest is named.
        """
        table = tables.plans
        with self._records.database.read() as connection:
            row = connection.execute(select(table).where(table.c.plan_id == plan_id)).first()
            known = [each[0] for each in connection.execute(select(table.c.plan_id))]
        if row is None:
            near = difflib.get_close_matches(plan_id, known, n=1)
            raise StillwatchError(
                "no plan of that name is committed",
                code="SW-ATT-77",
                where=plan_id,
                hint=f"did you mean {near[0]}?"
                if near
                else "commit it first: stillwatch attribute commit PLAN",
            )
        return _commitment(row)

    def list(self) -> tuple[Commitment, ...]:
        """All of them, oldest first."""
        table = tables.plans
        with self._records.database.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.committed, table.c.plan_id)).all()
        return tuple(_commitment(row) for row in rows)

    def unaltered(self, plan: Plan) -> Commitment:
        """The commitment of exactly this plan; a newer program may carry out what an older one prepared alike.

        Raises:
            StillwatchError: SW-ATT-77, it was never committed; 76, it is another one than was committed, and where.
        """
        found = self.get(plan.plan_id)
        alike = dataclasses.replace(plan, program=found.plan.program)
        if found.digest != alike.digest:
            raise altered(found.plan, alike)
        return found


def altered(committed: Plan, found: Plan) -> StillwatchError:
    """A plan that is not the committed one, with the first places that differ."""
    places = list(_differences(_plain(committed), _plain(found), ""))
    shown = ", ".join(places[:5]) + (f" and {len(places) - 5} more" if len(places) > 5 else "")
    return StillwatchError(
        f"the plan was altered after it was committed: {shown or 'its form'}",
        code="SW-ATT-76",
        where=committed.plan_id,
        hint="undo the change, or commit a new plan under another `id`; the committed one stays in the ledger",
    )


def _plain(plan: Plan) -> Any:
    return orjson.loads(plan.body())


def _differences(before: Any, after: Any, place: str) -> Iterator[str]:
    """Places at which two JSON values differ, the outermost ones where a part is missing."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            yield from _differences(before.get(name), after.get(name), f"{place}.{name}" if place else name)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (ours, theirs) in enumerate(zip(before, after, strict=True), 1):
            yield from _differences(ours, theirs, f"{place}.{number}")
    elif before != after:
        yield place


def _commitment(row: Any) -> Commitment:
    plan = read_plan(bytes(row.body), str(row.plan_id))
    return Commitment(plan, str(row.digest), str(row.committed), str(row.committed_by))

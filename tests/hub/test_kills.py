"""Real kills at random moments: what was acknowledged is there, once, and the log still holds."""

from __future__ import annotations

import random
import threading
import time

import httpx
from tests.hub import stix

from stillwatch.hub.opening import opened
from stillwatch.hub.verification import verify


class Sender(threading.Thread):
    """Sends until the hub is gone; remembers what was acknowledged and what it is not sure of."""

    def __init__(self, hub, name):
        super().__init__(daemon=True)
        self.hub, self.party = hub, hub.members[name]
        self.acknowledged, self.unsure = [], []

    def run(self):
        while True:
            batch = [stix.indicator(self.party) for _ in range(5)]
            try:
                reply = self.hub.post(self.party.name, batch)
            except httpx.TransportError:
                self.unsure += batch
                return
            if reply.status_code == 429:  # its quota is spent
                return
            status = reply.json()
            assert status["success_count"] == 5
            self.acknowledged += [each["x_stored_as"] for each in status["successes"]]


def test_a_hub_killed_at_any_moment_loses_nothing_acknowledged_and_keeps_nothing_twice(make_hub):
    hub = make_hub()
    acknowledged = set()
    for _ in range(2):
        hub.start()
        senders = [Sender(hub, name) for name in ("lab-1", "lab-2")]
        for each in senders:
            each.start()
        until = time.monotonic() + 60
        while time.monotonic() < until and not all(each.acknowledged for each in senders):
            time.sleep(0.02)
        time.sleep(random.uniform(0, 0.6))
        hub.kill()
        for each in senders:
            each.join(timeout=20)
        acknowledged |= {name for each in senders for name in each.acknowledged}
        unsure = {each.party.name: each.unsure for each in senders}
    hub.start()
    for name, batch in unsure.items():  # who is not sure sends again
        assert not batch or hub.post(name, batch).json()["failure_count"] == 0
    found = [each["id"] for each in hub.pages("lab-1")]
    assert len(found) == len(set(found))
    assert acknowledged
    assert acknowledged <= set(found)
    assert len(found) % 5 == 0
    hub.stop()
    with opened(hub.folder) as kept:
        checked = verify(kept.database, kept.ledger, hub.log_key)
    assert checked.objects == len(found)
    assert checked.unsigned == 0

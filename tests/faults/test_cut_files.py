"""Each kind of file that is kept is cut at random places: what can be read is true, everything else one sentence."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from tests.upgrade.test_stores import requests, unpacked

from stillwatch.casework.records import open_records
from stillwatch.core.verdict import Call
from stillwatch.enforcement.store import DecisionStore
from stillwatch.errors import StillwatchError
from stillwatch.hub.folder import Folder as HubFolder
from stillwatch.hub.opening import opened
from stillwatch.keyservice.folder import Folder as KeyFolder
from stillwatch.keyservice.live import KeyService
from stillwatch.node import segments
from stillwatch.node.tokens import TokenFile
from stillwatch.node.verdicts import VerdictStore
from stillwatch.sharing.matching.cache import Cache
from stillwatch.storage.received.store import ReceivedStore, open_sharing
from stillwatch.traffic.pseudonyms import load_or_create
from stillwatch.traffic.store import Store

CUTS = 6


def pseudonym_key(place):
    return load_or_create(place / "pseudonym.key").fingerprint()


def tokens(place):
    return [token.name for token in TokenFile(place / "tokens.json")]


def log(place):
    path = place / "node" / "log" / "000000000002.seg"
    segments.repair(path)
    return [row for record in segments.records(path) for row in record.rows["request_id"].to_pylist()]


def store(place):
    return sorted(requests(Store.open(place / "node" / "store")))


def verdicts(place):
    kept = VerdictStore(place / "node" / "verdicts.sqlite", writer=True)
    try:
        return {each.account_id for each in kept.standing(Call.ATTACK, 10)}
    finally:
        kept.close()


def decisions(place):
    with DecisionStore(place / "node" / "decisions.sqlite") as kept:
        return {each.value for each in kept.active()}


def casework(place):
    with open_records(place / "cases.sqlite", place / "ledger.key") as records:
        records.ledger.sign()
        return {person.name for person in records.people.list()}


def sharing(place):
    database = open_sharing(place / "sharing.sqlite")
    try:
        return [each.provenance.reporter for each in ReceivedStore(database).indicators()]
    finally:
        database.close()


def hub(place):
    with opened(HubFolder(place / "hub")) as found:
        found.ledger.sign()
        return [each.member.name for each in found.members.list()]


def keys(place):
    from stillwatch import clock

    folder = KeyFolder(place / "keys")
    with folder.open() as database:
        service = KeyService(folder, database, "keys", clock.now)
        service.refresh()
        return [each.name for each in service.membership.all()], service.signer


def matching(place):
    with Cache(place / "matching.sqlite") as cache:
        return cache.tokens("e1", [b"payment"])


FILES = [
    ("node-1", "pseudonym.key", pseudonym_key),
    ("node-1", "tokens.json", tokens),
    ("node-1", "node/log/000000000002.seg", log),
    ("node-1", "node/store/manifest.json", store),
    ("node-1", "node/verdicts.sqlite", verdicts),
    ("node-1", "node/decisions.sqlite", decisions),
    ("lab-1", "cases.sqlite", casework),
    ("lab-1", "ledger.key", casework),
    ("lab-1", "sharing.sqlite", sharing),
    ("lab-1", "hub/hub.sqlite", hub),
    ("lab-1", "hub/hub.secret", hub),
    ("lab-1", "hub/log.key", hub),
    ("lab-1", "keys/keyservice.sqlite", keys),
    ("lab-1", "keys/keys/e1.key", keys),
    ("lab-1", "keys/signing.key", keys),
    ("lab-1", "matching.sqlite", matching),
    ("lab-1", "matching.sqlite.key", matching),
]


@pytest.mark.parametrize(("part", "name", "read"), FILES, ids=[each[1] for each in FILES])
def test_a_file_that_was_cut_is_told_or_gives_what_was_in_it(tmp_path, part, name, read):
    whole = read(unpacked(part, tmp_path / "whole"))
    dice = random.Random(name)
    size = (tmp_path / "whole" / name).stat().st_size
    for k, cut in enumerate([0, 1, size // 2, *(dice.randrange(size) for _ in range(CUTS - 3))]):
        place = unpacked(part, tmp_path / str(k))
        read(place)  # it was in use
        path = place / name
        path.write_bytes(path.read_bytes()[:cut])
        try:
            found = read(place)
        except StillwatchError as error:
            told = error.message and error.where
        else:
            told = found == whole or (read is log and found == whole[: len(found)])
        assert told, cut


@pytest.mark.parametrize("cut", [0, 1, 2_000, 9_000])
def test_a_part_of_the_store_that_was_cut_is_told_by_the_command_that_reads_it(tmp_path, cut):
    place = unpacked("store-1", tmp_path) / "store"
    (part,) = (place / "exchanges").iterdir()
    part.write_bytes(part.read_bytes()[:cut])
    words = [sys.executable, "-m", "stillwatch.cli", "store", "verify", str(place)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert "error[SW-STORE" in done.stderr
    assert "Traceback" not in done.stderr

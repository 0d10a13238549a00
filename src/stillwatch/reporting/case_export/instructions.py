"""``HOW-TO-VERIFY.md``: how somebody who trusts nobody checks an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.reporting.case_export.contents import CaseFile
    from stillwatch.reporting.case_export.proofs import Proofs

_WORDS = """\
# How to check this case file

`{case}`, exported {made}.

| file | what it is |
|---|---|
| `case.html` | to read; loads nothing, runs nothing |
| `case.json` | the same for programs |
{stix}\
| `ledger/proof.json` | {entries} entries of the lab's ledger about the case, each with its proof, and the signed head |
| `ledger/withheld.json` | {withheld} entries that name an account: the hash of each, with its proof |
| `ledger/public-key.txt` | the key that signed the head |
| `manifest.json`, `SHA256SUMS` | size and digests of every file |

## 1. Nothing was changed since the export

```console
$ sha256sum --check SHA256SUMS
```

Ask the lab for the digest of `manifest.json`: the export's own entry in its ledger (`case-exported`) holds it.

## 2. The entries are the ledger's

Take the public key from the lab over another way than this file came; a key that came along proves nothing. Then

```console
$ stillwatch ledger verify ledger/proof.json --key PUBLIC-KEY
```

Without Stillwatch: `head` is signed with Ed25519 over these bytes, one after the other: the ASCII text
`stillwatch ledger head v1` and a zero byte; the 16 bytes of `log_id`; milliseconds from 1970 to `ts` and `size`, 8
bytes each, big-endian; the byte 32; the root; two zero bytes. The hash of an entry is SHA-256 of a zero byte and its
`leaf`; with `index`, `size` and `path` it must lead to `root` (RFC 9162, section 2.1.3.2).

## 3. What was left out

{masking}
An entry of `ledger/withheld.json` is checked the same way from its `leaf_hash`. Whoever is entitled to its words can
ask the lab for them: SHA-256 of a zero byte and those words must be that hash.
{pending}
## 4. The verdict

Where the case is kept, `stillwatch case replay {case}` judges its evidence again and says whether the result is the
same. The digest of the evidence stands in `case.json` (`case.evidence`) and in the ledger's entries.
"""
_MASKED = """\
Accounts stand here by names such as `account-1f2e3d4c5b6a`. They are the same in every export of this case and in no
other, and only the lab can tell whose they are. Ids of exchanges, pseudonyms of addresses and payments, and names of
partners are left out.
"""
_PLAIN = "Accounts stand here by their ids; nothing was left out but pseudonyms of addresses and payments.\n"
_STIX = "| `stix.json` | the campaign and what was approved to be told of it, as a STIX 2.1 bundle |\n"
_PENDING = """
{count} entries are so new that no signed head covers them; they are listed in `case.json` and not proven here.
"""


def instructions_of(file: CaseFile, proofs: Proofs, made_ts: str, *, stix: bool) -> str:
    """The text."""
    return _WORDS.format(
        case=file.case.case_id,
        made=made_ts,
        entries=len(proofs.document["entries"]),
        withheld=len(proofs.withheld),
        stix=_STIX if stix else "",
        masking=_PLAIN if file.with_ids else _MASKED,
        pending=_PENDING.format(count=len(proofs.pending)) if proofs.pending else "",
    )

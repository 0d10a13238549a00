"""``HOW-TO-VERIFY.md``: how to check an archive without trusting whoever made it, with and without Stillwatch."""

from __future__ import annotations

from typing import Final

HOW_TO_VERIFY: Final = """\
# How to check this attribution

    stillwatch attribute verify FOLDER --key PUBLIC-KEY

Take the public key of the ledger from whoever runs it, over another way than this folder came; a key that came along
proves nothing. The command needs no database, no network and none of the models: it recomputes everything from here.

| file | what it is |
|---|---|
| `plan.json` | what was settled before anything was asked: tests, prompts, thresholds, controls, digests of keys |
| `answers.jsonl` | every answer, a line each, in the order in which it came |
| `manifest.json` | what the run came to |
| `material.json` and a tokeniser | keys, decoys and canaries, opened for whoever verifies |
| `findings.json` | what the tests and their combination gave |
| `ledger-proof.json` | the ledger's entries about the plan, each with its proof, under a signed head |

Without Stillwatch:

1. The ledger's entry `attribution-plan-committed` has the SHA-256 of `plan.json` as `plan`, and stands before the first
   `attribution-run-started`. `stillwatch ledger verify` says how a proof is checked (RFC 9162, section 2.1.3.2).
2. The last entry `attribution-run-stopped` has the SHA-256 of `manifest.json` as `manifest`; the manifest has the
   SHA-256 of `plan.json` and `answers.jsonl`.
3. In `answers.jsonl` each line has a `digest`: SHA-256 over the digest of the line before (64 zeros before the first)
   and the line's JSON with sorted keys and without `digest`. The first line that does not fit is the one that was
   changed.
4. SHA-256 of `material.json` and of the tokeniser stand under `material` in the plan. That the keys were committed to
   while they were served is in the ledger's entries about `watermark-…`.
5. The entry `attribution-judged` has the SHA-256 of `findings.json`. To recompute those takes the battery: its source
   says for each test what is counted and how surprising that is.
"""

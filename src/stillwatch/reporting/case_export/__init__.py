"""One case as a folder or a zip that stands alone: to read, to compute with, to share, and to prove.

`contents` collects what the case consists of, `masking` takes account ids out, `page`, `records` and `stix` write it,
`proofs` adds the ledger's word for it, `package` puts all into one place with the digests of every file.
"""

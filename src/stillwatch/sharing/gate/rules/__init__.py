"""The rules beyond the schema, one file each; see ``contract`` for what a rule is."""

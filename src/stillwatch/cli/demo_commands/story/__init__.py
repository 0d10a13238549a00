"""The whole loop as one story: two labs, a hub, a key service, an agency and an attacker, all on this machine."""

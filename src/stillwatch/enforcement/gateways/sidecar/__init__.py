"""The small process beside a gateway: follows the node, answers on this machine, keeps the gateway's own tables."""

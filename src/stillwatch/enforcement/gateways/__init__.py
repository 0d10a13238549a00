"""Gateways: one file each says how decisions reach it."""

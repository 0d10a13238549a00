"""Asking models: OpenAI-compatible endpoints, with every trouble named, within a budget, and watched for a change.

`endpoint` says where a model is, `client` asks it one thing with patience, `identity` and `drift` notice that it became
another model. Nothing here knows a plan: what is to be asked of whom, and where answers go, is others' business.
"""

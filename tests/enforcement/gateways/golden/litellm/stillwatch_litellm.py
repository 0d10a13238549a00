"""Loaded by LiteLLM: keep it beside LiteLLM's own configuration."""

from stillwatch.enforcement.gateways.client import Unknown
from stillwatch.enforcement.gateways.identity import HeaderIdentity
from stillwatch.enforcement.gateways.litellm_parts.plugin import plugin
from stillwatch.enforcement.gateways.site import Site

handler = plugin(
    Site(
        name='edge',
        node='http://127.0.0.1:8440',
        token_file='',
        ca_file='',
        state='/var/lib/stillwatch/edge',
        unknown=Unknown('allow'),
        identity=HeaderIdentity(address=''),
    )
)

"""Your application behind Stillwatch: start this instead of it."""

from pathlib import Path

from your_service import app as your_app  # <- the application

from stillwatch.enforcement.gateways.asgi import Stillwatch, by_headers
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.link import Link
from stillwatch.enforcement.gateways.identity import HeaderIdentity

link = Link('http://127.0.0.1:8440', 'edge', "")
client = GatewayClient(link, Path('/var/lib/stillwatch/edge')).start(wait_s=2.0)
app = Stillwatch(your_app, client, identify=by_headers(HeaderIdentity(account='x-account-id')))

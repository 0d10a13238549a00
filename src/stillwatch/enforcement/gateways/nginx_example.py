"""A complete configuration of nginx around what Stillwatch gives it to include."""

from __future__ import annotations

from typing import Final

EXAMPLE: Final = """\
# A complete example: what is included here goes into your own configuration.
worker_processes auto;
pid {site.folder}/nginx.pid;
error_log {site.folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {site.folder}/client_body;
    proxy_temp_path {site.folder}/proxy;
    fastcgi_temp_path {site.folder}/fastcgi;
    uwsgi_temp_path {site.folder}/uwsgi;
    scgi_temp_path {site.folder}/scgi;
    include {site.folder}/stillwatch-http.conf;
    upstream model {{ server {site.upstream}; keepalive 32; }}
    server {{
        listen {site.listen};
        include {site.folder}/stillwatch-server.conf;
        location / {{
            include {site.folder}/stillwatch-location.conf;
            proxy_pass http://model;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_buffering off;
        }}
    }}
}}
"""

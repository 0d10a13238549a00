"""The industry's side: a TAXII 2.1 server that carries indicators, sightings and advisories among members."""

"""Being a server, the same way for all: parts that run and end together, a port, a folder that one works in."""

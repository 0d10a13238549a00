"""The console: server-rendered pages where people look at cases, decide, and see what came of it."""

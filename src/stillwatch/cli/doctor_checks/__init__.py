"""What `stillwatch doctor` looks at: one check a file, each binding ``CHECK``, found by the registry."""

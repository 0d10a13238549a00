"""The commands of `stillwatch support`."""

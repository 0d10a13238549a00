"""The way to a government: notifications that people prepare and approve, their trail, requests that come back."""

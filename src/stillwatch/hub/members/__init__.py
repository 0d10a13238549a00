"""Members of the hub: who they are, what proves it, and the snapshot that the server looks them up in."""

from stillwatch.hub.members.directory import Caller, Directory
from stillwatch.hub.members.records import Member
from stillwatch.hub.members.store import Members

__all__ = ["Caller", "Directory", "Member", "Members"]

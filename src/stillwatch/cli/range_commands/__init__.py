"""The commands of ``stillwatch range``, one file each; a new file in this folder is a new command."""

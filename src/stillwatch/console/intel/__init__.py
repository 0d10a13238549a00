"""What the pages about indicators share: rows of what is ours and of what others reported, and the acts."""

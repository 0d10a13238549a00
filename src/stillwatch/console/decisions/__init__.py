"""What the pages about decisions share: rows, what covers somebody, and the acts."""

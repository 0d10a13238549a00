"""What runs inside a LiteLLM proxy: light enough to import there, without the libraries that judge."""

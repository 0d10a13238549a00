"""TAXII 2.1 (OASIS, 2021) without HTTP and without storage: media types, filters, paging tokens, resources."""

"""Who writes: an author turns a moment into an exchange; personas and campaigns are built from them."""

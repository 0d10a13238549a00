"""The benchmark: worlds of API traffic with known truth, on which campaigns must be found."""

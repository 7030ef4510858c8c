"""Meta's webhook JSON, part by part: shapes as in its webhook reference, read in November 2026 for v25.0."""

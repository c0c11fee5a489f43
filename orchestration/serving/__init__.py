"""ClickHouse's HTTP interface, read-only, over the published snapshot."""

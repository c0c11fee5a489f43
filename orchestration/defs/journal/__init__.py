"""What commands loaded and built, shown in Dagster."""

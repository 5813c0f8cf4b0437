"""What stands in a council's streets, as it comes in files."""

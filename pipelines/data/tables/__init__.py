"""Tables in files: read once into Parquet, every column typed and looked at, and what to do with them proposed."""

"""The memory: migrations, named queries, one typed function per query. It asks and answers, it decides nothing."""

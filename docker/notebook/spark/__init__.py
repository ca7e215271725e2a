"""Calls of Spark and its libraries that a job makes in another way."""

"""The cells as Python: magics, imports, files and calls that a job cannot keep."""

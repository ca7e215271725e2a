"""A notebook as a file: its shapes, its language and its parameters."""

"""What all parts share: findings, places in a text, names, values, and IPython's syntax as Python."""

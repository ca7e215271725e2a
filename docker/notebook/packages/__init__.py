"""Lines of shell, the programs that they run, and the packages that they install."""

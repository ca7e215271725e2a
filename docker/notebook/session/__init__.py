"""Settings and variables that code gives to Spark, Java and pip."""

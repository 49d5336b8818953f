"""The work on many machines: Apache Spark reads, extracts, joins, and writes tables and parts."""

"""From assertions to RDF, and back to values."""

"""The graph over HTTP: SPARQL, graphs, search, and a page to ask from; it only reads."""

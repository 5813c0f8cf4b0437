"""The network of streets: an OpenStreetMap extract as a graph, points set on it, and the ways between them."""

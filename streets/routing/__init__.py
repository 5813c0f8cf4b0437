"""How far it is from point to point: which engine knows a council's streets, and the matrices kept of what it said."""

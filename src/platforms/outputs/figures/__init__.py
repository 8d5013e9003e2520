"""Pictures of a map for paper and slides: plan map, charts, presentation."""

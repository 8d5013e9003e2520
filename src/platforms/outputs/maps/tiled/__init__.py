"""Layers of more plots than one map carries: sums from afar, single plots near, by tile."""

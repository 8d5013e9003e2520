"""Plots that a store keeps: the newest of each with its shape, and every version before it."""

"""The engine: a run on more plots than one table holds, with the same result to the last digit."""

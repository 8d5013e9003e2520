"""From a file that somebody sent to rows that can be trusted: checks, worker, formats.

Nothing here believes a file: not its name, its extension, its counts, its encoding or its
coordinate system. GDAL meets a user's bytes in a child process only.
"""

"""One module a family of file formats; all of them run in the worker process."""

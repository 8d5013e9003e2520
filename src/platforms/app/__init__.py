"""The workbench in the browser: thin pages over the library.

A page reads the session's state, calls the library and shows the answer; it computes nothing.
Nothing here asks anything of the outside: all that the browser loads comes from this server.
"""

"""From one store to another: all that belongs to a workspace, by what it says and not by rows."""

"""Who may do what in a workspace: its members, their roles, and who named them."""

"""Import: tables that planners have, mapped to the cards of a workspace and looked at first."""

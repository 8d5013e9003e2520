"""成员: the rooms of its page, and the door before all pages."""

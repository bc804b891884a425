"""Who gets what answer where: every route, every role, every relation, counted."""

"""The role that the tests act as on PostgreSQL: it owns nothing, as in real use."""

APPLICATION = "portal_app"

"""Bad inputs with their expected outcome: tables that take a new row without new code."""

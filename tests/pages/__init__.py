"""Pages as people meet them: who gets in, what stands there, what a button does."""

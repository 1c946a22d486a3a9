"""Close's objects as Block Kit, one module an object. Pure functions: no input, no output."""

"""From text to assertions; every function here is pure."""

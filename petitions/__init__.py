"""What is true about petitions: pure functions of values and the time, on the standard library alone."""

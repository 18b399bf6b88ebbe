"""Work of rosters for the queue and the calendar."""

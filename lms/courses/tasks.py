"""Work of courses for the queue and the calendar."""

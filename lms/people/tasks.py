"""Work of people for the queue and the calendar."""

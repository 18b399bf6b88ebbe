"""Work of tracking for the queue and the calendar."""

"""Work of certificates for the queue and the calendar."""

"""Work a person would wait for. The job row is the truth; huey only wakes workers and keeps the calendar."""

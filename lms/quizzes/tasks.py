"""Work of quizzes for the queue and the calendar."""

"""Writing questions, quizzes and courses in the browser: drafts, review, bringing into use."""

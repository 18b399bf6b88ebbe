"""Messages and reminders, in the application and by mail."""

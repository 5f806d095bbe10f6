"""Work that must happen: durable jobs and their drain, schedules that miss no day, and mail."""

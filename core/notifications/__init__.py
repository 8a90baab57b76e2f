"""Effects after commit: the outbox, notices, and legal notifications."""

"""Starts what the portal leans on when there is no installed Postgres or Redis: development and tests only."""

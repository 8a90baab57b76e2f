"""What is measured; run by `manage.py bench NAME`."""
